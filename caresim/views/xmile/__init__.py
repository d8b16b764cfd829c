"""XMILE: models for other programs, and their runs compared."""
