"""Many places fitted together: each has its own levels, and what all show says how far they vary.

The verb is :func:`caresim.study.fit.pooled.fit.pooled`. It knows no country and no model: a place
is a way to compute series from levels by year, and the figures that it should meet.
"""
