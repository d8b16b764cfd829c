"""Calls the vector exp, log and pow of the compiled target by themselves, beside exact values."""

import decimal
import functools
import math
from decimal import Decimal

import numpy as np

from caresim.engine.machine.kernel import NUMBERS, POINTERS, load
from caresim.engine.machine.maths import maths

CONTEXT = decimal.Context(prec=40, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
ARGUMENTS = {"exp": "x", "log": "x", "pow": "xp"}


def caller(function, lanes):
    """Return the source of a function ``run`` that calls one of the vector functions."""
    vector = f"<{lanes} x double>"
    taken = ", ".join(f"{vector} %{name}" for name in ARGUMENTS[function])
    reads = "\n".join(
        f"  %at_{n} = getelementptr double, ptr %{n}s, i64 %place\n"
        f"  %{n} = load {vector}, ptr %at_{n}, align 8"
        for n in ARGUMENTS[function]
    )
    unused = ", ".join([*(f"ptr %u{i}" for i in range(POINTERS - 3)), "i64 %count"])
    rest = ", ".join(f"i64 %v{i}" for i in range(NUMBERS - 1))
    return f"""
declare {vector} @llvm.fmuladd.v{lanes}f64({vector}, {vector}, {vector})
define void @run(ptr %xs, ptr %ps, ptr %ys, {unused}, {rest}) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %place = mul i64 %i, {lanes}
{reads}
  %y = call {vector} @{function}({taken})
  %at = getelementptr double, ptr %ys, i64 %place
  store {vector} %y, ptr %at, align 8
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %count
  br i1 %more, label %loop, label %exit
exit:
  ret void
}}
"""


@functools.cache
def compiled(function, lanes):
    source = maths(lanes) + caller(function, lanes)
    return load(lambda: source, source)


def vector(function, *arguments, lanes=4):
    """Return the values of a vector function for as many arguments as there are."""
    given = [np.atleast_1d(np.asarray(a, float)) for a in np.broadcast_arrays(*arguments)]
    n = len(given[0])
    blocks = -(-n // lanes)
    padded = [np.ascontiguousarray(np.resize(a, blocks * lanes)) for a in given]
    result = np.empty(blocks * lanes)
    pointers = [a.ctypes.data for a in (padded[0], padded[-1], result)]
    compiled(function, lanes)(*pointers, *[0] * (POINTERS - 3), blocks, *[0] * (NUMBERS - 1))
    return result[:n]


def exact(function, *arguments):
    """Return a value right to forty digits."""
    x, *p = (Decimal(float(a)) for a in arguments)
    if function == "pow":
        return CONTEXT.exp(CONTEXT.multiply(p[0], CONTEXT.ln(x)))
    return {"exp": CONTEXT.exp, "log": CONTEXT.ln}[function](x)


def errors(function, *arguments, lanes=4):
    """Return how far each value is from the exact one, in units of the exact one's last place."""
    found = vector(function, *arguments, lanes=lanes)
    return np.array(
        [
            float(abs(Decimal(float(y)) - value) / Decimal(math.ulp(float(value))))
            if math.isfinite(y)
            else math.inf
            for y, *given in zip(found, *np.broadcast_arrays(*arguments), strict=True)
            for value in [exact(function, *given)]
        ]
    )
