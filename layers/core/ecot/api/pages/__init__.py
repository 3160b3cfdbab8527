"""Pages for people, and the private site: what a browser is given where a script is given JSON."""
