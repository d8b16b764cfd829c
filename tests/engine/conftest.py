"""What the tests of the engine share."""

import pytest
from kept_code import counted, forget

from caresim.engine.machine.kernel import CACHE_VARIABLE


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Let code be kept in an empty folder, and return the folder."""
    place = tmp_path / "kept" / "here"
    monkeypatch.setenv(CACHE_VARIABLE, str(place))
    forget()
    yield place
    forget()


@pytest.fixture
def compilations(monkeypatch):
    """Return a list that grows by one each time that something is compiled."""
    return counted(monkeypatch)
