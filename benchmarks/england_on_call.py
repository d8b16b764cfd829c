"""Runs England whenever told to: ``python benchmarks/england_on_call.py CHECKOUT RUNS``.

Each line of the input asks for one ensemble, and a line of the output says that it is done: how
many runs, how they were computed, and how many stocks the model has, each element counted.
PYTHONPATH has to be that checkout; any release is asked by public names alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

import caresim as cs
from caresim.england import England


def main() -> None:
    """Answer each line with an ensemble."""
    checkout, runs = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    if not Path(cs.__file__).is_relative_to(checkout):
        message = f"caresim comes from {cs.__file__}; set PYTHONPATH to {checkout}"
        raise SystemExit(message)
    england = England()
    draws = cs.draws(england, runs, seed=1, given="posterior")
    for _ in sys.stdin:
        run = cs.run(england, draws=draws)
        print(run.n_runs, run.provenance["computed_with"], len(england.stocks()), flush=True)


if __name__ == "__main__":
    main()
