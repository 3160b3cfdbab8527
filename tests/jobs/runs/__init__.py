"""Runs in steps: each event lost, doubled or late, each step killed, and the same end."""
