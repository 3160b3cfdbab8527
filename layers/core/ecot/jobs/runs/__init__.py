"""A run whose steps are handed from one invocation to the next: it starts once, finishes although
steps are lost, doubled or cut off, and is published once."""
