"""The suppliers: one golden pair and a few exact tests each."""
