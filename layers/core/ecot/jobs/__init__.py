"""The jobs: the only place where the rooms meet. Everything that reads and writes happens here."""
