"""Kept code is run only where it is whole, of this model, and this user alone can have kept it."""

import hashlib
import os
import stat

import pytest
from kept_code import Leaving, counted, forget, levels, needs_compiler, posix, the_file

from caresim.engine.machine import kept
from caresim.engine.machine.kernel import CACHE_VARIABLE, cache_folder
from caresim.language import Flow, cloud


def cut(code):
    return code[: len(code) // 2]


def flipped(code):
    return code[:-100] + bytes([code[-100] ^ 1]) + code[-99:]


DAMAGE = {
    "cut": cut,
    "cut by one": lambda code: code[:-1],
    "its digest alone": lambda code: code[:32],
    "less than a digest": lambda code: code[:31],
    "padded": lambda code: code + b"\0",
    "twice": lambda code: code + code,
    "empty": lambda _: b"",
    "one bit": flipped,
    "one bit of the digest": lambda code: bytes([code[0] ^ 1]) + code[1:],
    "text": lambda _: b"hello" * 99,
    "zeros": lambda code: bytes(len(code)),
}


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


def a_second_name(file, folder):
    os.link(file, folder.parent / "elsewhere")


def far_too_large(file, folder):
    os.truncate(file, kept.MOST_BYTES + 1)


def a_link_to_nothing(file, folder):
    file.unlink()
    file.symlink_to(folder.parent / "nowhere")


def a_link_to_itself(file, folder):
    file.unlink()
    file.symlink_to(file)


def a_pipe(file, folder):
    file.unlink()
    os.mkfifo(file)


def of_an_earlier_layout(file, folder):
    code = file.read_bytes()[32:]
    file.write_bytes(hashlib.sha256(code).digest() + code)


FILES = [
    renamed, writable_by_others, writable_by_the_group, a_link, a_second_name, a_link_to_nothing,
    a_link_to_itself, a_pipe, far_too_large, of_an_earlier_layout,
]  # fmt: skip


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


@needs_compiler
@posix
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702], ids=oct)
def test_a_folder_that_others_could_exchange_is_done_without(mode, folder, compilations):
    """Who may write to the folder above it may put another in its place, though of this user."""
    levels(Leaving, "compiled")
    folder.parent.chmod(mode)
    forget()
    levels(Leaving, "compiled")
    assert len(compilations) == 2
    folder.parent.chmod(0o1777)  # as /tmp: others may add to it and not exchange
    forget()
    levels(Leaving, "compiled")
    assert len(compilations) == 2, "it is read again"


@needs_compiler
@posix
def test_a_folder_above_that_others_could_exchange_behind_a_link_is_done_without(
    folder, compilations, tmp_path, monkeypatch
):
    (tmp_path / "open" / "ours").mkdir(parents=True)
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path / "open" / "ours")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "link" / "kept"))
    levels(Leaving, "compiled")
    assert list((tmp_path / "open" / "ours" / "kept").iterdir()) == []


@needs_compiler
@posix
def test_a_folder_behind_a_link_of_this_user_is_used(folder, compilations, tmp_path, monkeypatch):
    (tmp_path / "disk").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "home" / "kept"))
    levels(Leaving, "compiled")
    forget()
    levels(Leaving, "compiled")
    assert len(compilations) == 1


@needs_compiler
@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="root alone gives away")
@pytest.mark.parametrize("which", ["file", "folder", "parent"])
def test_what_belongs_to_another_user_is_not_run(which, folder, compilations):
    levels(Leaving, "compiled")
    given = {"file": the_file(folder), "folder": folder, "parent": folder.parent}[which]
    os.chown(given, 54_321, 54_321)
    forget()
    levels(Leaving, "compiled")
    assert len(compilations) == 2


@needs_compiler
@posix
def test_every_folder_that_is_made_is_of_this_user_alone(folder, tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "a" / "b" / "c"))
    before = os.umask(0)
    try:
        levels(Leaving, "compiled")
    finally:
        os.umask(before)
    for place in ("a", "a/b", "a/b/c"):
        assert stat.S_IMODE((tmp_path / place).stat().st_mode) == 0o700
    the_file(tmp_path / "a" / "b" / "c")


@needs_compiler
def test_what_a_process_left_that_died_goes(folder, tmp_path):
    folder.mkdir(mode=0o700, parents=True)
    old, new = (folder / f".{name}.kernel-x" for name in ("old", "new"))
    for stage in (old, new):
        stage.mkdir()
        (stage / "half").write_bytes(b"half")
    os.utime(old, (0, 0))
    levels(Leaving, "compiled")
    assert not old.exists()
    assert new.exists(), "another process may be writing it"


@needs_compiler
@posix
def test_a_user_without_a_home_keeps_nothing(compilations, monkeypatch, tmp_path):
    def nobody(_):
        raise KeyError

    monkeypatch.chdir(tmp_path)
    for name in (CACHE_VARIABLE, "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    levels(Leaving, "compiled")
    assert len(compilations) == 1
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("named", [".", "cache", "../cache"])
def test_a_place_for_caches_that_is_not_absolute_is_none(named, monkeypatch, tmp_path):
    monkeypatch.delenv(CACHE_VARIABLE, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "caresim"


@needs_compiler
@posix
def test_on_a_full_disk_nothing_is_kept_and_nothing_left(folder, compilations):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        levels(Leaving, "compiled")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(folder.iterdir()) == []
    assert len(compilations) == 1
