"""Numerics: the results hang on neither the step, nor the method, nor the way of computing."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from england_cases import ENGLAND, FILES, OBSERVED, VALUE, projected

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.continuous import JUST, Continuous
from caresim.engine.execute import execute
from caresim.engine.integrate import METHODS as _  # noqa: F401
