"""Holds the linear algebra of fits and draws to one thread.

The matrices of a fit are small: a second thread saves nothing on an idle machine, and beside
another busy process it waits at every product (``benchmarks/time_fit.py``). One thread also adds in
one order, so that results do not hang on the number of processors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["one_thread"]


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS to one thread while the body runs; the engine's own threads are left alone."""
    import scipy.linalg  # noqa: F401  (only a library that is loaded can be held)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield
