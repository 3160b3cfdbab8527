"""Whether the sandbox keeps its promises, on a real socket wherever the wire matters."""
