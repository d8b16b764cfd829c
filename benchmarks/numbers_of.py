"""Writes what a checkout of caresim computes: ``python benchmarks/numbers_of.py CHECKOUT FILE``.

Run in a process whose PYTHONPATH is that checkout; any other release is asked by public names
alone, so that nothing here hangs on where a function lives. ``--only`` takes some of the sections.
"""

from __future__ import annotations

import argparse
import csv
import re
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from drawn_numbers import Numbers, drawn_numbers, numbers_in, seen, when_saved, write_apart
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

import caresim as cs
from caresim.england import England

DRAWS, SEED = 200, 1
PAIR = ("early_help_first", "best_together")
SECONDS_A_CELL = 600
QUOTED = re.compile(r"'(\w+)'")


def scenario_files(checkout: Path) -> dict[str, Path]:
    """Return the shipped scenario files by name, wherever the checkout keeps them."""
    found = sorted(checkout.glob("scenarios/*.toml")) or sorted(
        checkout.glob("caresim/**/scenarios/*.toml")
    )
    if not found:
        message = f"no folder of scenarios in {checkout}"
        raise SystemExit(message)
    return {path.stem: path for path in found}


def stored(run: cs.Run, prefix: str) -> Numbers:
    """Return every stored output of a run."""
    return {f"{prefix}/{name}": run.values(name) for name in run.outputs}


def scenarios(checkout: Path) -> Numbers:
    """Run every shipped scenario once, and for draws of the posterior."""
    england, found = England(), {}
    draws = cs.draws(england, DRAWS, seed=SEED, given="posterior")
    for name, path in scenario_files(checkout).items():
        found |= stored(cs.run(england, path), f"scenarios/{name}/single")
        found |= stored(cs.run(england, path, draws=draws), f"scenarios/{name}/draws")
    return found


def ways(checkout: Path) -> Numbers:
    """Run some scenarios in every way of running that this release names."""
    england, files, found = England(), scenario_files(checkout), {}
    draws = cs.draws(england, DRAWS, seed=SEED, given="posterior")
    for way in named_ways(england):
        for name in ("baseline", *PAIR):
            run = cs.run(england, files[name], target=way)
            found |= stored(run, f"ways/{way}/{name}/single")
        many = cs.run(england, files[PAIR[1]], target=way, draws=draws)
        found |= stored(many, f"ways/{way}/{PAIR[1]}/draws")
    return found


def named_ways(england: England) -> list[str]:
    """Return the ways of running that stand in the refusal of one that there is not."""
    try:
        cs.run(england, target="?")
    except cs.RunError as refused:
        return QUOTED.findall(str(refused))
    message = "cs.run took '?' as a way of running, so nobody knows which there are"
    raise SystemExit(message)


def notebooks(checkout: Path) -> Numbers:
    """Execute the notebooks and return the numbers of each output, in their order."""
    found: Numbers = {}
    for path in sorted((checkout / "notebooks").glob("*.ipynb")):
        for at, text in enumerate(_outputs(path)):
            if texts := numbers_in(text):
                found[f"notebooks/{path.stem}/code cell {at}"] = np.array(texts, dtype=np.str_)
    return found


def _outputs(path: Path) -> Iterator[str]:
    """Execute a notebook and yield what each cell of code puts out."""
    notebook = nbformat.read(path, as_version=4)
    ours = KernelSpecManager(kernel_dirs=[])  # this interpreter, whatever is registered elsewhere
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ours)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, km=manager, timeout=SECONDS_A_CELL, resources=resources)
    client.execute(cleanup_kc=True, stderr=subprocess.DEVNULL)  # where kernels warn of TCP
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield " ".join(_text(output) for output in cell.outputs)


def _text(output: Mapping[str, Any]) -> str:
    """Return a printed text, or a table as its reader sees it."""
    data = output.get("data", {})
    plain = output.get("text", data.get("text/plain", ""))
    return seen(data["text/html"]) if "text/html" in data else plain


def command(checkout: Path) -> Numbers:
    """Call the command line for two scenarios: the tables and the figures that it writes."""
    with tempfile.TemporaryDirectory() as name:
        drawn, out = Path(name) / "drawn", Path(name) / "out"
        drawn.mkdir()
        when_saved(lambda figure: write_apart(figure, drawn))
        _call("run", *(str(scenario_files(checkout)[s]) for s in PAIR), "--out", str(out))
        found = {}
        for path in sorted(out.rglob("*.csv")):
            found |= table_numbers(path)
        for path in sorted(drawn.glob("*.npz")):
            with np.load(path) as figure:
                found |= {f"figures/run: {path.stem}/{k}": figure[k] for k in figure}
    return found


def _call(*arguments: str) -> None:
    """Call the command line within this process, which the figures are taken from."""
    sys.argv = ["caresim", *arguments]
    try:
        runpy.run_module("caresim", run_name="__main__")
    except SystemExit as leaving:
        if leaving.code:
            raise


def table_numbers(path: Path) -> Numbers:
    """Return the cells of a table, a series for each column."""
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    columns = zip(*rows, strict=True)
    return {
        f"tables/{path.name}/{name}": np.array(cells, dtype=np.str_)
        for name, cells in zip(head, columns, strict=True)
    }


def figures(checkout: Path) -> Numbers:
    """Draw what cs.plot draws of ensembles, single runs, the fit and the shipped scores."""
    england, files, found = England(), scenario_files(checkout), {}
    draws = cs.draws(england, DRAWS, seed=SEED, given="posterior")
    plans = [files[name] for name in ("baseline", *PAIR)]
    single = [cs.run(england, plan) for plan in plans]
    many = [cs.run(england, plan, draws=draws) for plan in plans]
    score, plot = cs.Backtest.of(england), cs.plot
    bands = {run.name: run for run in many}
    made = {
        "caseloads": plot.caseloads(*many),
        "caseloads with bands": plot.caseloads(*single, bands=bands),
        "differences": plot.differences(*many),
        "costs": plot.costs(*many, cumulative=True, discount=0.035),
        "costs in cash": plot.costs(*single, prices="cash"),
        "spending by stage": plot.spending(single[0]),
        "spending by line": plot.spending(single[1], by="line"),
        "fit": plot.fit(single[0]),
        "effects": plot.effects(cs.Effects.shipped(england)[-1]),
        "backtest coverage": plot.backtest_coverage(score),
        "backtest errors": plot.backtest_errors(score),
        "backtest fans": plot.backtest_fans(score),
    }
    for name in england.published_names():
        try:
            made[f"fit of {name}"] = plot.fit_of(single[0], name)
        except cs.CaresimError:  # no published figure
            continue
    for name, figure in made.items():
        found |= {f"figures/cs.plot: {name}/{k}": v for k, v in drawn_numbers(figure).items()}
    return found


def xmile(checkout: Path) -> Numbers:
    """Export England under current policy and a scenario: the lines of the files."""
    england, files, found = England(), scenario_files(checkout), {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("baseline", *PAIR):
            plan = None if name == "baseline" else files[name]
            path = cs.write_xmile(england, Path(folder) / f"{name}.xmile", plan)
            found[f"xmile/{name}"] = np.array(path.read_bytes().decode())
    return found


SECTIONS: dict[str, Callable[[Path], Numbers]] = {
    "scenarios": scenarios,
    "ways": ways,
    "notebooks": notebooks,
    "command": command,
    "figures": figures,
    "xmile": xmile,
}


def main() -> None:
    """Compute and write the sections that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    options = parser.parse_args()
    checkout = options.checkout.resolve()
    if not Path(cs.__file__).is_relative_to(checkout):
        message = f"caresim comes from {cs.__file__}; set PYTHONPATH to {checkout}"
        raise SystemExit(message)
    found: Numbers = {}
    for name in options.only:
        print(f"{checkout}: {name}", file=sys.stderr, flush=True)
        found |= SECTIONS[name](checkout)
    np.savez(options.file, **found)


if __name__ == "__main__":
    main()
