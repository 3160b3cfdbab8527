"""The whole site, as a reader meets it: published from ledgers in many states, open in Chromium."""
