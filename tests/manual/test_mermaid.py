"""Mermaid charts, read back by a strict grammar of what is written.

The grammar is narrower than Mermaid's: everything that passes was also drawn by Mermaid 11.17, labels unchanged.
"""

import html
import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.export import MOST_ITEMS, chart, exported, label
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MemoryGraph, MenuGraph, MenuItem

_SAFE = r"(?:[\w ,()/?!'.…\-\u0080-\U0010ffff]|#\d+;)+"
_NODE = re.compile(rf'    (?P<id>n\d+)\["(?P<label>{_SAFE})"\]')
_EDGE = re.compile(r"    (?P<start>n\d+) (?P<arrow>-->|-\.->\|see also\|) (?P<end>n\d+)")
NASTY = [
    '1. Getting "started" <b>now</b>',
    "- a [x] | {y} (z)",
    "line\nbreak\r\n%% c",
    "😀 end",
    "end",
    "`**md**` __s__",
    "fa:fa-car $$x^2$$ %%{init: {}}%%",
    "# head; &amp; &#35; #quot;",
    "\\n <script>alert(1)</script>",
    "日本語 設定",
    "\x00\x1b[31m\u202e",
    "@{ shape: rect }",
    "A -->|t| B",
    "",
]


@dataclass
class Drawn:
    nodes: dict[str, str] = field(default_factory=dict)
    tree: list[tuple[str, str]] = field(default_factory=list)
    see_also: list[tuple[str, str]] = field(default_factory=list)


def parsed(text: str) -> Drawn:
    first, *lines = text.split("\n")
    assert first == "graph BT"
    drawn = Drawn()
    for line in lines:
        if node := _NODE.fullmatch(line):
            assert node["id"] not in drawn.nodes
            drawn.nodes[node["id"]] = html.unescape(re.sub(r"#(\d+);", r"&#\1;", node["label"]))
            continue
        edge = _EDGE.fullmatch(line)
        assert edge, line
        assert {edge["start"], edge["end"]} <= drawn.nodes.keys()
        kind = drawn.tree if edge["arrow"] == "-->" else drawn.see_also
        kind.append((drawn.nodes[edge["start"]], drawn.nodes[edge["end"]]))
    return drawn


def star(names: list[str]) -> MenuGraph:
    """A graph of a root and the names below it."""
    items = [MenuItem("m/root", "m", "section", "Root", ("Root",))]
    items += [MenuItem(f"m/root/{at}", "m", "section", name, ("Root", name)) for at, name in enumerate(names)]
    return MemoryGraph("m", "M", items, [("m/root", item.id) for item in items[1:]])


@pytest.fixture(scope="module")
def sample() -> MenuGraph:
    return build_graph(load_manual("examples/sample_manual", "larkfield"))


def test_a_menu_path_points_from_the_item_up_to_its_root(sample: MenuGraph) -> None:
    assert exported(sample, "mermaid", "larkfield/settings/wi-fi/flight-mode", way=True).text.split("\n") == [
        "graph BT",
        '    n0["Settings"]',
        '    n1["Wi-Fi"]',
        '    n2["Flight mode"]',
        "    n1 --> n0",
        "    n2 --> n1",
    ]


def test_a_subtree_has_the_items_below_and_their_edges_alone(sample: MenuGraph) -> None:
    drawn = parsed(exported(sample, "mermaid", "larkfield/settings/wi-fi").text)
    assert "Flight mode" in drawn.nodes.values()
    assert ("Flight mode", "Wi-Fi") in drawn.tree
    assert "Settings" not in drawn.nodes.values()
    assert len(drawn.tree) == len(drawn.nodes) - 1


def test_a_subtree_may_stop_at_a_depth_and_leave_options_out(sample: MenuGraph) -> None:
    drawn = parsed(exported(sample, "mermaid", "larkfield/settings", depth=1, options=False).text)
    assert len(drawn.nodes) == 1 + sum(child.kind == "section" for child in sample.children("larkfield/settings"))
    assert "Wi-Fi (1 more)" in drawn.nodes.values()


def test_see_also_edges_are_dotted_and_only_among_the_items_chosen(sample: MenuGraph) -> None:
    start, end = sample.edges("SEE_ALSO")[0]
    drawn = parsed(chart(sample, [start, end]))
    assert drawn.see_also == [(sample.item(start).name, sample.item(end).name)]
    assert parsed(chart(sample, [start])).see_also == []


def test_a_whole_manual_is_drawn(sample: MenuGraph) -> None:
    drawn = parsed(exported(sample, "mermaid").text)
    assert len(drawn.nodes) == len(sample)
    assert len(drawn.tree) == len(sample) - 6


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_title_is_one_label_that_reads_as_it_stands(name: str) -> None:
    drawn = parsed(chart(star([name]), ["m/root", "m/root/0"]))
    printable = " ".join("".join(c if c.isprintable() else " " for c in name).split()) or "(no title)"
    assert drawn.nodes["n1"].replace(" ", "") == printable.replace(" ", "")
    assert len(drawn.tree) == 1


@given(st.lists(st.text(), max_size=5))
def test_any_titles_give_a_chart_that_parses(names: list[str]) -> None:
    drawn = parsed(exported(star(names), "mermaid").text)
    assert len(drawn.nodes) == len(names) + 1


def test_a_long_title_is_cut_between_characters() -> None:
    assert label("x" * 300) == "x" * 80 + "…"
    assert label('"' * 300) == "#34;" * 22 + "…"


def test_ten_thousand_items_stay_within_what_mermaid_draws() -> None:
    items = [MenuItem(f"m/{at}", "m", "section", '"' * 100, ("x",)) for at in range(10_000)]
    tree = [(f"m/{(at - 1) // 3}", f"m/{at}") for at in range(1, 10_000)]
    across = [(f"m/{at}", f"m/{at + 7}") for at in range(9_000)]
    text = exported(MemoryGraph("m", "M", items, tree, across), "mermaid").text
    drawn = parsed(text)
    assert len(drawn.nodes) == MOST_ITEMS
    assert len(drawn.tree) + len(drawn.see_also) <= 500
    assert len(text) <= 50_000
    assert sum("(3 more)" in name for name in drawn.nodes.values()) > 100


def test_an_unknown_item_raises_key_error(sample: MenuGraph) -> None:
    with pytest.raises(KeyError):
        exported(sample, "mermaid", "larkfield/gone", way=True)


def test_a_graph_without_items_is_an_empty_chart() -> None:
    assert exported(MemoryGraph("m", "M", [], []), "mermaid").text == "graph BT"
