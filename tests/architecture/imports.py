"""Which file of the package imports which: every import counts, also lazy ones and those of types.

``python tests/architecture/imports.py`` prints the circles, the arrows between rooms, and how many
files of the library name the country. A package
runs its ``__init__`` before any of its files; that arrow counts only where it is written.
"""

import ast
from pathlib import Path

from country import files_that_name_it

PACKAGE = Path(__file__).parents[2] / "caresim"


def modules(package=PACKAGE):
    """Return the files of a package by dotted name."""
    return {dotted(path, package): path for path in sorted(package.rglob("*.py"))}


def dotted(path, package=PACKAGE):
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def graph(package=PACKAGE):
    """Return for each module the modules of the package that it imports, in any place."""
    known = modules(package)
    return {
        name: {module for module in imported(path) if module in known} - {name}
        for name, path in known.items()
    }


def imported(path):
    """Yield the dotted modules that a file imports; a name of a module stands for the module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if _is_module(whole) else node.module


def _is_module(name):
    place = PACKAGE.parent.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def circles(arrows):
    """Return the groups of modules that reach each other, each as a sorted list."""
    reached = {name: _reach(name, arrows) for name in arrows}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in arrows
        if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def _reach(name, arrows):
    found, waiting = set(), [*arrows[name]]
    while waiting:
        if (other := waiting.pop()) not in found:
            found.add(other)
            waiting.extend(arrows[other])
    return found


def rooms(arrows, floor="caresim.views"):
    """Return the rooms of a floor, folders and loose files, and the arrows between them."""
    inside = {name: _room(name, floor) for name in arrows if name.startswith(f"{floor}.")}
    pairs = {
        (inside[name], inside[other])
        for name in inside
        for other in arrows[name]
        if other in inside and inside[other] != inside[name]
    }
    return sorted(set(inside.values())), sorted(pairs)


def _room(name, floor):
    return name.removeprefix(f"{floor}.").split(".")[0]


def main():
    arrows = graph()
    found = circles(arrows)
    print(f"import circles: {len(found)}")
    for group in found:
        print("  " + " ↔ ".join(group))
    for floor in ("language", "engine", "study", "views", "cli"):
        names, pairs = rooms(arrows, f"caresim.{floor}")
        print(f"arrows between the rooms of {floor}: {len(pairs)} over {len(names)}")
        if floor == "views":
            for a, b in pairs:
                print(f"  {a} → {b}")
    print(f"files below england that name the country: {len(files_that_name_it())}")


if __name__ == "__main__":
    main()
