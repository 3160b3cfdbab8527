"""The mail: what it is made of, and the ways it goes out."""
