"""Figures of England's councils: official counts and spending by area, and nothing else."""
