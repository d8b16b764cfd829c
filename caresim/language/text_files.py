"""The text of files that people hand over: ordinary files of a sensible size, as they are saved.

A file is looked at before it is opened, for a pipe or a device may never end.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from caresim.language.errors import CaresimError
from caresim.language.plain_text import visible

__all__ = ["FileKind", "bytes_of", "check_ordinary", "text_of"]

MOST_LISTED = 5
LONGEST = 200  # of a path in a sentence
MEGABYTE = 1_000_000
MARKS = {  # how files begin that say their own encoding; the longer ones first
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
KNOWN = {  # how files begin that are no text
    b"PK\x03\x04": "an Excel workbook or another ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"SQLite format 3": "a database",
    b"{\\rtf": "a Rich Text document",
    b"\x7fELF": "a program",
    b"version https://git-lfs": "only the pointer that Git LFS left of a file",
}
_PAGE = re.compile(rb"\s*<(!doctype|html|\?xml|head|body|table)\b", re.IGNORECASE)
_TWO_BYTES = re.compile(rb"[\xc3-\xf4][\x80-\xbf]|\xe2[\x80-\xbf]{2}")  # letters of UTF-8


@dataclass(frozen=True)
class FileKind:
    """What a file should be: how it is called, its ending, the most bytes, and its errors.

    ``save_as`` says how to save such a file; only a ``foreign`` one may be in the encoding of
    western Windows. ``begin`` says what an empty one lacks, ``advice`` what to write for a line
    that cannot be read.
    """

    said: str
    ending: str
    most: int = 50 * MEGABYTE
    error: type[CaresimError] = field(default=CaresimError)
    save_as: str = ""
    foreign: bool = False
    begin: str = ""
    advice: Callable[[str], str] = field(default=lambda _: "")


def text_of(path: Path, kind: FileKind) -> str:
    """Return the text of a file, each line ending as on Unix.

    It may be UTF-8 or, with a byte order mark, UTF-16; a ``foreign`` one that is neither is read
    as Windows-1252. Raises the kind's error for what is no ordinary file, no text, in a mixture
    of encodings, empty or too large.
    """
    data = bytes_of(path, kind)
    known = next((said for start, said in KNOWN.items() if data.startswith(start)), "")
    if known or _PAGE.match(data):
        message = f"{_shown(path)} is {known or 'a web page'}, not {kind.said}; {kind.save_as}"
        raise kind.error(message.removesuffix("; "))
    text = _decoded(path, data, kind).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        place = text.count("\n", 0, text.index("\0")) + 1
        message = f"{_shown(path)}, line {place}: a zero byte, which no text holds; {_again(kind)}"
        raise kind.error(message)
    if not text.strip():
        raise kind.error(_empty(path, kind))
    return text


def bytes_of(path: Path, kind: FileKind) -> bytes:
    """Return the content of an ordinary file of a sensible size; raise the kind's error else."""
    check_ordinary(path, kind)
    try:
        with path.open("rb") as stream:
            data = stream.read(kind.most + 1)
    except OSError as fault:
        raise kind.error(_unopened(path, fault)) from None
    if len(data) > kind.most:
        raise kind.error(_too_large(path, len(data), kind))
    return data


def check_ordinary(path: Path, kind: FileKind) -> None:
    """Raise the kind's error for what is missing, no ordinary file, or too large; open nothing."""
    try:
        about = path.stat()
    except FileNotFoundError:
        raise kind.error(_missing(path, kind)) from None
    except (OSError, ValueError) as fault:
        raise kind.error(_unopened(path, fault)) from None
    if stat.S_ISDIR(about.st_mode):
        inside = _listed(path.glob(f"*.{kind.ending}"))
        message = f"{_shown(path)} is a folder; name one {kind.ending.upper()} file in it{inside}"
    elif not stat.S_ISREG(about.st_mode):
        message = (
            f"{_shown(path)} is not an ordinary file, but {_what(about.st_mode)}; name {kind.said}"
        )
    elif about.st_size > kind.most:
        message = _too_large(path, about.st_size, kind)
    elif about.st_size == 0:  # or a file of the system itself, which may never end
        message = _empty(path, kind)
    elif not os.access(path, os.R_OK):
        message = f"{_shown(path)} cannot be opened (Permission denied); check its rights"
    else:
        return
    raise kind.error(message)


def _what(mode: int) -> str:
    tests = {"a pipe": stat.S_ISFIFO, "a socket": stat.S_ISSOCK}
    return next((said for said, holds in tests.items() if holds(mode)), "a device")


def _too_large(path: Path, size: int, kind: FileKind) -> str:
    return (
        f"{_shown(path)} is {size / MEGABYTE:.1f} MB ({size:,} bytes) long, and {kind.said} at "
        f"most {kind.most / MEGABYTE:g} MB; this seems to be another kind of file"
    )


def _empty(path: Path, kind: FileKind) -> str:
    return f"{_shown(path)} is empty{kind.begin and f'; {kind.begin}'}"


def _missing(path: Path, kind: FileKind) -> str:
    if path.is_symlink():
        return f"{_shown(path)} is a link that leads nowhere; name the file itself"
    if not path.parent.is_dir():
        return f"{_shown(path)} does not exist, nor does its folder; check the path"
    others = sorted(path.parent.glob(f"*.{kind.ending}"))
    near = difflib.get_close_matches(path.name, [other.name for other in others], n=1)
    if near:
        return f"{_shown(path)} does not exist; did you mean {visible(near[0])!r}?"
    said = _listed(others) or f"; its folder holds no {kind.ending.upper()} file"
    return f"{_shown(path)} does not exist{said}"


def _unopened(path: Path, fault: Exception) -> str:
    reason = getattr(fault, "strerror", None) or str(fault)
    return f"{_shown(path)} cannot be opened ({reason}); check the path and its rights"


def _listed(files: Iterable[Path]) -> str:
    names = [f"'{visible(file.name)}'" for file in sorted(files)]
    more = ", …" if len(names) > MOST_LISTED else ""
    return f"; there are {', '.join(names[:MOST_LISTED])}{more}" if names else ""


def _shown(path: Path) -> str:
    """Return a path as a sentence shows it: on one line, its middle left out if it is long."""
    text = visible(str(path))
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 :]}"


def _decoded(path: Path, data: bytes, kind: FileKind) -> str:
    encoding = next((said for start, said in MARKS.items() if data.startswith(start)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        mixed = encoding != "utf-8" or _TWO_BYTES.search(data)
        if kind.foreign and not mixed:
            try:
                return data.decode("cp1252")
            except UnicodeDecodeError:
                pass
        place = f"{_shown(path)}, line {_lines_before(data, fault.start) + 1}"
        what = f"not {encoding.removesuffix('-sig').upper()} text at byte {fault.start + 1}"
        raise kind.error(f"{place}: {what}; {_again(kind)}") from None


def _lines_before(data: bytes, place: int) -> int:
    return max(data.count(b"\n", 0, place), data.count(b"\r", 0, place))


def _again(kind: FileKind) -> str:
    return kind.save_as or "save it again as UTF-8"
