"""Markdown as the tools of single sites write it: Quarto, Markdoc, plugins of VitePress, data above the pages."""

from pathlib import Path

import pytest
from support.markdown_pages import read

from graphrag_tools.loaders import load_markdown


def test_pages_of_quarto_and_markdoc_are_markdown(tmp_path: Path) -> None:
    quarto = (
        "```{python}\nx = 1\n```\n\n:::{.callout-warning}\n## Steam\n\nKeep away.\n:::\n\n"
        '::: {.callout-tip title="Rest"}\nWait.\n:::\n'
    )
    assert read(tmp_path, quarto, "a.qmd") == [
        ("code", "x = 1"),
        ("heading", "Steam"),
        ("warning", "Keep away."),
        ("note", "Rest: Wait."),
    ]
    markdoc = '{% callout type="warning" %}\nHot.\n{% /callout %}\n\nSee [b](b.mdoc).\n'
    assert read(tmp_path, markdoc, "a.mdoc") == [("warning", "Hot."), ("paragraph", "See b.")]


def test_what_stands_in_tabs_of_a_pane_for_code_is_code_and_no_heading(tmp_path: Path) -> None:
    pane = '{{< tabpane >}}\n{{< tab header="Hob" >}}\n\n# Not a title\n\nheat = 3\n{{< /tab >}}\n{{< /tabpane >}}'
    assert read(tmp_path, pane) == [("heading", "Hob"), ("code", "# Not a title\n\nheat = 3")]
    for text in (
        '{{< tabpane text=true >}}\n{{< tab header="Hob" >}}\nTurn *right*.\n{{< /tab >}}\n{{< /tabpane >}}',
        '{{% tabpane %}}\n{{% tab header="Hob" %}}\nTurn *right*.\n{{% /tab %}}\n{{% /tabpane %}}',
    ):
        assert read(tmp_path, text) == [("heading", "Hob"), ("paragraph", "Turn right.")]


@pytest.mark.parametrize(
    ("tabs", "labels"),
    [
        ("{% tabs wifi %}{% tab wifi New lamps %}\n\nHold.\n\n{% endtab %}\n{% endtabs %}", ["New lamps", "Hold."]),
        ('{% tabs %}\n{% tab title="New lamps" %}\nHold.\n{% endtab %}\n{% endtabs %}', ["New lamps", "Hold."]),
        ('{{< tabs >}}\n{{< tab "New" "lamps" >}}\nHold.\n{{< /tab >}}\n{{< /tabs >}}', ["New", "Hold."]),
    ],
)
def test_tabs_of_templates_are_labelled_by_their_own_names(tmp_path: Path, tabs: str, labels: list[str]) -> None:
    assert [text for _, text in read(tmp_path, tabs)] == labels


@pytest.mark.parametrize("fence", ["\n---\n", "---\n---\n", "\n\n---\n---\n"])
def test_front_matter_below_blank_lines_or_an_empty_one_is_no_text(tmp_path: Path, fence: str) -> None:
    (tmp_path / "a.md").write_text(f'{fence}title: "Kettle"\nweight: 6\n---\n\nBoil it.\n', encoding="utf-8")
    [section] = load_markdown(tmp_path / "a.md", "m").sections
    assert (section.title, [block.text for block in section.blocks]) == ("Kettle", ["Boil it."])
    (tmp_path / "a.md").write_text("\n---\n\nBoil it.\n\n---\n\n# Kettle\n\nServe.\n", encoding="utf-8")
    assert [section.title for section in load_markdown(tmp_path / "a.md", "m").sections][-1] == "Kettle"


def test_containers_with_attributes_and_tags_in_their_titles_are_boxes(tmp_path: Path) -> None:
    text = """# Install

:::: tabs :cache="0" :options="{ useFragment: false }"
::: tab name="With a cable"
Plug it in.
:::
::: tab Without
Pair it.
:::
::::

::: details <div class="icon">Old lamps<i v-html="x"/></div>
Turn them.
:::
"""
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    blocks = [(one.kind, one.text) for one in load_markdown(tmp_path / "a.md", "m").sections[0].blocks]
    assert blocks == [
        *(("heading", "With a cable"), ("paragraph", "Plug it in."), ("heading", "Without"), ("paragraph", "Pair it.")),
        *(("heading", "Old lamps"), ("paragraph", "Turn them.")),
    ]


def test_tabs_of_vitepress_need_no_blank_and_highlighted_words_are_none(tmp_path: Path) -> None:
    tabs = "::: tabs\n==Gas\nLight it.\n\n==Wait== here.\n:::"
    assert read(tmp_path, tabs) == [("heading", "Gas"), ("paragraph", "Light it."), ("paragraph", "Wait here.")]
