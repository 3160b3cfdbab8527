"""What the pages of the site ask of the ledger: one module a page, facts in, files out."""
