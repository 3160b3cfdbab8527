"""The suppliers, each in its own file, and what all of them share: `suppliers.py` lists them."""
