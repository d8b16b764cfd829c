"""The layers: who may import whom, how long files and functions may be, what a module is called."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "caresim"
FILES = sorted(PACKAGE.rglob("*.py"))
ALLOWED = {
    "language": {"language"},
    "engine": {"engine", "language"},
    "study": {"study", "engine", "language"},
    "views": {"views", "study", "engine", "language"},
    "england": {"england", "language"},
    "cli": {"cli", "views", "study", "engine", "language"},
}
FREE = {"__init__.py", "__main__.py", "version.py"}  # at the top: they may import every layer
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
OUTSIDE = {"language/shipped.py"}  # a checkout has the scenarios beside the package, a wheel inside
REFUSED_NAMES = {"utils", "util", "common", "base", "core", "helpers", "misc"}


def place(path):
    return path.relative_to(PACKAGE).as_posix()


def layer_of(path):
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else None


def imported(path):
    """Yield (line, dotted module or name) for each import of caresim."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            home = "." * node.level + (node.module or "")
            if home == "caresim":
                for alias in node.names:
                    yield node.lineno, f"caresim.{alias.name}"
            else:
                yield node.lineno, home


def faults_of(path):
    """Return the imports of one file that go against the arrows."""
    layer = layer_of(path)
    faults = []
    for line, module in imported(path):
        top, _, rest = module.partition(".")
        if module.startswith("."):
            faults.append(f"{place(path)}:{line}: import by full name, not {module!r}")
        elif top == "caresim" and layer is not None:
            target = rest.split(".")[0]
            if target == "version":
                continue
            if target not in ALLOWED.get(layer, set()):
                faults.append(f"{place(path)}:{line}: {layer} may not import {module!r}")
    return faults


def test_there_is_something_to_check():
    assert {"language", "engine"} <= {layer_of(path) for path in FILES}


def test_every_folder_is_a_known_layer():
    folders = {layer_of(path) for path in FILES} - {None}
    assert folders <= set(ALLOWED), "give the new folder its arrows in ALLOWED"
    modules = {path.name for path in FILES if layer_of(path) is None}
    assert modules <= FREE, "modules beside the layers are the package itself"


@pytest.mark.parametrize("path", FILES, ids=place)
def test_imports_follow_the_arrows(path):
    assert not faults_of(path), "\n".join(faults_of(path))


@pytest.mark.parametrize(
    ("layer", "source", "refused"),
    [
        ("language", "from caresim.engine.run import Run", True),
        ("language", "import caresim.engine", True),
        ("language", "def f():\n    from caresim.study import run", True),
        ("language", "from ..engine import run", True),
        ("england", "from caresim.engine import clock", True),
        ("views", "from caresim import cli", True),
        ("study", "from caresim.cli.app import england", True),
        ("cli", "from caresim.views.report import results", False),
        ("engine", "from caresim import __version__", True),
        ("engine", "from caresim.version import __version__", False),
        ("engine", "from caresim.language.model import Model", False),
        ("study", "import numpy as np", False),
    ],
)
def test_the_check_itself_sees_an_import_against_the_arrows(layer, source, refused):
    class Text(type(PACKAGE)):
        def read_text(self, **_):
            return source

    assert bool(faults_of(Text(PACKAGE / layer / "made_up.py"))) is refused


@pytest.mark.parametrize("path", FILES, ids=place)
def test_no_file_and_no_function_is_too_long(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE, f"{place(path)}: divide it by subject"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            where = f"{place(path)}:{node.lineno}: {node.name}"
            assert length <= LONGEST_FUNCTION, f"{where} has {length} lines; divide it"


@pytest.mark.parametrize("path", FILES, ids=place)
def test_a_module_is_named_for_its_subject(path):
    names = {*path.relative_to(PACKAGE).with_suffix("").parts}
    assert not names & REFUSED_NAMES, "name the module for what it holds"


@pytest.mark.parametrize("path", FILES, ids=place)
def test_nothing_reads_outside_the_package(path):
    """No path with ``..``, and no climbing from ``__file__`` beyond the package's own folder."""
    text = path.read_text(encoding="utf-8")
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            climbs = re.search(r"(^|[/\\\s])\.\.[/\\]", node.value)
            assert not climbs, f"{place(path)}:{node.lineno}: {node.value!r} leaves the package"
    for line, content in enumerate(text.splitlines(), 1):
        if "__file__" in content:
            climbs = len(re.findall(r"\.parent\b", content)) + sum(
                int(i) + 1 for i in re.findall(r"\.parents\[(\d+)\]", content)
            )
            inside = climbs <= depth or place(path) in OUTSIDE
            assert inside, f"{place(path)}:{line}: leaves the package"
