"""Compiles c_kernel.c with the system compiler and calls it: the limit for the other engines."""

from __future__ import annotations

import ctypes
import functools
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import by_hand
import numpy as np
import reference_model as reference

SOURCE = Path(__file__).with_name("c_kernel.c")
LANES = 8
# Best first: the first set that the compiler accepts is used
FLAGS = (
    ("-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fopenmp-simd"),
    ("-O3", "-march=native", "-ffast-math", "-fopenmp-simd"),
    ("-O3", "-ffast-math"),
)
SERIES = 11
Values = reference.Values


class NoCompilerError(RuntimeError):
    """No C compiler is here, or none that takes the kernel."""


def run(params: Values, threads: int = 1) -> Values:
    """Return ten stocks and the pace of spending on each 31 March of every run.

    ``params`` has shape (15, n), in the order of ``reference_model.DRAWN``; the result
    (32, 11, n). Raises NoCompilerError where the kernel cannot be compiled.
    """
    kernel, _ = _built()
    inputs, starts = np.ascontiguousarray(by_hand.inputs().T), by_hand.starts()
    params = np.ascontiguousarray(params, dtype=np.float64)
    n_drawn, n_runs = params.shape
    if n_drawn != len(reference.DRAWN):
        message = f"params has a row for each of {len(reference.DRAWN)} parameters, not {n_drawn}"
        raise ValueError(message)
    years = reference.LAST - reference.FIRST
    out = np.empty((years + 1, SERIES, n_runs))

    def columns(first: int, last: int) -> None:
        steps = reference.STEPS_PER_YEAR
        kernel(params, n_runs, first, last, inputs, starts, years, steps, out)

    bounds = np.linspace(0, -(-n_runs // LANES), threads + 1).astype(int) * LANES
    bounds = np.minimum(bounds, n_runs).tolist()
    if threads == 1:
        columns(0, n_runs)
    else:
        with ThreadPoolExecutor(threads) as pool:  # ctypes lets other threads run meanwhile
            list(pool.map(columns, bounds[:-1], bounds[1:]))
    return out


def compiler() -> str:
    """Return the path of the system's C compiler."""
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        message = "no C compiler: neither cc nor gcc nor clang is on the path"
        raise NoCompilerError(message)
    return found


def flags() -> str:
    """Return the flags that the kernel is compiled with here, or that it has no compiler."""
    try:
        return " ".join(_built()[1])
    except NoCompilerError:
        return "(no compiler here)"


@functools.cache
def _built() -> tuple[Callable[..., None], tuple[str, ...]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        path, taken = _compiled(Path(scratch))
        library = ctypes.CDLL(str(path))
    function = library.run_columns
    array, count = np.ctypeslib.ndpointer(np.float64, flags="C_CONTIGUOUS"), ctypes.c_long
    function.argtypes = [array, count, count, count, array, array, count, count, array]
    function.restype = None
    return function, taken


def _compiled(folder: Path) -> tuple[Path, tuple[str, ...]]:
    code, library = folder / "c_kernel.o", folder / "c_kernel.so"
    vector_maths = ["-lmvec"] if sys.platform == "linux" and platform.machine() == "x86_64" else []
    for flags in FLAGS:
        compile_it = ["-c", "-fPIC", f"-DLANES={LANES}", *flags, str(SOURCE), "-o", str(code)]
        # -ffast-math at the link would switch off subnormal numbers in all of Python
        link_it = ["-shared", str(code), "-o", str(library), *vector_maths, "-lm"]
        fault = _run(compile_it) or _run(link_it)
        if not fault:
            return library, flags
    message = f"{compiler()} does not take {SOURCE.name}:\n{fault}"
    raise NoCompilerError(message)


def _run(arguments: list[str]) -> str:
    """Run the compiler and return what it says of a fault."""
    done = subprocess.run(  # noqa: S603  (the compiler of this system)
        [compiler(), *arguments], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stderr or "it failed without a word"
