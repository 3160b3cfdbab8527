"""The numbers that hold (design, section 7), measured here and now; nothing is asserted."""
