"""The command line, as ``caresim`` and ``python -m caresim``, and the model that it serves."""

import sys

__all__ = ["MODEL", "main"]

MODEL = "caresim.england:England"  # unless another is asked for with --model
INTERRUPTED = 130


def main() -> None:
    """Run the command line for England."""
    try:
        from caresim.cli import serve
        from caresim.england.words import TITLE
    except KeyboardInterrupt:  # before anything listens to it
        sys.exit(INTERRUPTED)
    serve(MODEL, TITLE)


if __name__ == "__main__":
    main()
