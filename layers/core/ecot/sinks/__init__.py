"""Where results go beside the site: Notion's databases, and the mail."""
