"""Lists the public names of caresim with their signatures, read from the source without running it.

``python tests/release/public_names.py`` writes docs/public_names.md. At a release its text also
goes to public_names_last.md beside this file, from which the next changes are counted.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import griffe

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "public_names.md"
LAST = Path(__file__).with_name("public_names_last.md")
MODULES = (
    "caresim",
    "caresim.language",
    "caresim.england",
    "caresim.views.plot",
    "caresim.views.report",
)
SPOKEN = {"__call__", "__getitem__"}  # used without being named: run["care"], simulate(values)
# what a model's author uses of an equation; its other members serve the engine and the views
OF_EQUATIONS = {"__init__", "__getitem__", "ageing", "follow", "label", "name", "outflow", "unit"}
HEAD = """\
# Public names

What is listed here keeps its name and meaning from one minor release to the next; what is not may
change at any time. Methods stand as they are called. A change of this page has its line in
[CHANGELOG.md](../CHANGELOG.md). It is made by `python tests/release/public_names.py`.
"""


def page(root=ROOT):
    """Return the page for the package in a folder."""
    options = {"resolve_aliases": True, "try_relative_path": False}
    package = griffe.load("caresim", search_paths=[root], **options)
    public = {module: _public(package, module) for module in MODULES}
    homes = {}
    for module, things in public.items():
        for name, thing in things.items():
            homes.setdefault(thing.canonical_path, f"{module}.{name}")
    return HEAD + "".join(_section(*pair, homes) for pair in public.items())


def _public(package, module):
    """Return what a module offers, by name; modules that it offers have a section of their own."""
    found = package if module == "caresim" else package[module.partition(".")[2]]
    things = {name: _target(found[name]) for name in sorted(found.exports)}
    return {n: t for n, t in things.items() if not t.is_module and n != "__version__"}


def _section(module, things, homes):
    lines = []
    for name, thing in things.items():
        home = homes[thing.canonical_path]
        known = home != f"{module}.{name}"
        lines += [f"{name} = {home}"] if known else _lines(thing, name, homes)
    return f"\n## {module}\n\n```text\n" + "\n".join(lines) + "\n```\n"


def _target(thing):
    return thing.final_target if thing.is_alias else thing


def _lines(thing, name, homes, indent=""):
    """Return the lines of a stub: a class with its members, a function, or a name with its type."""
    if thing.is_class:
        bases = ", ".join(base.name for base in thing.mro() if base.canonical_path in homes)
        members = [
            line for m in _members(thing, homes) for line in _lines(m, m.name, homes, "    ")
        ]
        head = f"class {name}({bases}):" if bases else f"class {name}:"
        return [head, *members] if members else [f"{head} ..."]
    if thing.is_function:
        kinds = [kind for kind in ("staticmethod", "classmethod") if kind in thing.labels]
        return [f"{indent}@{kind}" for kind in kinds] + [
            f"{indent}def {_signature(thing, name)}: ..."
        ]
    typed = f": {thing.annotation}" if thing.annotation else " = ..."
    return [f"{indent}{name}{typed}"]


def _signature(thing, name):
    text = thing.signature(return_type=True)
    return name + text[text.index("(") :]


def _members(thing, homes):
    """Return what users name of a class, the constructor first; of an equation with its bases.

    What a base declares that is no public name itself, is its own.
    """
    private = (base.members for base in thing.bases and thing.mro()[:1] if _is_private(base, homes))
    own = {name: m for members in private for name, m in members.items()} | thing.members
    inherited = thing.all_members if _is_equation(thing) else own
    found = {name: _target(m) for name, m in inherited.items() if _is_public(name, thing)}
    return [m for _, m in sorted(found.items(), key=lambda pair: (pair[0] != "__init__", pair[0]))]


def _is_private(base, homes):
    return base.canonical_path.startswith("caresim.") and base.canonical_path not in homes


def _is_public(name, thing):
    if _is_equation(thing):
        return name in OF_EQUATIONS
    return not name.startswith("_") or name in {"__init__", *SPOKEN}


def _is_equation(thing):
    return "Expr" in {base.name for base in thing.mro()}


@dataclass(frozen=True)
class Change:
    """One name that was added, changed or removed; ``broken`` says what of it can fail a caller."""

    name: str
    kind: str
    broken: str = ""


def changes(old, new):
    """Return what differs between two pages, each public name once."""
    before, after = names(old), names(new)
    breaks = broken(old, new)
    kinds = {name: _kind(name, before, after) for name in {**before, **after}}
    found = {name: kind for name, kind in sorted(kinds.items()) if kind}
    return [
        Change(name, kind, breaks.get(name, ""))
        for name, kind in found.items()
        if found.get(name.rpartition(".")[0]) != kind or kind == "changed"  # goes with its class
    ]


def _kind(name, before, after):
    if name not in before:
        return "added"
    if name not in after:
        return "removed"
    return "changed" if before[name] != after[name] else ""


def names(text):
    """Return the lines of each name on a page, the members of a class as ``Class.member``."""
    found = {}
    for module, code in _blocks(text):
        owner = ""
        for line in code.splitlines():
            name = re.search(r"^(?:class |def )?(\w+)", line.strip())
            if name is None:  # a decorator, told by the line below it
                continue
            if not line.startswith(" "):
                owner = name[1]
            path = f"{module}.{owner}" + (f".{name[1]}" if line.startswith(" ") else "")
            found[path] = line.strip()
    return found


def broken(old, new):
    """Return by name what griffe finds that can fail a caller of the older page."""
    before, after = (dict(_blocks(text)) for text in (old, new))
    found = {}
    for module, code in before.items():
        pair = [_visited(module, text) for text in (code, after.get(module, ""))]
        for breakage in griffe.find_breaking_changes(*pair):
            found[breakage.obj.path.partition("(")[0]] = breakage.kind.value
    return found


def _visited(module, code):
    return griffe.visit(module, filepath=Path("public_names.pyi"), code=code)


def _blocks(text):
    return re.findall(r"^## (\S+)\n\n```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
