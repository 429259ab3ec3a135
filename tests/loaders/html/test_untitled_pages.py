"""Pages of a saved site that nothing gives a title."""

from pathlib import Path

import pytest
from support.page_folders import load


def test_a_page_without_a_title_is_called_as_its_file_reads_and_templates_are_no_pages(tmp_path: Path) -> None:
    files = {
        "about-the-oven.html": "<p>It heats.</p>",
        "rack.html": "<h1>Rack</h1><p>Pull.</p>",
        "page.html": "<html><head><title>{{ page.title }}</title></head><body><p>{{ content }}</p></body></html>",
    }
    found = load(tmp_path, files)
    assert [section.title for section in found.sections] == ["About the oven", "Rack"]
    assert [one.where for one in found.skipped if "template" in one.why] == ["page.html"]


@pytest.mark.parametrize("title", ["Oven - {}", "{} | Oven", "Oven: {}", "{} :: Oven"])
def test_the_name_of_the_site_is_no_part_of_its_pages_titles(tmp_path: Path, title: str) -> None:
    names = ("Care", "Racks - Middle", "Light")
    pages = {f"{at}.html": f"<title>{title.format(name)}</title><p>Of {name}.</p>" for at, name in enumerate(names)}
    found = load(tmp_path, {**pages, "index.html": "<title>Oven</title><p>It heats.</p>"})
    assert sorted(section.title for section in found.sections) == ["Care", "Light", "Oven", "Racks - Middle"]
