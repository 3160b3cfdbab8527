"""`python -m ecot` is the command `ecot`."""

from ecot.cli import main

if __name__ == "__main__":
    main()
