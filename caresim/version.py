"""The version of this release, where every file of the package can read it."""

__all__ = ["__version__"]

__version__ = "0.2.0"
