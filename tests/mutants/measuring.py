"""Copies of the tree to try mutants in, and in one of them: which tests touch which lines."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from choosing import Tests
from places import PACKAGE, ROOT, mutated_files

HERE = Path(__file__).parent
COPIED = ("caresim", "tests", "benchmarks", "scenarios", "docs", "notebooks")
LEFT = shutil.ignore_patterns("__pycache__", ".*")


def copied(place):
    """Make a copy of what the tests need in an empty folder."""
    shutil.rmtree(place, ignore_errors=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, place / name, ignore=LEFT)
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith(".coverage"):
            shutil.copy(path, place / path.name)
    (place / ".code").mkdir(mode=0o700)
    return place


def prepared(work, workers, marks):
    """Return what was measured of the tests, and a copy of the tree for each worker.

    The first copy is measured in; the others are made of it, with all that Python and llvmlite
    compiled there, so that a trial compiles what was mutated only.
    """
    first, stamp, known = work / "copy 0", work / "measured.txt", f"{digest()} {marks}"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != known:
        stamp.unlink(missing_ok=True)
        measure(work / "touching", copied(first), workers, marks)
        stamp.write_text(known, encoding="utf-8")
    # what a trial was ended in the middle of may be left mutated
    shutil.copytree(PACKAGE, first / "caresim", ignore=LEFT, dirs_exist_ok=True)
    copies = [first, *(work / f"copy {n}" for n in range(1, workers))]
    for place in copies[1:]:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(first, place)
    return Tests(work / "touching"), copies


def digest():
    """Return what a measurement depends on: every file of the package and of the tests."""
    found = hashlib.sha256()
    for path in sorted([*PACKAGE.rglob("*"), *(ROOT / "tests").rglob("*.py")]):
        if path.is_file() and "__pycache__" not in path.parts and path.parent != HERE:
            found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def measure(folder, copy, workers, marks):
    """Run the tests in a copy, and leave in a folder which of them touch which lines."""
    print("Measuring which tests touch which lines ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = [str(copy / "caresim" / path.relative_to(PACKAGE)) for path in mutated_files()]
    (folder / "files.json").write_text(json.dumps(files), encoding="utf-8")
    own = {
        "PYTHONPATH": os.pathsep.join([str(copy), str(HERE)]),
        "PYTHONDONTWRITEBYTECODE": "",
        "CARESIM_CACHE_DIR": str(copy / ".code"),
        "COVERAGE_CORE": "ctrace",  # the others cannot tell tests apart
        "TOUCHING": str(folder),
    }
    with (folder / "pytest.log").open("w") as log:
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "--dist", "worksteal",
             "-p", "touching", "-p", "no:cacheprovider", "-m", marks, "--tb=line"],
            cwd=copy, check=False, stdout=log, env=os.environ | own,
        )  # fmt: skip
