"""Files are written whole or not at all, several of them all or none."""

import os
import stat

import pytest

from caresim.language.errors import CaresimError
from caresim.language.files import write_whole


def test_texts_and_bytes_are_written_into_folders_that_are_made(tmp_path):
    files = {tmp_path / "a" / "b" / "text.csv": "£1\n", tmp_path / "image.png": b"\x89\n"}
    write_whole(files)
    assert [place.read_bytes() for place in files] == ["£1\n".encode(), b"\x89\n"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b", "image.png", "text.csv"]


def test_what_is_there_is_replaced(tmp_path):
    (tmp_path / "page.md").write_text("a long text from before", encoding="utf-8")
    write_whole({tmp_path / "page.md": "new"})
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == "new"


def test_where_one_of_several_cannot_be_staged_none_is_written(tmp_path):
    (tmp_path / "first.svg").write_text("before", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    below_a_file = tmp_path / "file" / "second.svg"
    with pytest.raises(CaresimError, match=r"second\.svg cannot be written"):
        write_whole({tmp_path / "first.svg": "after", below_a_file: "after"})
    assert (tmp_path / "first.svg").read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "first.svg"]


def test_a_folder_in_the_place_of_a_file_is_refused_by_name(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(CaresimError, match="taken cannot be written"):
        write_whole({tmp_path / "taken": "text"})
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_rights_are_those_that_are_asked_for(tmp_path):
    write_whole({tmp_path / "code": b"x"}, mode=0o600)
    assert stat.S_IMODE((tmp_path / "code").stat().st_mode) == 0o600
