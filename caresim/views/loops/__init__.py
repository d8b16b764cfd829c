"""Feedback loops: found, measured and drawn."""
