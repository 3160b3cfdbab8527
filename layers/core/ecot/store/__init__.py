"""Where the ledger is kept: the protocol, its engines, and what is written once above them."""
