"""Dated prices, for usage that arrives without money (`book.PriceBook`)."""
