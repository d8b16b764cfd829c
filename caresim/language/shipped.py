"""Where files stand that come with an installation, whichever way it was made."""

from __future__ import annotations

from pathlib import Path

__all__ = ["shipped_scenarios"]


def shipped_scenarios() -> Path:
    """Return the folder of scenarios inside an installed package, or beside it in a checkout."""
    packed = Path(__file__).parents[1] / "shipped"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "scenarios"
