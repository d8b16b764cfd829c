"""What no test tells from the original stands with its reason, and is still there."""

import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KNOWN = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))["survivor"]


@pytest.mark.parametrize("key", KNOWN)
def test_a_survivor_has_a_reason_and_its_line_is_still_there(key):
    file, _, rest = key.partition(" ")
    before = rest.partition(": ")[2].partition(" → ")[0]
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "caresim").rglob(file)]
    assert any(before in " ".join(line.strip() for line in text.splitlines()) for text in texts), (
        f"{key!r} is no longer in {file}: take it out of survivors.toml"
    )
    assert len(KNOWN[key].split()) > 3, f"{key!r} has no reason"
