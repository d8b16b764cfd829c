"""The public names: they resolve, are documented, load late, and their examples run."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import caresim

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(caresim.__path__, "caresim.")
    if module.name != "caresim.__main__"
)


def in_a_fresh_process(code):
    """Run Python code with nothing loaded, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", caresim.__all__)
def test_every_public_name_resolves(name):
    assert getattr(caresim, name) is not None
    assert getattr(caresim, name) is getattr(caresim, name), "the same object every time"


@pytest.mark.parametrize("name", [name for name in caresim.__all__ if name != "__version__"])
def test_every_public_name_is_documented(name):
    text = inspect.getdoc(getattr(caresim, name))
    assert text, f"caresim.{name} has no docstring"
    assert text.splitlines()[0].endswith("."), "the first line is a sentence"
    assert not text.startswith(f"{name}("), "written by a person, not by dataclass"


VERBS = (
    "at_rest", "backtest", "break_even", "calibrate", "check_step", "compare", "diagram", "draws",
    "effects", "equations", "loop_diagram", "loops", "model_page", "needed", "payback", "prepare",
    "read_figures", "run", "scenarios", "spending", "with_parameters", "write_xmile",
)  # fmt: skip


@pytest.mark.parametrize("name", VERBS)
def test_every_argument_of_a_verb_is_annotated(name):
    signature = inspect.signature(getattr(caresim, name))
    assert signature.return_annotation is not inspect.Signature.empty
    for argument in signature.parameters.values():
        assert argument.annotation is not inspect.Parameter.empty, f"{name}({argument.name})"


def test_each_name_stands_once_and_in_the_list_of_homes():
    assert len(set(caresim.__all__)) == len(caresim.__all__)
    assert set(caresim.__all__) - {"__version__"} == set(caresim._HOMES)


def test_dir_lists_the_public_names():
    assert dir(caresim) == sorted(caresim.__all__)


def test_an_unknown_name_is_an_attribute_error_that_says_so():
    with pytest.raises(AttributeError, match="caresim has no 'simulate'"):
        _ = caresim.simulate
    assert not hasattr(caresim, "_nothing")
    with pytest.raises(ImportError):
        importlib.import_module("caresim.simulate")


def test_every_error_is_a_caresim_error():
    errors = [name for name in caresim.__all__ if name.endswith("Error")]
    assert len(errors) >= 6
    for name in errors:
        assert issubclass(getattr(caresim, name), caresim.CaresimError)


HEAVY = ("numpy", "scipy", "pandas", "xarray", "matplotlib", "pydantic", "typer")


def test_importing_the_package_loads_nothing_heavy():
    code = f"import caresim, sys; print([m for m in {HEAVY} if m in sys.modules])"
    assert in_a_fresh_process(code) == "[]"


def test_running_the_model_loads_no_plotting_and_no_fitting():
    code = (
        "import caresim as cs, sys; from caresim.england import England; "
        "cs.run(England(), until='2012-03-31'); "
        "print([m for m in ('scipy', 'pandas', 'xarray', 'matplotlib') if m in sys.modules])"
    )
    assert in_a_fresh_process(code) == "[]"


def third_party_imports():
    """Return the top-level names that the package imports from outside, with one place each."""
    found = {}
    for path in sorted((ROOT / "caresim").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                found.setdefault(name.split(".")[0], path.relative_to(ROOT).as_posix())
    outside = set(found) - set(sys.stdlib_module_names) - {"caresim"}
    return {name: found[name] for name in outside}


def test_every_library_that_is_imported_is_a_declared_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w-]+", text)[0] for text in project["dependencies"]}
    alias = {"pydantic_core": "pydantic"}  # its other half, always installed together
    missing = {n: at for n, at in third_party_imports().items() if alias.get(n, n) not in declared}
    assert not missing


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name):
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public), f"{name}.__all__ names {public!r}, which is not there"


@pytest.mark.parametrize("name", ["caresim", *MODULES])
def test_the_examples_of_a_module_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # an example that writes files leaves none behind
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0, f"{results.failed} of {results.attempted} examples of {name} fail"


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_an_example(name):
    tests = doctest.DocTestFinder(recurse=False).find(getattr(caresim, name), name)
    sources = [example.source for test in tests for example in test.examples]
    assert any(f"{name}(" in source for source in sources), sources
