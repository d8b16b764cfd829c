"""Kept code is run only where it is whole, of this model, and this user alone can have kept it."""

import hashlib
import os
import stat

import pytest
from kept_code import Leaving, counted, forget, levels, needs_compiler, posix, the_file

from caresim.engine.machine import kept
from caresim.engine.machine.kernel import CACHE_VARIABLE
from caresim.language import Flow, cloud


def cut(code):
    return code[: len(code) // 2]


def flipped(code):
    return code[:-100] + bytes([code[-100] ^ 1]) + code[-99:]


DAMAGE = {"cut": cut, "empty": lambda _: b"", "one bit": flipped, "text": lambda _: b"hello" * 99}


@needs_compiler
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_code_is_compiled_anew(damage, folder, compilations):
    first = levels(Leaving, "compiled")
    file = the_file(folder)
    whole = file.read_bytes()
    file.write_bytes(DAMAGE[damage](whole))
    forget()
    assert levels(Leaving, "compiled").tobytes() == first.tobytes()
    assert len(compilations) == 2
    assert the_file(folder).read_bytes() == whole, "and kept again"


def renamed(file, folder):
    """Put the code of other equations under the name of the first."""

    class Slower(Leaving):
        both = Flow("Left too", Leaving.care >> cloud, Leaving.care * Leaving.p.rate / 2)

    levels(Slower, "compiled")
    (other,) = set(folder.iterdir()) - {file}
    other.replace(file)


def writable_by_others(file, folder):
    file.chmod(0o666)


def writable_by_the_group(file, folder):
    file.chmod(0o620)


def a_link(file, folder):
    file.replace(folder.parent / "elsewhere")
    file.symlink_to(folder.parent / "elsewhere")


def a_pipe(file, folder):
    file.unlink()
    os.mkfifo(file)


def of_an_earlier_layout(file, folder):
    code = file.read_bytes()[32:]
    file.write_bytes(hashlib.sha256(code).digest() + code)


FILES = [renamed, writable_by_others, writable_by_the_group, a_link, a_pipe, of_an_earlier_layout]


@needs_compiler
@posix
@pytest.mark.parametrize("change", FILES, ids=lambda change: change.__name__)
def test_a_file_that_another_may_have_put_there_is_made_anew(change, folder, monkeypatch):
    first = levels(Leaving, "compiled")
    file = the_file(folder)
    whole = file.read_bytes()
    change(file, folder)
    forget()
    made = counted(monkeypatch)
    assert levels(Leaving, "compiled").tobytes() == first.tobytes()
    assert len(made) == 1
    assert the_file(folder) == file
    assert file.read_bytes() == whole
    assert stat.S_IMODE(file.lstat().st_mode) == 0o600, "a file of this user's alone"


@needs_compiler
@posix
def test_a_file_of_another_user_is_made_anew(folder, compilations, monkeypatch):
    first = levels(Leaving, "compiled")
    forget()
    us = os.geteuid()
    monkeypatch.setattr(kept.os, "geteuid", lambda: us + 1)
    assert levels(Leaving, "compiled").tobytes() == first.tobytes()
    assert len(compilations) == 2


@needs_compiler
@posix
def test_folder_and_file_are_made_for_this_user_alone(folder):
    levels(Leaving, "compiled")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(the_file(folder).stat().st_mode) == 0o600


@needs_compiler
@posix
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770], ids=oct)
def test_a_folder_that_others_may_write_to_is_done_without(mode, folder, compilations):
    first = levels(Leaving, "compiled")
    before = the_file(folder).stat()
    folder.chmod(mode)
    forget()
    assert levels(Leaving, "compiled").tobytes() == first.tobytes()
    assert len(compilations) == 2, "what is kept there is not run"
    after = the_file(folder).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@needs_compiler
@posix
def test_a_link_to_a_folder_is_done_without(folder, compilations, tmp_path):
    folder.parent.mkdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    levels(Leaving, "compiled")
    assert len(compilations) == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []


@needs_compiler
@pytest.mark.parametrize("named", [".", "kept", "kept/../here"])
def test_a_folder_that_depends_on_where_one_stands_is_done_without(
    named, folder, compilations, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(CACHE_VARIABLE, named)
    levels(Leaving, "compiled")
    assert len(compilations) == 1
    assert list(tmp_path.iterdir()) == []
