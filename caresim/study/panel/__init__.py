"""Figures of many units over years: regressions that files declare, and the table they give."""
