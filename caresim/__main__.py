"""Runs the command line as ``python -m caresim``."""

from caresim.cli import main

if __name__ == "__main__":
    main()
