"""How large chance is by level of councils, as the fit of all councils together says."""

from __future__ import annotations

import pytest

from caresim.england import England
from caresim.language import Model
from caresim.language.errors import ModelError
from caresim.study.parts.chance import chance


def test_every_level_has_its_chance() -> None:
    found = chance(England())
    assert [one.level for one in found] == [
        "local_referrals",
        "local_support_ends",
        "local_enquiries",
        "local_plans",
        "local_entries",
        "local_exits",
    ]
    for one in found:
        assert 0.05 < one.own < 0.5, f"{one.called}: a council's yearly step is {one.own:.2f}"
        assert 0 <= one.passing_again <= 1
        assert 0 <= one.memory < 1
        assert one.common < one.own, f"{one.called}: what is common is larger than a council's own"
        assert one.common_share == pytest.approx(one.common**2 / (one.common**2 + one.own**2))


def test_a_model_without_places_has_no_chance() -> None:
    class Empty(Model):
        """Nothing."""

    with pytest.raises(ModelError, match="declares no places"):
        chance(Empty())
