"""Compiled code is kept on disk: read by the next process, and never needed."""

import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from kept_code import CLOCK, COLUMNS, Leaving, forget, levels, needs_compiler, the_file
from rich_model import ran

from caresim.engine import prepare
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.machine import kernel
from caresim.engine.machine.kernel import CACHE_VARIABLE, cache_folder
from caresim.language import Flow, RunError, cloud

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
import warnings
sys.path.insert(0, {folder!r})
from kept_code import Leaving, levels
print(levels(Leaving, "compiled").tobytes().hex())
"""


def in_another_process():
    """Start a process that compiles and runs the model."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(folder=str(Path(__file__).parent))],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip


def result_of(process):
    """Return the numbers that a process printed."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return np.frombuffer(bytes.fromhex(out.strip())).reshape(4, 20)


# Kept and read


@needs_compiler
def test_code_is_kept_in_the_folder_that_is_named(folder, compilations):
    expected = levels(Leaving, "python")
    assert not folder.exists()
    np.testing.assert_allclose(levels(Leaving, "compiled"), expected, rtol=1e-13)
    assert the_file(folder).suffix == ".kernel"
    assert len(compilations) == 1


@needs_compiler
def test_the_same_process_compiles_once(folder, compilations):
    levels(Leaving, "compiled")
    levels(Leaving, "compiled")
    assert len(compilations) == 1


@needs_compiler
def test_what_is_kept_is_read_and_not_compiled_again(folder, compilations):
    first = levels(Leaving, "compiled")
    forget()
    assert levels(Leaving, "compiled").tobytes() == first.tobytes()
    assert len(compilations) == 1


@needs_compiler
def test_another_process_reads_it_and_leaves_it_as_it_is(folder, compilations):
    first = levels(Leaving, "compiled")
    before = the_file(folder).stat()
    assert result_of(in_another_process()).tobytes() == first.tobytes()
    after = the_file(folder).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino), "written anew"


@needs_compiler
def test_this_process_reads_what_another_has_kept(folder, compilations):
    first = result_of(in_another_process())
    assert levels(Leaving, "compiled").tobytes() == first.tobytes()
    assert compilations == []


@needs_compiler
def test_two_processes_at_once_do_not_clash(folder, compilations):
    pair = [in_another_process(), in_another_process()]
    one, other = (result_of(process) for process in pair)
    assert one.tobytes() == other.tobytes()
    the_file(folder)
    assert levels(Leaving, "compiled").tobytes() == one.tobytes()
    assert compilations == [], "what they left is whole"


@needs_compiler
def test_threads_at_once_do_not_clash(folder):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: levels(Leaving, "compiled").tobytes(), range(8)))
    assert set(found) == {found[0]}
    the_file(folder)


# Which code is read


@needs_compiler
def test_other_equations_are_kept_in_another_file(folder, compilations):
    class Slower(Leaving):
        both = Flow("Left too", Leaving.care >> cloud, Leaving.care * Leaving.p.rate / 2)

    usual = levels(Leaving, "compiled")
    slower = levels(Slower, "compiled")
    assert len(list(folder.iterdir())) == len(compilations) == 2
    assert (slower[-1] < usual[-1]).all()


@needs_compiler
def test_the_same_equations_with_other_numbers_share_a_file(folder, compilations):
    levels(Leaving, "compiled")
    run = execute(Leaving(start=50.0), Clock(2001, 2009, 8), (), COLUMNS,
                  method="euler", outputs=["care"], target="compiled")  # fmt: skip
    assert (run.values("care")[0] == 50.0).all()
    assert len(compilations) == 1


@needs_compiler
def test_code_for_a_simpler_processor_is_kept_apart_and_gives_the_same_bits(folder, monkeypatch):
    usual = ran("compiled", 20)
    monkeypatch.setattr(kernel, "_features", lambda _: "")
    forget()
    simpler = ran("compiled", 20)
    assert len(list(folder.iterdir())) == 2
    for name in usual.outputs:
        assert simpler.values(name).tobytes() == usual.values(name).tobytes(), name


# Not needed


@needs_compiler
@pytest.mark.skipif(sys.platform == "win32", reason="permissions are other there")
def test_a_folder_that_may_not_be_written_is_done_without(folder, compilations):
    if os.geteuid() == 0:
        pytest.skip("an administrator may write anywhere")
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    first = levels(Leaving, "compiled")
    forget()
    assert levels(Leaving, "compiled").tobytes() == first.tobytes()
    assert len(compilations) == 2
    assert list(folder.iterdir()) == []


@needs_compiler
def test_a_folder_that_cannot_be_made_is_done_without(folder, compilations):
    folder.parent.mkdir()
    folder.write_text("a file stands in its place")
    expected = levels(Leaving, "python")
    np.testing.assert_allclose(levels(Leaving, "compiled"), expected, rtol=1e-13)
    assert len(compilations) == 1
    assert folder.read_text() == "a file stands in its place"


PLACES = {
    "linux": ("XDG_CACHE_HOME", "caresim"),
    "win32": ("LOCALAPPDATA", "caresim"),
}


@pytest.mark.parametrize("system", PLACES)
def test_code_is_kept_where_the_system_keeps_such_files(system, monkeypatch, tmp_path):
    variable, name = PLACES[system]
    monkeypatch.delenv(CACHE_VARIABLE, raising=False)
    monkeypatch.setattr(kernel.sys, "platform", system)
    monkeypatch.setenv(variable, str(tmp_path))
    assert cache_folder() == tmp_path / name
    monkeypatch.delenv(variable)
    assert cache_folder().name == "caresim"
    assert cache_folder().is_relative_to(Path.home())


def test_an_empty_name_of_the_folder_is_none(monkeypatch, tmp_path):
    monkeypatch.setenv(CACHE_VARIABLE, "")
    assert cache_folder().name == "caresim"


# Not to be had


@pytest.fixture
def without_llvmlite(monkeypatch):
    """Make llvmlite impossible to import."""
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    kernel.hindrance.cache_clear()
    prepare._say_once.cache_clear()
    yield
    kernel.hindrance.cache_clear()
    prepare._say_once.cache_clear()


def test_asking_for_what_is_not_installed_says_how_to_install_it(without_llvmlite):
    with pytest.raises(RunError) as caught:
        levels(Leaving, "compiled")
    assert str(caught.value) == (
        "target='compiled' cannot be had: llvmlite 0.45 or newer is not installed "
        "(pip install llvmlite)"
    )


def test_without_llvmlite_the_readable_way_gives_the_same_numbers_and_says_so_once(
    without_llvmlite,
):
    with pytest.warns(UserWarning, match="readable Python.*llvmlite 0.45 or newer"):
        run = execute(Leaving(), CLOCK, (), COLUMNS)
    with warnings.catch_warnings(action="error"):
        execute(Leaving(), CLOCK, (), COLUMNS)
    assert run.provenance["computed_with"] == "python"
    assert "llvmlite" not in run.provenance
    assert prepare.available_targets() == ("python",)
    kernel.hindrance.cache_clear()
    reference = levels(Leaving, "python")
    np.testing.assert_allclose(run.values("care"), reference, rtol=1e-12)


@needs_compiler
@pytest.mark.parametrize("version", ["0.44.0", "0.9", "unknown"])
def test_an_llvmlite_that_is_too_old_counts_as_none(version, monkeypatch, without_hindrance):
    import llvmlite

    monkeypatch.setattr(llvmlite, "__version__", version)
    with pytest.raises(RunError, match=rf"llvmlite is {version}.*needed"):
        levels(Leaving, "compiled")


@needs_compiler
def test_a_system_that_forbids_made_code_is_asked_before_it_is_used(monkeypatch, without_hindrance):
    """A hardened system refuses to make memory executable, where LLVM would end the process."""
    assert kernel._may_run_what_it_wrote(), "as llvmlite is in use here"
    monkeypatch.setattr(kernel, "_may_run_what_it_wrote", lambda: False)
    with pytest.raises(RunError, match="does not let a program run code that it has made"):
        levels(Leaving, "compiled")


@pytest.fixture
def without_hindrance():
    """Let the question be asked anew, before and after."""
    kernel.hindrance.cache_clear()
    yield
    kernel.hindrance.cache_clear()
