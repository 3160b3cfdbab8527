"""Tests of the Notion stand-in: recorded answers, the specification, the real client."""
