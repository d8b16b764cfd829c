#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox", "packaging"]
# ///
"""Sessions of nox: `make test-matrix` runs the quick tests on each Python that it finds.

``newest`` takes the newest version of each library, on each Python; ``lowest`` the lowest versions
that pyproject.toml allows, on the lowest Python, where all of them have wheels.
"""

from __future__ import annotations

import os
from pathlib import Path

import nox
from packaging.requirements import Requirement

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
QUICK = ("-n", "logical", "--dist", "worksteal", "-m", "not slow and not thorough")
PYENV = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_venv = "yes"
# The Pythons of pyenv count as found, whichever of them is chosen at the moment
os.environ["PATH"] = os.pathsep.join([os.environ["PATH"], *map(str, PYENV.glob("3.*/bin"))])


def lower_bounds() -> list[str]:
    """Return the lowest version of each library, as constraints for pip."""
    project = PROJECT["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    found = []
    for one in map(Requirement, asked):
        (lowest,) = (bound.version for bound in one.specifier if bound.operator == ">=")
        marker = f" ; {one.marker}" if one.marker else ""
        found.append(f"{one.name}=={lowest}{marker}")
    return found


@nox.session(python=PYTHONS)
def newest(session: nox.Session) -> None:
    """Run the quick tests with the newest libraries."""
    session.install("--upgrade", "--editable", ".[test]")
    session.run("python", "-m", "pytest", *QUICK, *session.posargs)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the quick tests with the lowest libraries that are allowed."""
    constraints = Path(session.virtualenv.location) / "lowest.txt"
    constraints.write_text("\n".join(lower_bounds()), encoding="utf-8")
    session.install("--editable", ".[test]", "--constraint", str(constraints))
    session.run("python", "-m", "pytest", *QUICK, *session.posargs)


if __name__ == "__main__":
    nox.main()
