"""Compare the numbers of this checkout with another's: ``python benchmarks/compare_releases.py X``.

X is a git ref (``a6b044c``, ``v0.1.0``), the folder of a checkout, or a file that numbers_of.py
wrote. Each side runs in a process of its own with its own scenarios, notebooks and machine code.
Exit status 1 says that something differs. Two to three minutes; a section with ``--only``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import agreement
import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def numbers(checkout: Path, sections: list[str], scratch: Path) -> agreement.Numbers:
    """Return what a checkout computes, in a process that imports nothing of any other."""
    file = scratch / "numbers.npz"
    scratch.mkdir(exist_ok=True)
    command = [sys.executable, HERE / "numbers_of.py", checkout, file, "--only", *sections]
    variables = alone(checkout, scratch / "code")
    done = subprocess.run(  # noqa: S603
        command, env=variables, cwd=checkout, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        message = f"the numbers of {checkout} could not be computed; the reason stands above"
        raise SystemExit(message)
    return read(file)


def alone(checkout: Path, cache: Path) -> dict[str, str]:
    """Return the variables of a process that imports a checkout and keeps code in its own cache."""
    own = {"PYTHONPATH": str(checkout), "CARESIM_CACHE_DIR": str(cache), "MPLBACKEND": "agg"}
    return {**os.environ, **own}


def read(file: Path) -> agreement.Numbers:
    """Return the numbers that a file holds."""
    with np.load(file) as kept:
        return dict(kept)


def extracted(ref: str, folder: Path) -> Path:
    """Return a folder with the files of a git ref."""
    packed = folder / "checkout.tar"
    command = ["git", "-C", str(ROOT), "archive", "--output", str(packed), ref]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        message = f"'{ref}' is no file, no folder and no git ref: {done.stderr.strip()}"
        raise SystemExit(message)
    with tarfile.open(packed) as files:
        files.extractall(folder / "checkout", filter="data")
    return folder / "checkout"


def checkout_of(name: str, scratch: Path) -> Path:
    """Return the folder of a checkout, which may be given as a git ref."""
    place = Path(name)
    return place.resolve() if place.is_dir() else extracted(name, scratch)


def of_other(name: str, sections: list[str], scratch: Path) -> agreement.Numbers:
    """Return the numbers of what is compared with: a file, a checkout or a git ref."""
    if (file := Path(name)).is_file():
        return read(file)
    return numbers(checkout_of(name, scratch), sections, scratch / "other")


def main() -> None:
    """Compute both sides, print what differs, and end with 1 where something does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("other", help="git ref, folder of a checkout, or file of numbers")
    parser.add_argument("--only", nargs="+", choices=agreement.GROUPS, help="sections; all")
    options = parser.parse_args()
    sections = options.only or list(agreement.GROUPS)
    if "ways" in sections:  # which are held against the default
        sections = ["scenarios", *(name for name in sections if name != "scenarios")]
    with tempfile.TemporaryDirectory() as folder:
        there = of_other(options.other, sections, Path(folder))
        here = numbers(ROOT, sections, Path(folder) / "here")
    found = agreement.verdicts(here, there, sections)
    print("\n".join(agreement.page(found)))
    raise SystemExit(not all(verdict.passed for verdict in found))


if __name__ == "__main__":
    main()
