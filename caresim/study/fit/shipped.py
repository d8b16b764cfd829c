"""How many draws of its posterior a fit is written with, unless told."""

__all__ = ["SHIPPED_DRAWS"]

SHIPPED_DRAWS = 1_000
