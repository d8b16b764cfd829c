"""Machine code of random models is kept for the session only, not in the user's cache."""

import pytest

from caresim.engine.machine.kernel import CACHE_VARIABLE


@pytest.fixture(scope="session", autouse=True)
def kept_elsewhere(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(tmp_path_factory.mktemp("machine_code")))
        yield
