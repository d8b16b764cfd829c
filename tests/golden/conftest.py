"""Adds ``--update-golden``, which writes the expected tables again: pytest tests/golden …"""

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write the expected annual tables again"
    )


@pytest.fixture
def update_golden(request):
    # the default serves runs of all tests, which read this file after their options
    return request.config.getoption("update_golden", default=False)
