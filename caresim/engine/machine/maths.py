"""Exponential, logarithm and power of several numbers at once, in the language of LLVM.

The methods are those of fdlibm (Sun Microsystems, 1993; FreeBSD's msun): reduction to a small
interval and a polynomial, right to about one unit in the last place. A product and a sum are one
operation where the processor has one, so that processors differ in the last place.
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
  %t = call $V @llvm.fmuladd.v${L}f64($V %b, $V $log2e, $V $magic)
  %k = fsub $V %t, $magic
  %nk = fneg $V %k
  %rh = call $V @llvm.fmuladd.v${L}f64($V %nk, $V $ln2_high, $V %b)
  %r = call $V @llvm.fmuladd.v${L}f64($V %nk, $V $ln2_low, $V %rh)
  %r2 = fmul $V %r, %r
  %r4 = fmul $V %r2, %r2
  %r8 = fmul $V %r4, %r4
$pairs
  %q1 = call $V @llvm.fmuladd.v${L}f64($V %p1, $V %r2, $V %p0)
  %q3 = call $V @llvm.fmuladd.v${L}f64($V %p3, $V %r2, $V %p2)
  %q5 = call $V @llvm.fmuladd.v${L}f64($V %p5, $V %r2, $V %p4)
  %s2 = call $V @llvm.fmuladd.v${L}f64($V %q3, $V %r4, $V %q1)
  %s3 = call $V @llvm.fmuladd.v${L}f64($V %q5, $V %r8, $V %s2)
  %s5 = call $V @llvm.fmuladd.v${L}f64($V %s3, $V %r2, $V %r)
  %e = fadd $V $one, %s5
  %bits = bitcast $V %t to $I
  %whole = sub $I %bits, $magic_bits
  %positive = add $I %whole, $i2048
  %halved = lshr $I %positive, $i1
  %half = sub $I %halved, $i1024
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
  %offset = select $M %small, $V $two1077, $V $bias_number
  %bits = bitcast $V %a to $I
  %above = add $I %bits, $to_root_half
  %k = lshr $I %above, $i52
  %whole = shl $I %k, $i52
  %less = sub $I %bits, %whole
  %rest = add $I %less, $one_bits
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
  %a1 = call $V @llvm.fmuladd.v${L}f64($V %w, $V $lg6, $V $lg4)
  %a3 = call $V @llvm.fmuladd.v${L}f64($V %w, $V %a1, $V $lg2)
  %a4 = fmul $V %w, %a3
  %b1 = call $V @llvm.fmuladd.v${L}f64($V %w, $V $lg7, $V $lg5)
  %b3 = call $V @llvm.fmuladd.v${L}f64($V %w, $V %b1, $V $lg3)
  %b5 = call $V @llvm.fmuladd.v${L}f64($V %w, $V %b3, $V $lg1)
  %r = call $V @llvm.fmuladd.v${L}f64($V %s2, $V %b5, $V %a4)
  %f2 = fmul $V %f, %f
  %h = fmul $V %f2, $one_half
  %hr = fadd $V %h, %r
  %c1 = fmul $V %kd, $ln2_low
  %c2 = call $V @llvm.fmuladd.v${L}f64($V %s, $V %hr, $V %c1)
  %c3 = fsub $V %h, %c2
  %c4 = fsub $V %f, %c3
  %y = call $V @llvm.fmuladd.v${L}f64($V %kd, $V $ln2_high, $V %c4)
  %beyond = fsub $V %x, %x
  %sound = fadd $V %y, %beyond
  %positive = fcmp ogt $V %x, $zero
  %good = select $M %positive, $V %sound, $V $nan
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
        "one_half": 0.5, "tiny": 2.0**-1022, "two54": 2.0**54, "bias_number": 1023.0,
        "two1077": 1023.0 + 54.0,
        "nan": math.nan,
        **{f"lg{i}": value for i, value in enumerate(LOG, 1)},
    }  # fmt: skip
    wholes = {
        "magic_bits": _bits(MAGIC), "bias": 1023, "i1": 1, "i52": 52, "i1024": 1024, "i2048": 2048,
        "one_bits": _bits(1.0), "to_root_half": _bits(1.0) - 0x3FE6A09E00000000,
    }  # fmt: skip
    types = {"V": f"<{lanes} x double>", "M": f"<{lanes} x i1>", "I": f"<{lanes} x i64>"}
    return Template(_TEXT).substitute(
        types,
        L=lanes,
        pairs=_pairs(types["V"], lanes),
        **{name: literal(value) for name, value in numbers.items()},
        **{name: f"splat (i64 {value})" for name, value in wholes.items()},
    )


def _pairs(vector: str, lanes: int) -> str:
    """Write the terms of the exponential series two by two, from r²/2! to r¹³/13!."""
    lines = []
    name = f"llvm.fmuladd.v{lanes}f64"
    for i in range(6):
        low, high = (literal(1 / math.factorial(n)) for n in (2 * i + 2, 2 * i + 3))
        lines.append(
            f"  %p{i} = call {vector} @{name}({vector} %r, {vector} {high}, {vector} {low})"
        )
    return "\n".join(lines)


def _bits(value: float) -> int:
    return int(struct.unpack("<Q", struct.pack("<d", value))[0])
