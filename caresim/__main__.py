"""The command line, as ``caresim`` and ``python -m caresim``, and the model that it serves."""

from caresim.cli import serve
from caresim.england.words import TITLE

__all__ = ["MODEL", "main"]

MODEL = "caresim.england:England"  # unless another is asked for with --model


def main() -> None:
    """Run the command line for England."""
    serve(MODEL, TITLE)


if __name__ == "__main__":
    main()
