"""Numbers of headings are levels where the markup has none."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.numbered_headings import heading_numbers, with_levels_of_numbers
from graphrag_tools.manual.from_sections import build_graph


@dataclass(frozen=True)
class Heading:
    level: int
    title: str


def levels(*headings: tuple[int, str]) -> list[int]:
    return [one.level for one in with_levels_of_numbers([Heading(*heading) for heading in headings])]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# 1. Use\n\nA.\n\n# 1.1 Boil\n\nB.\n\n# 1.1.1 Stop\n\nC.\n\n# 2. Care\n\nD.\n"),
        ("a.html", "<h2>1. Use</h2>A<h2>1.1 Boil</h2>B<h2>1.1.1 Stop</h2>C<h2>2. Care</h2>D"),
        ("a.adoc", "== 1. Use\n\nA.\n\n== 1.1 Boil\n\nB.\n\n== 1.1.1 Stop\n\nC.\n\n== 2. Care\n\nD.\n"),
    ],
)
def test_flat_documents_are_nested_by_their_numbers(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert [item.menu_path for item in build_graph(load_manual(tmp_path / name)).items] == [
        "1. Use",
        "1. Use > 1.1 Boil",
        "1. Use > 1.1 Boil > 1.1.1 Stop",
        "2. Care",
    ]


def test_chapters_appendices_and_what_has_no_number_find_their_level() -> None:
    found = levels(
        (2, "Foreword"),
        (2, "Chapter 1: Use"),
        (2, "1.1 Boil"),
        (3, "Tips"),
        (2, "Safety"),
        (2, "1.2 Pour"),
        (2, "Chapter 2: Care"),
        (2, "2.1 Wash"),
        (2, "Appendix A"),
        (2, "A.1 Parts"),
        (2, "Index"),
    )
    assert found == [2, 2, 3, 4, 4, 3, 2, 3, 2, 3, 2]


def test_levels_of_the_markup_stay_where_they_agree_with_the_numbers() -> None:
    nested = ((1, "1 Use"), (2, "1.1 Boil"), (3, "Tips"), (1, "2 Care"))
    assert levels(*nested) == [level for level, _ in nested]
    flat = ((2, "1. Fill"), (2, "2. Boil"), (2, "3. Pour"))
    assert levels(*flat) == [2, 2, 2]


def test_numbers_that_are_no_numbers_of_headings_are_passed_over() -> None:
    assert heading_numbers(["2.4 GHz", "5 GHz networks", "2024 models", "A lamp", "1080p"]) == [()] * 5
    assert levels((1, "1. Wi-Fi"), (1, "5 GHz"), (1, "1.5.7 Update"), (1, "2. Use")) == [1, 1, 1, 1]
    assert levels() == []


def test_chapters_count_on_through_parts() -> None:
    titles = ("Part I. Use", "Chapter 1. Menu", "1.1. Light", "Part II. Care", "Chapter 2. Clean", "2.1. Lens")
    assert heading_numbers(titles) == [(), (1,), (1, 1), (), (2,), (2, 1)]
    assert levels(*zip((1, 2, 2, 1, 2, 2), titles, strict=True)) == [1, 2, 3, 1, 2, 3]
