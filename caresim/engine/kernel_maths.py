"""Exponential, logarithm and power of several numbers at once, in the language of LLVM.

The methods are those of fdlibm (Sun Microsystems, 1993; FreeBSD's msun): reduction to a small
interval and a polynomial, right to about one unit in the last place. Written in plain IEEE
arithmetic, so that each processor gives the same bits, whatever the width of its registers.
"""

from __future__ import annotations

import math
import struct
from string import Template

__all__ = ["literal", "maths"]

MAGIC = 6755399441055744.0  # 1.5 × 2⁵²: added to a number, it leaves its whole part in the low bits
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LOG = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
    2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
    1.479819860511658591e-01,
)  # fmt: skip

_TEXT = """
define internal $V @exp($V %x) {
  %high = fcmp ogt $V %x, $most
  %a = select $M %high, $V $most, $V %x
  %low = fcmp olt $V %a, $least
  %b = select $M %low, $V $least, $V %a
  %scaled = fmul $V %b, $log2e
  %t = fadd $V %scaled, $magic
  %k = fsub $V %t, $magic
  %kh = fmul $V %k, $ln2_high
  %kl = fmul $V %k, $ln2_low
  %rh = fsub $V %b, %kh
  %r = fsub $V %rh, %kl
  %r2 = fmul $V %r, %r
  %r4 = fmul $V %r2, %r2
  %r8 = fmul $V %r4, %r4
$pairs
  %q0 = fmul $V %p1, %r2
  %q1 = fadd $V %p0, %q0
  %q2 = fmul $V %p3, %r2
  %q3 = fadd $V %p2, %q2
  %q4 = fmul $V %p5, %r2
  %q5 = fadd $V %p4, %q4
  %s0 = fmul $V %q3, %r4
  %s1 = fmul $V %q5, %r8
  %s2 = fadd $V %q1, %s0
  %s3 = fadd $V %s2, %s1
  %s4 = fmul $V %s3, %r2
  %s5 = fadd $V %r, %s4
  %e = fadd $V $one, %s5
  %bits = bitcast $V %t to $I
  %whole = sub $I %bits, $magic_bits
  %half = ashr $I %whole, $i1
  %other = sub $I %whole, %half
  %ha = add $I %half, $bias
  %hb = add $I %other, $bias
  %hc = shl $I %ha, $i52
  %hd = shl $I %hb, $i52
  %fa = bitcast $I %hc to $V
  %fb = bitcast $I %hd to $V
  %ea = fmul $V %e, %fa
  %eb = fmul $V %ea, %fb
  ret $V %eb
}

define internal $V @log($V %x) {
  %small = fcmp olt $V %x, $tiny
  %grown = fmul $V %x, $two54
  %a = select $M %small, $V %grown, $V %x
  %offset = select $M %small, $V $fifty_four, $V $zero
  %bits = bitcast $V %a to $I
  %above = sub $I %bits, $root_half
  %k = ashr $I %above, $i52
  %whole = shl $I %k, $i52
  %rest = sub $I %bits, %whole
  %z = bitcast $I %rest to $V
  %ka = add $I %k, $magic_bits
  %kb = bitcast $I %ka to $V
  %kc = fsub $V %kb, $magic
  %kd = fsub $V %kc, %offset
  %f = fsub $V %z, $one
  %two_f = fadd $V %f, $two
  %s = fdiv $V %f, %two_f
  %s2 = fmul $V %s, %s
  %w = fmul $V %s2, %s2
  %a0 = fmul $V %w, $lg6
  %a1 = fadd $V $lg4, %a0
  %a2 = fmul $V %w, %a1
  %a3 = fadd $V $lg2, %a2
  %a4 = fmul $V %w, %a3
  %b0 = fmul $V %w, $lg7
  %b1 = fadd $V $lg5, %b0
  %b2 = fmul $V %w, %b1
  %b3 = fadd $V $lg3, %b2
  %b4 = fmul $V %w, %b3
  %b5 = fadd $V $lg1, %b4
  %b6 = fmul $V %s2, %b5
  %r = fadd $V %b6, %a4
  %f2 = fmul $V %f, %f
  %h = fmul $V %f2, $one_half
  %hr = fadd $V %h, %r
  %c0 = fmul $V %s, %hr
  %c1 = fmul $V %kd, $ln2_low
  %c2 = fadd $V %c0, %c1
  %c3 = fsub $V %h, %c2
  %c4 = fsub $V %c3, %f
  %c5 = fmul $V %kd, $ln2_high
  %y = fsub $V %c5, %c4
  %positive = fcmp ogt $V %x, $zero
  %finite = fcmp olt $V %x, $endless
  %there = and $M %positive, %finite
  %good = select $M %there, $V %y, $V $nan
  ret $V %good
}

define internal $V @pow($V %x, $V %p) {
  %l = call $V @log($V %x)
  %m = fmul $V %p, %l
  %y = call $V @exp($V %m)
  %empty = fcmp oeq $V %x, $zero
  %rises = fcmp ogt $V %p, $zero
  %flat = fcmp oeq $V %p, $zero
  %start = select $M %rises, $V $zero, $V $nan
  %a = select $M %empty, $V %start, $V %y
  %b = select $M %flat, $V $one, $V %a
  ret $V %b
}
"""


def literal(value: float) -> str:
    """Return a number repeated in each place of a vector, as LLVM writes it."""
    return f"splat (double 0x{_bits(value):016X})"


def maths(lanes: int) -> str:
    """Return the functions ``exp``, ``log`` and ``pow`` of vectors of some width.

    A value that does not exist, such as the logarithm of a negative number, is not a number; so is
    the power of a negative number, whatever the exponent.
    """
    numbers = {
        "most": 710.0, "least": -746.0, "log2e": 1.44269504088896338700, "magic": MAGIC,
        "ln2_high": LN2_HIGH, "ln2_low": LN2_LOW, "zero": 0.0, "one": 1.0, "two": 2.0,
        "one_half": 0.5, "tiny": 2.0**-1022, "two54": 2.0**54, "fifty_four": 54.0,
        "nan": math.nan, "endless": math.inf,
        **{f"lg{i}": value for i, value in enumerate(LOG, 1)},
    }  # fmt: skip
    wholes = {
        "magic_bits": _bits(MAGIC), "bias": 1023, "i1": 1, "i52": 52,
        "root_half": 0x3FE6A09E00000000,
    }  # fmt: skip
    types = {"V": f"<{lanes} x double>", "M": f"<{lanes} x i1>", "I": f"<{lanes} x i64>"}
    return Template(_TEXT).substitute(
        types,
        pairs=_pairs(types["V"]),
        **{name: literal(value) for name, value in numbers.items()},
        **{name: f"splat (i64 {value})" for name, value in wholes.items()},
    )


def _pairs(vector: str) -> str:
    """Write the terms of the exponential series two by two, from r²/2! to r¹³/13!."""
    lines = []
    for i in range(6):
        low, high = (literal(1 / math.factorial(n)) for n in (2 * i + 2, 2 * i + 3))
        lines.append(f"  %m{i} = fmul {vector} %r, {high}")
        lines.append(f"  %p{i} = fadd {vector} {low}, %m{i}")
    return "\n".join(lines)


def _bits(value: float) -> int:
    return int(struct.unpack("<Q", struct.pack("<d", value))[0])
