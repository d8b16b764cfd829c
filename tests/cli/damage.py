"""Damages files and command lines in every way that people and programs do, by a seed.

``damaged`` and ``damaged_words`` do the same for the same seed. ``noted`` says of a fault what was
damaged. ``undamaged`` is what must hold afterwards: the call ends with status 0, or with status 2,
one sentence and no file.
"""

import contextlib
import random
import re
import signal

LONGEST = 20  # seconds that a call may take
NUMBER = re.compile(rb"(?<![\w.])[-+]?\d[\d_]*(\.\d+)?(?![\w.])")
EXTREMES = [
    b"nan", b"inf", b"-inf", b"1e999", b"-1e999", b"1e308", b"-0.0", b"5e-324", b"9" * 400,
    b"0x" + b"f" * 5000, b"-1", b"0", b"", b"true", b"[1]", b"{a = 1}", b"1,020", b"1.020,5",
    b"\xd9\xa1\xd9\xa2", b"1__0", b"'", b'"', b"1e", b"--1", b"c", b":", b"..", b"1%", b"#REF!",
    b"9999-12-31", b"0001-01-01", b"2027-02-30", b"2027-04-01T09:00:00Z", b"2027", b"1899-00",
]  # fmt: skip
WORDS = [
    b"<script>alert(1)</script>", b"=1+1", b"../../x", b"\x1b[31mred", b"\xe2\x80\xae", b"\x00",
    b"\xff\xfe", b"%s%n", b"{0}", b"${HOME}", b"\r", b"\n\n", b"\t", b'"""', b"'''", b"]]", b"[[",
    b"\\u0000", b"\\", b"#", b";", b",,,", b"=", b"a.b.c", b"\xc2\xa0", b"\xef\xbb\xbf", b"\xa3",
    "ÄÖÜ–家族🙂".encode(), b"x" * 10_000, b"[" * 3000, b"{a=" * 3000, b"a." * 3000 + b"a = 1\n",
    b"__class__", b"change", b"set = 1", b"parameter", b"sep=;", b"caresim", b"-", b"--out",
]  # fmt: skip
STARTS = [b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"%PDF-1.7", b"<!DOCTYPE html>", b"\x1f\x8b"]


def _lines(data):
    return data.splitlines(keepends=True) or [b"\n"]


def _place(rng, data):
    return rng.randrange(len(data) + 1)


def put(rng, data):
    place = _place(rng, data)
    return data[:place] + rng.choice(WORDS) + data[place:]


def flip(rng, data):
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def cut(rng, data):
    return data[: _place(rng, data)]


def lose(rng, data):
    first = _place(rng, data)
    return data[:first] + data[first + rng.randrange(1, 60) :]


def double(rng, data):
    first = _place(rng, data)
    return data[:first] + data[first : first + rng.randrange(1, 200)] + data[first:]


def number(rng, data):
    """Put something else in the place of a number."""
    found = [*NUMBER.finditer(data)]
    if not found:
        return put(rng, data)
    one = rng.choice(found)
    return data[: one.start()] + rng.choice(EXTREMES) + data[one.end() :]


def digit(rng, data):
    """Change one digit, so that the file often stays sound."""
    found = [m.start() for m in re.finditer(rb"\d", data)]
    if not found:
        return put(rng, data)
    place = rng.choice(found)
    return data[:place] + rng.choice(b"0123456789").to_bytes() + data[place + 1 :]


def word(rng, data):
    """Put something else in the place of a word, or turn its letters."""
    found = [*re.finditer(rb"[A-Za-z_]{2,}", data)]
    if not found:
        return put(rng, data)
    one = rng.choice(found)
    new = rng.choice(
        [one[0][::-1], one[0].upper(), one[0][:-1], one[0] * 2, b"", rng.choice(WORDS)]
    )
    return data[: one.start()] + new + data[one.end() :]


def line(rng, data):
    """Lose, repeat, move or empty a line."""
    lines = _lines(data)
    place = rng.randrange(len(lines))
    other = rng.randrange(len(lines))
    ways = {
        "lose": lambda: lines.pop(place),
        "repeat": lambda: lines.insert(other, lines[place]),
        "move": lambda: lines.insert(other, lines.pop(place)),
        "empty": lambda: lines.__setitem__(place, b"\n"),
        "separators": lambda: lines.__setitem__(place, b",;\t".join([b""] * 9) + b"\n"),
    }
    ways[rng.choice([*ways])]()
    return b"".join(lines)


def quote(rng, data):
    """Take a quote away, or put one in."""
    found = [m.start() for m in re.finditer(rb"[\"']", data)]
    if found and rng.random() < 0.5:
        place = rng.choice(found)
        return data[:place] + data[place + 1 :]
    place = _place(rng, data)
    return data[:place] + rng.choice([b'"', b"'", b'""']) + data[place:]


def separators(rng, data):
    one, other = rng.choice([(b",", b";"), (b",", b"\t"), (b"=", b":"), (b".", b","), (b"-", b"/")])
    return data.replace(one, other)


def ends(rng, data):
    return data.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\n", b"\x0b", b"\x85"]))


def encoding(rng, data):
    text = data.decode("utf-8", errors="replace")
    name = rng.choice(["utf-16", "utf-16-le", "utf-32", "cp1252", "utf-8-sig", "cp037", "utf-7"])
    return text.encode(name, errors="replace")


def start(rng, data):
    return rng.choice(STARTS) + data


def empty(rng, data):
    return rng.choice([b"", b"\n", b" \n\t\n", b"\x00" * 20, b"#\n", bytes(range(256))])


WAYS = [put, flip, cut, lose, double, number, number, digit, digit, word, word, line, line, quote,
        separators, ends, encoding, start, empty]  # fmt: skip


def damaged(content, seed):
    """Return a file's content with one to three damages, and their names."""
    rng = random.Random(seed)  # noqa: S311
    ways = [rng.choice(WAYS) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    for way in ways:
        content = way(rng, content or b"x")
    return content, ", ".join(way.__name__ for way in ways)


ARGUMENTS = [
    "", " ", "-", "--", "---", "--out", "--draws", "--bogus", "-1", "0", "1e9", "9" * 400, "nan",
    "inf", "2030", "2030-03-31", "9999-12-31", "0001-03-31", "2030-02-30", "2010-03-31", "x" * 5000,
    "a\nb", "\x1b[31m", "\u202e", "ÄÖÜ", "*", "~", "$HOME", "%", "../x", "/", ".", "..",
    "/dev/null", "/dev/zero", "C:\\x", "nul", "--model", "--until=", "--out=", "--seed=x",
    "--draws=-1",
    "caresim.england:England", "caresim:run", "os:path", ":", "a:b:c", "early_help_first",
    "early_help_frist", "\udcff", "@", "=", "{}", "[[change]]", "--help",
]  # fmt: skip


def damaged_words(words, seed):
    """Return the words of a command line, one to three of them lost, doubled or exchanged."""
    rng = random.Random(seed)  # noqa: S311
    words = [*words]
    for _ in range(rng.choice([1, 1, 2, 3])):
        place = rng.randrange(len(words))
        way = rng.choice(["lose", "exchange", "put", "double", "move", "damage"])
        if way in ("lose", "move"):
            word = words.pop(place)
            words += [word] if way == "move" else []
        elif way in ("put", "double"):
            words.insert(place, words[place] if way == "double" else rng.choice(ARGUMENTS))
        else:
            words[place] = (
                rng.choice(ARGUMENTS) if way == "exchange" else _worse(words[place], seed)
            )
        words = words or ["--help"]
    return words


def _worse(word, seed):
    content, _ = damaged(word.encode("utf-8", "surrogateescape"), seed)
    return content.decode("utf-8", "surrogateescape").replace("\0", "")


class Endless(BaseException):
    """A call that took too long; no clause for faults may hold it up."""


@contextlib.contextmanager
def in_time(seconds=LONGEST):
    """End what takes too long, where the system can."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_):
        raise Endless

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def noted(seed, how):
    """End what takes too long, and say of any fault which damage brought it."""
    try:
        with in_time():
            yield
    except BaseException as fault:
        fault.add_note(f"seed {seed}: {how}")
        raise


def undamaged(answer, out=None):
    """Return whether a call did its work; check that it else says why, and leaves no file."""
    assert "Traceback" not in answer.err, answer.err[-3000:]
    assert answer.status in (0, 2), f"status {answer.status}: {answer.err[-500:]}"
    if answer.status == 0:
        return True
    assert answer.refused()
    assert out is None or not out.exists(), f"left behind: {[*out.rglob('*')]}"
    return False
