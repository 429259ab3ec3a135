"""Components of MDC (Nuxt Content, Docus): blocks between colons, their properties and parts, components in a line."""

from pathlib import Path

import pytest
from support.markdown_pages import read
from support.page_folders import graph, paths


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (
            '::callout{icon="i-lucide-info" color="warning"}\nThe pan is *hot*.\n::\n\nWait.',
            [("warning", "The pan is hot."), ("paragraph", "Wait.")],
        ),
        ("::tip\nUse a cloth.\n::", [("note", "Use a cloth.")]),
        (
            "::card\n---\ntitle: Timer\nicon: i-lucide-clock\nto: /timer\n---\nSet it.\n::",
            [("heading", "Timer"), ("paragraph", "Set it.")],
        ),
        (
            '::tabs\n  :::tabs-item{label="Gas"}\n  Turn the knob.\n  :::\n\n  :::tabs-item{label="Induction"}\n'
            '    ::::callout{color="error"}\n    No aluminium.\n    ::::\n  :::\n::\n\nCook.',
            [
                ("heading", "Gas"),
                ("paragraph", "Turn the knob."),
                ("heading", "Induction"),
                ("warning", "No aluminium."),
                ("paragraph", "Cook."),
            ],
        ),
        (
            '::u-page-feature{class="wide"}\n#title\nSafe for children\n\n#description\nThe lock stays on.\n::',
            [("heading", "Safe for children"), ("paragraph", "The lock stays on.")],
        ),
        ('::collapsible{name="More"}\nIt beeps.\n::', [("heading", "More"), ("paragraph", "It beeps.")]),
        (
            "1. Lift it.\n   ::warning\n   Hot.\n   ::\n2. Pour.",
            [("step", "Lift it."), ("warning", "Hot."), ("step", "Pour.")],
        ),
        ('::read-more{to="/x"}\n\nPour.', [("paragraph", "Pour.")]),
        (":cta-shop\n\nPour.", [("paragraph", "Pour.")]),
    ],
)
def test_a_component_is_what_it_says(tmp_path: Path, text: str, blocks: list[tuple[str, str]]) -> None:
    assert read(tmp_path, text) == blocks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Press :kbd{value="meta"} twice.', "Press Meta twice."),
        ('Click :icon{name="material-symbols:add-circle-outline"} at the top.', "Click [add circle] at the top."),
        ('Heat it :badge[New]{color="green"} first.', "Heat it New first."),
        ("Set it to a:b[c] or 12:30.", "Set it to a:b[c] or 12:30."),
    ],
)
def test_a_component_in_a_line_is_its_words(tmp_path: Path, text: str, shown: str) -> None:
    assert read(tmp_path, text) == [("paragraph", shown)]


def test_headings_within_steps_are_one_procedure(tmp_path: Path) -> None:
    text = "::steps\n### Fill it\nUp to the mark.\n\n### Boil it\nWait.\n::"
    assert read(tmp_path, text) == [
        ("heading", "Fill it"),
        ("paragraph", "Up to the mark."),
        ("heading", "Boil it"),
        ("paragraph", "Wait."),
    ]


def test_a_folder_is_called_as_its_hidden_file_says(tmp_path: Path) -> None:
    files = {
        "content/1.start/1.plug.md": "# Plug\n\nPlug it in.\n",
        "content/1.start/.navigation.yml": "title: First use\n",
        "content/2.care/1.clean.md": "# Clean\n\nWipe it.\n",
    }
    assert paths(graph(tmp_path, files)) == ["First use", "First use > Plug", "Care", "Care > Clean"]
