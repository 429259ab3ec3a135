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
        (
            '::u-alert{color="warning" title="Hot" description="Wait first."}\n::\n\nPour.',
            [("warning", "Hot: Wait first."), ("paragraph", "Pour.")],
        ),
        ("::u-alert\n---\ntitle: Full\ncolor: primary\n---\n::\n\nPour.", [("note", "Full"), ("paragraph", "Pour.")]),
        ('::alert{type="info"}\nFull.\n::\n\nPour.', [("note", "Full."), ("paragraph", "Pour.")]),
        ('::warning{title="Never lift it."}\n::\n\nPour.', [("warning", "Never lift it."), ("paragraph", "Pour.")]),
        (
            "::warning\n---\ntext: Never lift it.\n---\n::\n\nPour.",
            [("warning", "Never lift it."), ("paragraph", "Pour.")],
        ),
        ('::u-alert{color="error" description="Hot."}\nWait.\n::', [("warning", "Hot."), ("warning", "Wait.")]),
        ('::caution{color="info"}\nHot.\n::', [("warning", "Hot.")]),
        ('{% caution color="info" %}\nHot.\n{% endcaution %}', [("warning", "Hot.")]),
        (
            "::u-accordion\n---\nitems:\n  - label: Why?\n    content: It is full.\n  - label: And now?\n"
            "    content: |\n      1. Lift.\n      2. Pour.\n---\n::\n\nWait.",
            [
                ("heading", "Why?"),
                ("paragraph", "It is full."),
                ("heading", "And now?"),
                ("step", "Lift."),
                ("step", "Pour."),
                ("paragraph", "Wait."),
            ],
        ),
        (
            "Open it.\n\n::Settings\n\nPour.",
            [("paragraph", "Open it."), ("paragraph", "::Settings"), ("paragraph", "Pour.")],
        ),
        (":::a\n::b\n:::tip\nHot.\n:::\n::\n\nPour.", [("note", "Hot."), ("paragraph", "Pour.")]),
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
        ("A :span[read-only]{.red} file of :span[lamp.bin]{.b}.", "A read-only file of lamp.bin."),
        ('By :abbr[USB]{title="Serial Bus"} and :u-button[cable]{to="/x"}.', "By USB and cable."),
        ('Press :kbd[Esc]{class="x"}, then :kbd{value="Tab" size="lg"}.', "Press Esc, then Tab."),
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
