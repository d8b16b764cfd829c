"""Loads Matplotlib, whatever the environment says of windows: no figure of ours opens one."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

# Matplotlib cannot be loaded with a backend that it does not know, nor tried a second time
_asked = None if "matplotlib" in sys.modules else os.environ.pop("MPLBACKEND", None)
try:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
finally:
    if _asked is not None:
        os.environ["MPLBACKEND"] = _asked
if _asked:
    with suppress(ValueError):
        mpl.rcParams["backend"] = _asked

__all__ = ["Figure", "FigureCanvasAgg", "mpl"]
