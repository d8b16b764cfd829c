"""Projections scored out of sample: fit to a year, project on, hold against what came about.

``given`` says what is known at an origin, ``rivals`` what the model has to beat, ``origin`` makes
the projections of one origin, ``scores`` measures them, ``table`` holds what came out, ``rolling``
goes through the origins.
"""

from caresim.study.backtest.rolling import backtest
from caresim.study.backtest.table import Backtest

__all__ = ["Backtest", "backtest"]
