"""Models that a text names: files and modules, what is wrong with them, and other processes."""

import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import caresim as cs
from caresim.study.named_model import model_class, model_named

ROOT = Path(__file__).parents[2]
ONE = '''
from caresim.language import Flow, Model, Parameter, Parameters, Prior, Stock, cloud


class Pond(Model):
    """Fish that leave a pond."""

    parameters = p = Parameters({
        "rate": Parameter("rate", 0.3, "1/year", role="estimated", bounds=(0.01, 2.0),
                          prior=Prior("lognormal", 0.3, 1.5)),
        "fish_0": Parameter("fish_0", 1000.0, "fish"),
    })
    start, until = "2019-03-31", "2024-03-31"
    fish = Stock("Fish", "fish", p.fish_0)
    gone = Flow("Fish gone", fish >> cloud, fish * p.rate)
'''
TWO = (
    ONE
    + '''

class Lake(Pond):
    """A larger pond."""
'''
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(text):
    with pytest.raises(cs.ModelError) as caught:
        model_named(text)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 300
    return message


def test_a_file_with_one_model_needs_no_name(folder):
    written(folder, "pond.py", ONE)
    for text in ("pond.py", "pond.py:Pond", str(folder / "pond.py"), f"{folder / 'pond.py'}:Pond"):
        assert type(model_named(text)).__name__ == "Pond"


def test_a_file_is_loaded_once(folder):
    written(folder, "pond.py", ONE)
    assert type(model_named("pond.py")) is type(model_named(str(folder / "pond.py")))


def test_two_files_of_one_name_are_two_modules(folder):
    for place in ("here", "there"):
        (folder / place).mkdir()
        written(folder / place, "pond.py", ONE)
    here, there = (type(model_named(f"{place}/pond.py")) for place in ("here", "there"))
    assert here is not there


def test_a_file_finds_the_modules_beside_it(folder):
    written(folder, "numbers_of_a_pond.py", ONE.replace("class Pond", "class Puddle"))
    written(
        folder,
        "pool.py",
        "from numbers_of_a_pond import Puddle\n\n\nclass Pool(Puddle):\n    'A pool.'\n",
    )
    assert type(model_named("pool.py")).__name__ == "Pool", "its own model, not the imported one"


def test_a_module_is_named_with_dots(folder):
    written(folder, "a_pond_of_mine.py", ONE)
    assert type(model_named("a_pond_of_mine:Pond")).__name__ == "Pond"
    assert type(model_named("caresim.england:England")).__name__ == "England"
    assert type(model_named("caresim.england")).__name__ == "England"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pnd.py", "there is no file pnd.py to take a model from; did you mean 'pond.py'?"),
        ("pond.py:Pnod", "pond.py has no 'Pnod'; did you mean 'Pond'?"),
        ("pond.py:Xyz", "pond.py has no 'Xyz'; it holds Pond"),
        ("pond.py:Stock", "pond.py: 'Stock' is no model, a class such as Stock(Model), but"),
        ("pond.py:Model", "pond.py: 'Model' is no model"),
        ("two.py", "two.py holds Pond and Lake; say which one: two.py:Pond"),
        ("empty.py", "empty.py holds no model, a class such as Library(Model)"),
        ("wrong.py", "wrong.py, line 2: not Python: "),
        ("fails.py", "fails.py, line 2: NameError: name 'fish' is not defined"),
        ("leaves.py", "leaves.py, line 3: SystemExit: 3"),
        ("asks.py", "asks.py, line 1: ModuleNotFoundError: No module named 'nothing_such'"),
        ("units.py", "units.py, line 6: "),
        ("no_such_module", "there is no module 'no_such_module' to take a model from; a file"),
        ("no_such.module:Pond", "there is no module 'no_such.module' to take a model from"),
        ("a pond", "'a pond' names no model; write FILE.py:NAME or PACKAGE.MODULE:NAME"),
        ("", "'' names no model; write FILE.py:NAME or PACKAGE.MODULE:NAME"),
        ("folder.py", "folder.py is a folder; name one PY file in it"),
        ("needs.py", "needs.py: Needs() cannot be made: the number is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_in_one_sentence(folder, text, said):
    (folder / "folder.py").mkdir()
    files = {
        "pond.py": ONE,
        "two.py": TWO,
        "empty.py": "x = 1\n",
        "wrong.py": "x = 1\ny = (\n",
        "fails.py": "x = 1\ny = fish + 1\n",
        "leaves.py": "import sys\nx = 1\nsys.exit(3)\n",
        "asks.py": "import nothing_such\n",
        "units.py": (
            "from caresim.language import Aux, Model, Parameter, Parameters\n\n\n"
            "class Odd(Model):\n"
            '    parameters = p = Parameters({"a": Parameter("a", 1.0, "fish")})\n'
            '    b = Aux("B", p.a + 1)\n'
        ),
        "needs.py": (
            "from caresim.language import ModelError\n" + ONE.replace("class Pond", "class Needs")
            + "    def __init__(self):\n        raise ModelError('the number is missing')\n"
        ),
    }  # fmt: skip
    for name, content in files.items():
        written(folder, name, content)
    message = refused(text).replace(f"{folder}{os.sep}", "")
    assert message.startswith(said)


def test_a_file_that_fails_can_be_mended_and_named_again(folder):
    written(folder, "pond.py", "x = fish\n")
    refused("pond.py")
    written(folder, "pond.py", ONE)
    assert type(model_named("pond.py")).__name__ == "Pond"


def test_spawned_processes_do_what_this_one_does(folder):
    pond = model_named(str(written(folder, "pond.py", ONE)))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        sample = cs.draws(pond, 5, seed=1)
        there = pool.submit(cs.run, pond, draws=sample).result()
        assert there.model.parameters["rate"].value == 0.3
        assert type(there.model) is type(pond), "what comes back is of the class that is here"
    np.testing.assert_array_equal(there.values("fish"), cs.run(pond, draws=sample).values("fish"))


def test_a_run_that_is_kept_finds_its_file_again(folder):
    pond = model_named(str(written(folder, "pond.py", ONE)))
    (folder / "run.pickle").write_bytes(pickle.dumps(cs.run(pond.with_values(rate=0.5))))
    program = (
        "import pickle, pathlib; run = pickle.loads(pathlib.Path('run.pickle').read_bytes()); "
        "rate = run.model.parameters['rate'].value; "
        "print(type(run.model).__name__, rate, run.values('fish')[-1, 0])"
    )
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env={**os.environ, "PYTHONPATH": path},
        capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    name, rate, last = done.stdout.split()
    assert (name, float(rate)) == ("Pond", 0.5)
    assert float(last) == pytest.approx(1000 * np.exp(-2.5), rel=1e-4)


def test_models_of_packages_are_handed_over_by_name():
    england = model_class("caresim.england", "England")
    assert pickle.loads(pickle.dumps(england)) is england  # noqa: S301
    assert b"named_model" not in pickle.dumps(england)
