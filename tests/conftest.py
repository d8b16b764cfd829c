"""How the tests run: properties on the same examples every time, machine code kept apart."""

import os
import tempfile

import pytest
from hypothesis import settings
from wheels import Installed

# Code that tests compile does not belong in the user's cache; subprocesses share this folder
os.environ.setdefault("CARESIM_CACHE_DIR", tempfile.mkdtemp(prefix="caresim-tests-"))

settings.register_profile("caresim", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("explore", deadline=None, max_examples=1000)  # --hypothesis-profile
settings.load_profile("caresim")


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Caresim as a wheel in an environment of its own, outside the checkout."""
    return Installed.into(tmp_path_factory.mktemp("release"))
