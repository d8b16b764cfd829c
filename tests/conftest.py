"""How the tests run: properties on the same examples every time, machine code kept apart."""

import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import settings
from thorough import is_later, reason
from wheels import Installed

# Code that tests compile does not belong in the user's cache; the processes that they start share
# this folder, and so do the workers of pytest-xdist
if "CARESIM_CACHE_DIR" not in os.environ:
    os.environ["CARESIM_CACHE_DIR"] = tempfile.mkdtemp(prefix="caresim-tests-")
    atexit.register(shutil.rmtree, os.environ["CARESIM_CACHE_DIR"], ignore_errors=True)

settings.register_profile("caresim", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("explore", deadline=None, max_examples=1000)  # --hypothesis-profile
settings.load_profile("caresim")


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Caresim as a wheel in an environment of its own, outside the checkout."""
    return Installed.into(tmp_path_factory.mktemp("release"))


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses among them
def pytest_collection_modifyitems(items):
    items.sort(key=is_later)
    for item in items:
        if why := reason(item):
            item.add_marker(pytest.mark.thorough(why))
