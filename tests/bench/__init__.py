"""The numbers that hold (docs/benchmarks.md), measured here and now; nothing is asserted."""
