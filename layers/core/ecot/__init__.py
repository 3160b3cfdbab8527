"""Ecot: one honest ledger of what a small company's AI, infrastructure and tools cost."""

__version__ = "0.1.0"
