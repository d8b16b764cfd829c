"""Running an exported model in the other engines that are installed."""

from importlib.util import find_spec

import pytest

import caresim as cs
from caresim.views.xmile.export import exportable
from caresim.views.xmile.verify import ENGINES, verify

ENGINE = [
    pytest.param(
        label,
        marks=pytest.mark.skipif(
            find_spec(module) is None, reason=f"{label} ({module}) is not installed here"
        ),
    )
    for label, (module, _) in ENGINES.items()
]
needs_an_engine = pytest.mark.skipif(
    all(find_spec(module) is None for module, _ in ENGINES.values()),
    reason="neither PySD nor simlin is installed here",
)


def checked(model, folder, scenario=None, **options):
    """Export a model, verify it, and return what was found by engine."""
    path = cs.write_xmile(model, folder / "model.xmile", scenario, **options)
    return verify(path, exportable(model, scenario, **options))


def assert_agrees(found):
    assert found.agreements, f"no engine was asked: {found}"
    assert found.holds, str(found)
