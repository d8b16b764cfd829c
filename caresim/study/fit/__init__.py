"""Fits: parameters learned from figures, and what the figures leave uncertain."""
