"""Tests of the monthly mail: what it asks of the ledger, and how it goes out."""
