"""No import circle anywhere, and few arrows between the rooms of the views."""

import pytest
from imports import circles, graph, rooms

MOST_ROOMS, MOST_ARROWS = 9, 12


@pytest.fixture(scope="module")
def arrows():
    return graph()


def test_no_file_imports_itself_by_way_of_others(arrows):
    found = circles(arrows)
    assert not found, "break by moving what both need into a file below:\n" + "\n".join(
        " ↔ ".join(group) for group in found
    )


def test_few_arrows_cross_between_the_rooms_of_the_views(arrows):
    names, pairs = rooms(arrows)
    listed = ", ".join(f"{a} → {b}" for a, b in pairs)
    assert len(names) <= MOST_ROOMS, f"{len(names)} rooms: {', '.join(names)}"
    assert len(pairs) <= MOST_ARROWS, f"{len(pairs)} arrows: {listed}"


def made(tmp_path, **files):
    package = tmp_path / "caresim"
    for name, text in files.items():
        place = package.joinpath(*name.split("__")).with_suffix(".py")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return graph(package)


@pytest.mark.parametrize(
    "back",
    [
        "from caresim.language.model import Model",
        "def f():\n    from caresim.language.model import Model",
        "if TYPE_CHECKING:\n    import caresim.language.model",
    ],
)
def test_a_circle_is_found_whatever_way_leads_back(tmp_path, back):
    arrows = made(
        tmp_path, language__model="from caresim.language.units import Unit", language__units=back
    )
    assert circles(arrows) == [["caresim.language.model", "caresim.language.units"]]


def test_a_folder_is_one_room_and_a_loose_file_another(tmp_path):
    arrows = made(
        tmp_path,
        views__plot__charts="from caresim.views.plot import style\nimport caresim.views.series",
        views__plot__style="from caresim.views.series import middle",
        views__series="",
    )
    assert rooms(arrows) == (["plot", "series"], [("plot", "series")])
