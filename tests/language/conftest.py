"""Fixtures of the tests of the language."""

from sector_files import package

__all__ = ["package"]
