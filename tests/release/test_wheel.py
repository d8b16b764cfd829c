"""What a release holds, and that it works where no checkout is near."""

import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from wheels import ROOT, build

import caresim as cs
from caresim.england import England

PACKAGE = {
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "caresim").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
}
SHIPPED = {f"caresim/shipped/{path.name}" for path in (ROOT / "scenarios").iterdir()}
FIRST_STEPS = """
import json
import caresim as cs
from caresim.england import England

early = cs.run(England(), "early_help_first", until="2030-03-31")
own = cs.read_scenario("own.toml")
print(json.dumps({
    "at": cs.__file__,
    "shipped": str(cs.scenarios()["baseline"].path),
    "looked_after": early.annual()["looked_after"].iloc[-1],
    "changes": len(own.changes),
}))
"""


def files_of(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_package_and_the_scenarios_and_nothing_else(installed):
    names = {name for name in files_of(installed.wheel) if ".dist-info/" not in name}
    assert names == PACKAGE | SHIPPED
    assert "caresim/py.typed" in names


def test_the_shipped_scenarios_are_those_of_the_checkout(installed):
    files = files_of(installed.wheel)
    for path in (ROOT / "scenarios").iterdir():
        assert files[f"caresim/shipped/{path.name}"] == path.read_bytes(), path.name


def test_the_wheel_made_of_the_sdist_is_that_of_the_checkout_byte_for_byte(installed, tmp_path):
    made = build("wheel", ROOT, tmp_path)
    assert files_of(made) == files_of(installed.wheel)
    assert made.read_bytes() == installed.wheel.read_bytes(), "the same files, packed otherwise"


def test_a_wheel_that_is_built_twice_is_the_same_bytes(installed, tmp_path):
    """Of a copy in another folder, with other times and rights."""
    source = tmp_path / "elsewhere" / "a copy"
    with tarfile.open(installed.sdist) as archive:
        archive.extractall(source, filter="data")
    (top,) = source.iterdir()
    for path in top.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert build("wheel", top, tmp_path).read_bytes() == installed.wheel.read_bytes()


def test_the_sdist_holds_what_its_tests_need_and_no_output(installed):
    with tarfile.open(installed.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= PACKAGE
    for needed in ("README.md", "LICENSE", "Makefile", "tests/conftest.py", "docs/model.md"):
        assert needed in names
    tops = {name.partition("/")[0] for name in names}
    assert not tops & {".venv", "demo_output", "dist", "build", ".git"}


def test_an_editable_install_has_no_second_copy_of_the_scenarios(tmp_path):
    files = files_of(build("editable", ROOT, tmp_path))
    assert not [name for name in files if "shipped" in name or name.startswith("scenarios")]
    (path,) = [text.decode() for name, text in files.items() if name.endswith(".pth")]
    assert Path(path.strip()) == ROOT


def test_the_metadata_say_what_it_is(installed):
    told = installed.metadata
    assert (told["Name"], told["Version"]) == ("caresim", cs.__version__)
    assert told["License-Expression"] == "MIT AND OGL-UK-3.0"
    assert told["Requires-Python"] == ">=3.11"
    assert told.get_payload().startswith("# caresim\n")


def test_first_steps_outside_the_checkout(installed, tmp_path):
    own = '\nname = "Own"\nextends = "early_help_first"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    done = installed.call(installed.python, "-c", FIRST_STEPS, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found["at"]).parent == installed.packages / "caresim"
    assert Path(found["shipped"]).parent == installed.packages / "caresim" / "shipped"
    here = cs.run(England(), "early_help_first", until="2030-03-31").annual()["looked_after"]
    assert found["looked_after"] == pytest.approx(here.iloc[-1], rel=1e-12)
    shipped = cs.read_scenario(cs.scenarios()["early_help_first"].path)
    assert found["changes"] == len(shipped.changes)


def test_the_command_is_installed_and_knows_the_scenarios(installed, tmp_path):
    assert installed.call("caresim", "--version").stdout == f"caresim {cs.__version__}\n"
    listed = installed.call("caresim", "scenarios", folder=tmp_path)
    assert listed.stdout == f"{cs.scenarios()!r}\n"
    options = ("--out", "results", "--draws", "0", "--no-figures", "--until", "2030-03-31")
    done = installed.call("caresim", "run", "statutory_first", *options, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results" / "statutory_first_annual.csv").exists()
