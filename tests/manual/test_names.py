import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.names import ItemNames, NamedItem, NameMatch
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.text.normalise import folded


def named(item_id: str, *path: str) -> NamedItem:
    return NamedItem(item_id, item_id.partition("/")[0], path[-1], " > ".join(path))


@pytest.fixture
def names() -> ItemNames:
    return ItemNames(
        [
            named("s10/settings", "Settings"),
            named("s10/settings/wi-fi", "Settings", "Wi‑Fi"),
            named("s10/settings/notifications", "Settings", "Notifications"),
            named("s10/apps/notifications", "Apps", "Notifications"),
            named("s10/settings/battery", "Settings", "Battery"),
            named("s10/settings/battery/battery-usage", "Settings", "Battery", "Battery usage"),
            named("fit/settings", "Settings"),
            named("fit/settings/battery", "Settings", "Battery"),
        ]
    )


def ids(match: NameMatch) -> list[str]:
    return [item.id for item in match.items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wi‑Fi", "wi fi"),
        ("WI-FI", "wi fi"),
        ("Settings>Display", "settings display"),
        ("  Settings \N{RIGHTWARDS ARROW} Display ", "settings display"),
        ("ＨＤＲ１０+", "hdr10"),
        ("camera’s", "camera s"),
        ("???", "???"),
        ("🔋", "🔋"),
        ("", ""),
    ],
)
def test_case_dashes_punctuation_and_white_space_fold(text: str, expected: str) -> None:
    assert folded(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "s10/settings/battery/battery-usage",
        " `s10/settings/battery/battery-usage` ",
        "Settings > Battery > Battery usage",
        "settings>battery>battery usage",
        '"Battery usage"',
        "“BATTERY USAGE”",
        "Battery-usage",
        "Batery usage",
        "usage battery",
    ],
)
def test_id_path_title_or_a_slip_mean_the_same_item(names: ItemNames, text: str) -> None:
    match = names.resolve(text)
    assert match.only is not None
    assert match.only.id == "s10/settings/battery/battery-usage"


def test_a_title_of_several_items_lists_them_all_and_means_none_alone(names: ItemNames) -> None:
    match = names.resolve("notifications")
    assert ids(match) == ["s10/settings/notifications", "s10/apps/notifications"]
    assert (match.total, match.only) == (2, None)


def test_a_path_decides_between_items_of_one_title(names: ItemNames) -> None:
    assert ids(names.resolve("Apps > Notifications")) == ["s10/apps/notifications"]


def test_a_path_wins_over_a_title_that_folds_alike() -> None:
    names = ItemNames([named("m/a/b", "A", "B"), named("m/x/a-b", "X", "A B")])
    assert ids(names.resolve("A B")) == ["m/a/b"]


def test_an_id_wins_over_a_title_that_looks_like_it() -> None:
    names = ItemNames([named("m/a", "A"), named("m/m-a", "m/a")])
    assert ids(names.resolve("m/a")) == ["m/a"]


def test_a_title_of_quotes_alone_is_found_as_it_is_written() -> None:
    names = ItemNames([named("m/item", '"'), named("m/item/item", '"', '"')])
    assert ids(names.resolve('"')) == ["m/item"]
    assert ids(names.resolve('" > "')) == ["m/item/item"]


def test_a_text_without_bounds_is_near_nothing_and_an_id_of_any_length_is_found() -> None:
    long = "Battery usage " * 5_000
    names = ItemNames([named("m/battery-usage", "Battery usage"), named(f"m/{'a/' * 10_000}b", long)])
    assert names.resolve(f"{long}x") == NameMatch((), 0)
    assert ids(names.resolve(f"m/{'a/' * 10_000}b")) == [f"m/{'a/' * 10_000}b"]


def test_a_manual_narrows_what_a_text_may_mean(names: ItemNames) -> None:
    assert ids(names.resolve("Battery")) == ["s10/settings/battery", "fit/settings/battery"]
    assert ids(names.resolve("Battery", "fit")) == ["fit/settings/battery"]
    assert ids(names.resolve("fit/settings", "s10")) != ["fit/settings"]
    assert names.resolve("Battery", "gone").total == 0


def test_near_titles_of_other_manuals_crowd_none_out() -> None:
    others = [named(f"m{number}/battery", f"Battery {number}") for number in range(40)]
    names = ItemNames([*others, named("mine/batteries", "Battery section")])
    assert [item.id for item in names.resolve("Battery x", "mine").nearest] == ["mine/batteries"]


def test_an_unknown_text_means_nothing_and_lists_the_nearest_titles(names: ItemNames) -> None:
    match = names.resolve("Notification sounds")
    assert (match.items, match.total, match.only) == ((), 0, None)
    assert {item.name for item in match.nearest} == {"Notifications"}


def test_a_text_like_no_title_has_nothing_near(names: ItemNames) -> None:
    assert names.resolve("zzzzzzzzzzzz qqqqqq") == NameMatch((), 0)


@pytest.mark.parametrize("text", ["", "   ", '""', "``", "?!"])
def test_a_text_without_words_matches_nothing(names: ItemNames, text: str) -> None:
    assert names.resolve(text) == NameMatch((), 0)


def test_five_candidates_are_listed_and_all_are_counted() -> None:
    names = ItemNames([named(f"m/{number}/camera", f"P{number}", "Camera") for number in range(8)])
    match = names.resolve("Camera")
    assert ids(match) == [f"m/{number}/camera" for number in range(5)]
    assert match.total == 8
    slip = names.resolve("Camerra")
    assert (ids(slip), slip.total) == (ids(match), 8)


def test_an_index_without_items_answers_nothing() -> None:
    assert ItemNames([]).resolve("Battery") == NameMatch((), 0)


TITLES = st.sampled_from(["A", "a!", "A > B", '"', "“”", "``", "🔋", "??", "הגדרות", "-", "Wi‑Fi"]) | st.text(
    min_size=1, max_size=6
).filter(str.strip)


@settings(deadline=None)
@given(st.lists(TITLES, min_size=1, max_size=10), st.lists(st.integers(0, 20), min_size=10, max_size=10), st.text())
def test_every_item_is_found_by_id_and_by_path_and_no_text_raises(
    titles: list[str], parents: list[int], text: str
) -> None:
    sections = [
        Section(
            key=str(at),
            title=title,
            blocks=(Block("option", f"{title}: x", name=title),),
            parent=str(parents[at] % at) if at and parents[at] % 3 else None,
        )
        for at, title in enumerate(titles)
    ]
    items = build_graph(Manual("m", "M", tuple(sections))).items
    names = ItemNames([NamedItem(item.id, item.manual, item.name, item.menu_path) for item in items])
    found_by_id = {item.id for item in items}
    for item in items:
        by_id = names.resolve(item.id)
        assert by_id.only is not None
        assert by_id.only.id == item.id
        by_path = names.resolve(item.menu_path)
        assert item.id in ids(by_path) or by_path.total > 5 or item.menu_path in found_by_id
    match = names.resolve(text)
    assert len(match.items) == min(match.total, 5)
    assert len(match.nearest) <= 5
