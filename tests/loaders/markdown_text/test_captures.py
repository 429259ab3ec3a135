"""What pages of Jekyll keep in variables and give to their includes stands where it is put out."""

from pathlib import Path

import pytest
from support.markdown_pages import read
from support.page_folders import load

from graphrag_tools.loaders.markdown_text.partials import Partials


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (
            '<div class="tab">\n{% capture gas %}\n1. Turn **it**.\n2. Wait.\n{% endcapture %}\n'
            "{{ gas | markdownify }}\n</div>\n\nCook.",
            [("step", "Turn it."), ("step", "Wait."), ("paragraph", "Cook.")],
        ),
        (
            '{%- assign hob = "Flat 3" -%}\nThe {{ hob }} is on, the {{ hob | upcase }} too.',
            [("paragraph", "The Flat 3 is on, the Flat 3 too.")],
        ),
        (
            "{% capture a %}Hot{% endcapture %}{{ a }}. {% capture a %}Cold{% endcapture %}{{ a }}.",
            [("paragraph", "Hot. Cold.")],
        ),
        ("{% capture hot %}Hot.{% endcapture %}\n\n{{- hot -}}\n", [("paragraph", "Hot.")]),
        (
            '{% if gas %}{% assign hob = "One" %}{{ hob }},'
            '{% else %}{% assign hob = "Two" %}{{ hob }}{% endif %} [{{ hob }}]',
            [("paragraph", "One,Two []")],
        ),
        (
            '{% if gas %}{% assign hob = "One" %}{% endif %}'
            '{% unless gas %}{% assign hob = "One" %}{% endunless %}{{ hob }}',
            [("paragraph", "One")],
        ),
        (
            '{% assign hob = "One" %}{% raw %}{% assign hob = "Two" %}{{ hob }}{% endraw %} {{ hob }}',
            [("paragraph", '{% assign hob = "Two" %}{{ hob }} One')],
        ),
        ("{% capture unused %}Nothing.{% endcapture %}\n\nCook.", [("paragraph", "Cook.")]),
    ],
)
def test_variables_stand_where_they_are_put_out(tmp_path: Path, text: str, blocks: list[tuple[str, str]]) -> None:
    assert read(tmp_path, text) == blocks


def test_variables_that_hold_each_other_do_not_fill_the_memory(tmp_path: Path) -> None:
    doubled = "{% capture a %}{{ a }}{{ a }}{% endcapture %}\n" * 60
    assert (
        len(read(tmp_path, f"{{% capture a %}}x{{% endcapture %}}\n{doubled}\n{{{{ a }}}}\n\nCook.")[-1][1]) < 3 * 2**20
    )


def test_an_include_has_the_words_that_it_is_given(tmp_path: Path) -> None:
    files = {
        "_config.yml": "title: Hob\n",
        **{f"{name}.md": f"# {name}\n\nWait.\n" for name in "bc"},
        "_includes/warning.html": '<div class="alert alert-danger"><b>{{ include.label | default: "Warning" }}:</b> '
        "{{include.content}}</div>\n",
        "_includes/breadcrumb.html": "<p>{{ include.root }}</p>\n",
        "_includes/most.md": "At most {{ include.most }} of {{ include.width }} cm.\n",
        "a.md": '# Hob\n\n{% include breadcrumb.html root="Kitchen" %}\n\n'
        '{% include warning.html content="Hot at 50% too." %}\n\n'
        "{% capture dry %}Keep it dry.{% endcapture %}\n{% include warning.html label='Mind' content=dry %}\n\n"
        "{% include most.md most=4 width=10.5 %}\n",
    }
    section = load(tmp_path, files).sections[0]
    assert [(one.kind, one.text) for one in section.blocks] == [
        ("warning", "Warning: Hot at 50% too."),
        ("warning", "Mind: Keep it dry."),
        ("paragraph", "At most 4 of 10.5 cm."),
    ]


def test_includes_that_are_given_long_words_do_not_fill_the_memory() -> None:
    page = f'{{% include note.md words="{"x" * 1500}" %}}\n' * 100
    partials = Partials({"page.md": page, "note.md": "{{ include.words }}\n" * 100})
    assert len(partials.put_in(page, "page.md", str)) < 2 * 2**20
