"""Tests of the jobs around Notion."""
