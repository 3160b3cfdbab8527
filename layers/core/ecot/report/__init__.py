"""What the page shows, and its rendering: pure functions from facts to files."""
