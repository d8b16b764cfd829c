"""What the docs say that early help pays back is what the model says."""

import pytest
from payback_table import PAGE, rows, sample, written

from caresim.england import England


@pytest.mark.slow
def test_the_table_in_docs_is_that_of_the_model():
    england, page = England(), PAGE.read_text(encoding="utf-8")
    fresh = written(page, rows(england, sample(england)))
    assert page == fresh, "run `python tests/england/payback_table.py`"
