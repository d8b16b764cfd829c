"""Computes one row of the table of functions by its own LLVM instructions."""

import numpy as np

from caresim.engine.machine.kernel import NUMBERS, POINTERS, load
from caresim.engine.machine.maths import maths

LANES = 2
TYPES = {"V": f"<{LANES} x double>", "M": f"<{LANES} x i1>"}
MOST = 3  # arguments


def source_of(row, count):
    """Return the LLVM source of a function ``run`` that applies a row to each pair of numbers."""
    lines = []
    for i in range(count):
        lines.append(f"%at_{i} = getelementptr double, ptr %p{i}, i64 %place")
        lines.append(f"%n{i} = load {TYPES['V']}, ptr %at_{i}, align 8")
    names = [f"%n{i}" for i in range(count)]
    if row.name == "where":
        lines.append(f"%condition = fcmp une {TYPES['V']} %n0, zeroinitializer")
        names[0] = "%condition"
    made = dict(TYPES)
    for letter, code in zip("abcd", row.llvm, strict=False):
        made[letter] = f"%{letter}"
        lines.append(f"%{letter} = {code.format(*names, **made)}")
    last = made["abcd"[len(row.llvm) - 1]]
    if row.is_comparison:
        lines.append(f"%truth = uitofp {TYPES['M']} {last} to {TYPES['V']}")
        last = "%truth"
    taken = ", ".join([*(f"ptr %p{i}" for i in range(POINTERS)), "i64 %count"])
    body = "\n".join(f"  {line}" for line in lines)
    return f"""
declare {TYPES["V"]} @llvm.fmuladd.v{LANES}f64({TYPES["V"]}, {TYPES["V"]}, {TYPES["V"]})
define void @run({taken}, {", ".join(f"i64 %v{i}" for i in range(NUMBERS - 1))}) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %place = mul i64 %i, {LANES}
{body}
  %at = getelementptr double, ptr %p{MOST}, i64 %place
  store {TYPES["V"]} {last}, ptr %at, align 8
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %count
  br i1 %more, label %loop, label %exit
exit:
  ret void
}}
"""


def computed(row, arguments):
    """Return the values of a row for arrays of arguments."""
    blocks = -(-len(arguments[0]) // LANES)
    padded = [np.ascontiguousarray(np.resize(a, blocks * LANES)) for a in arguments]
    result = np.empty(blocks * LANES)
    given = [a.ctypes.data for a in (*padded, *[padded[0]] * (MOST - len(padded)), result)]
    source = maths(LANES) + source_of(row, len(arguments))
    kernel = load(lambda: source, source)
    kernel(*given, *[0] * (POINTERS - len(given)), blocks, *[0] * (NUMBERS - 1))
    return result[: len(arguments[0])]
