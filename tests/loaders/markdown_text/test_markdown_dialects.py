"""Markup of Markdown's dialects and of HTML inside Markdown: never text, its meaning kept."""

from pathlib import Path

import pytest
from support.markdown_pages import blocks, read
from support.page_folders import graph, paths

from graphrag_tools.loaders import load_markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":::warning[Steam]\nKeep away.\n:::", [("warning", "Steam: Keep away.")]),
        ("::: tip\nUse a mitt.\n:::\n\nAfter.", [("note", "Use a mitt."), ("paragraph", "After.")]),
        (
            "::: tabs\n== Long way (slow)\nTurn left.\n\n== Short way\n- Turn right.\n:::\n\na == b",
            [
                ("heading", "Long way (slow)"),
                ("paragraph", "Turn left."),
                ("heading", "Short way"),
                ("step", "Turn right."),
                ("paragraph", "a == b"),
            ],
        ),
        ("::: tabs\n@tab Gas\nLight it.\n:::", [("heading", "Gas"), ("paragraph", "Light it.")]),
        (":::{caution}\n:class: x\nHot lid.\n:::", [("warning", "Hot lid.")]),
        ("```{note}\nOf MyST.\n```", [("note", "Of MyST.")]),
        ('!!! danger "Cable"\n    Pull it.\n\n    Then wait.\n\nAfter.', None),
        ("!!! warning :\n    Hot.", [("warning", "Hot.")]),
        ("??? tip\n    Folded.", [("note", "Folded.")]),
        ('??? "Old lids"\n    Lift it.', [("heading", "Old lids"), ("paragraph", "Lift it.")]),
        ("> [!WARNING]\n> The *base* is live.", [("warning", "The base is live.")]),
        ("> [!tip]+ Faster\n> Less water.", [("note", "Faster: Less water.")]),
        ('{% hint style="danger" %}\nBoils over.\n{% endhint %}', [("warning", "Boils over.")]),
        ("{{% notice tip %}}\nDescale it.\n{{% /notice %}}", [("note", "Descale it.")]),
        ("{: .warning }\n> Glass breaks.\n\nAfter.", [("warning", "Glass breaks."), ("paragraph", "After.")]),
        ('<Aside type="caution" title="Hob">\nOff first.\n</Aside>', [("warning", "Hob: Off first.")]),
        ('=== "Gas"\n    Light it.\n\n=== "Electric"\n    Turn it.', None),
        (
            '<Tabs>\n<TabItem value="g" label="Gas">\n\nLight it.\n\n</TabItem>\n</Tabs>',
            [("heading", "Gas"), ("paragraph", "Light it.")],
        ),
    ],
)
def test_what_dialects_set_apart_keeps_its_kind(
    tmp_path: Path, text: str, expected: list[tuple[str, str]] | None
) -> None:
    cases = {
        "!!!": [("warning", "Cable: Pull it."), ("warning", "Then wait."), ("paragraph", "After.")],
        "===": [("heading", "Gas"), ("paragraph", "Light it."), ("heading", "Electric"), ("paragraph", "Turn it.")],
    }
    assert read(tmp_path, text) == (expected or cases[text[:3]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Open <NavPath path="Kettle > Limits" />.', "Open Kettle > Limits."),
        ('Press <Button label="Save" icon="mdi:disk" /> twice.', "Press Save twice."),
        ('Tap <Icon name="mdi:cog" /> at the top.', "Tap at the top."),
        ('See <Image src="/img/lid.png" /> here.', "See here."),
        ('Use <UIElement text={"Boil now"} /> then.', "Use Boil now then."),
    ],
)
def test_a_component_within_a_line_leaves_the_words_that_it_stands_for(
    tmp_path: Path, text: str, expected: str
) -> None:
    assert read(tmp_path, text) == [("paragraph", expected)]


def test_elements_in_capitals_are_html(tmp_path: Path) -> None:
    text = 'Heat.<BR>Wait. <B>Now</B> `{"a": 1}` for <N> minutes.\n\n| A | B |\n|---|---|\n| On<BR>Off | 1 |\n'
    assert read(tmp_path, text) == [
        ("paragraph", "Heat."),
        ("paragraph", 'Wait. Now {"a": 1} for <N> minutes.'),
        ("table", "A | B"),
        ("table", "On; Off | 1"),
    ]


def test_a_badge_after_a_title_is_no_part_of_it(tmp_path: Path) -> None:
    file = tmp_path / "kettle.mdx"
    file.write_text('# Kettle\n\n## Boil <Badge text="New" />\n\nFill it.\n', encoding="utf-8")
    assert [section.title for section in load_markdown(file, "m").sections] == ["Kettle", "Boil"]


def test_a_box_in_a_step_stays_below_it(tmp_path: Path) -> None:
    found = blocks(tmp_path, "1. Fill.\n\n    !!! note\n        Cold water.\n\n2. Boil.")
    assert [(block.kind, block.depth, block.text) for block in found] == [
        ("step", 0, "Fill."),
        ("note", 0, "Cold water."),
        ("step", 0, "Boil."),
    ]


def test_what_a_sentence_with_a_colon_quotes_is_no_note(tmp_path: Path) -> None:
    text = "Hot.\n\n> Wait.\n\n1. It prints:\n\n   > Lid open\n\n2. Shut it.\n\nThen:\n\n> **Note**\n>\n> It is hot.\n"
    assert [(block.kind, block.depth, block.text) for block in blocks(tmp_path, text)] == [
        ("paragraph", 0, "Hot."),
        ("note", 0, "Wait."),
        ("step", 0, "It prints:"),
        ("paragraph", 1, "Lid open"),
        ("step", 0, "Shut it."),
        ("paragraph", 0, "Then:"),
        ("note", 0, "Note: It is hot."),
    ]


def test_names_in_bold_that_begin_lines_of_one_paragraph_are_options(tmp_path: Path) -> None:
    text = "**Small**: One cup.\n**Large:** Two cups.\n**Huge:** Six cups.\nIt is\n**red**: see there."
    assert read(tmp_path, text) == [
        ("option", "Small: One cup."),
        ("option", "Large: Two cups."),
        ("option", "Huge: Six cups. It is red: see there."),
    ]


def test_html_in_markdown_is_markup(tmp_path: Path) -> None:
    text = (
        "<!-- lint off --><script>x()</script>\n<style>a{}</style>\n\nPress <kbd>On</kbd>.<br>Wait.\n\n"
        "<details><summary>No base?</summary>\n\nBuy one.\n\n</details>\n\n"
        "<table><tr><td>Blue</td><td>Cold</td></tr></table>"
    )
    assert read(tmp_path, text) == [
        ("paragraph", "Press On."),
        ("paragraph", "Wait."),
        ("heading", "No base?"),
        ("paragraph", "Buy one."),
        ("table", "Blue | Cold"),
    ]


def test_a_title_has_no_markup(tmp_path: Path) -> None:
    text = '## Lid <a href="#lid" id="lid"></a>\n\n## Base {#the-base .big}\n\n## Hose {: #hose }\n\n## Ring {#ring+1}'
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    sections = load_markdown(tmp_path / "a.md", "m").sections
    assert [section.title for section in sections] == ["Lid", "Base", "Hose", "Ring"]
    assert "a.md#the-base" in sections[1].anchors
    assert "a.md#ring+1" in sections[3].anchors


def test_a_key_that_is_a_backslash_ends_its_role(tmp_path: Path) -> None:
    assert read(tmp_path, "Press {kbd}`Shift+\\` and {kbd}`A`.") == [("paragraph", "Press Shift+\\ and A.")]


def test_placeholders_in_angle_brackets_are_text(tmp_path: Path) -> None:
    assert read(tmp_path, "Type <NAME> or <your-id>, then <https://x.org>.") == [
        ("paragraph", "Type <NAME> or <your-id>, then https://x.org.")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Press ++ctrl+F5++ :material-cog: **Settings** now.", "Press Ctrl+F5 Settings now."),
        ('Press ++"MENU WHEEL"++ and ++shift+"Page up"++ now.', "Press MENU WHEEL and Shift+Page up now."),
        ("- [ ] Check the lid.", "Check the lid."),
        ("{{ site.name }}Boil{% if x %}.{% endif %}", "Boil."),
        ('{% @cups/shown-lid url="https://lids.org/a" full=true %}\n\nBoil.', "Boil."),
        ("Use `{{ cup }}` and `<Cup />`.", "Use {{ cup }} and <Cup />."),
        ("It says \"no '{{Field}}'\" <a href='{{ x }}'>here</a>.", "It says \"no '{{Field}}'\" here."),
        ("[Go](x.md){ .md-button }", "Go"),
    ],
)
def test_icons_keys_templates_and_attributes(tmp_path: Path, text: str, expected: str) -> None:
    assert [found for _, found in read(tmp_path, text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Öffne das Menü und klicke :material-trash-can-outline:.", "Öffne das Menü und klicke [trash can]."),
        ("Click :fontawesome-solid-plus:{ .lg } at the top.", "Click [plus] at the top."),
        ("The lid (:octicons-lock-16:) is shut", "The lid ([lock]) is shut"),
        # Beside a name they only adorn it.
        (":material-cog: Settings are kept.", "Settings are kept."),
        ("Open [:material-cog: Settings](x.md) first.", "Open Settings first."),
        ("Open **:material-cog: Settings** first.", "Open Settings first."),
    ],
)
def test_an_icon_is_named_where_the_text_has_no_name_beside_it(tmp_path: Path, text: str, expected: str) -> None:
    assert [found for _, found in read(tmp_path, text)] == [expected]


def test_an_icon_alone_is_what_a_cell_says(tmp_path: Path) -> None:
    table = "| Cup | Dishwasher |\n|---|---|\n| Blue | :material-check: |\n"
    assert "[check]" in " ".join(found for _, found in read(tmp_path, table))


def test_mdx_that_is_indented_in_components_is_text(tmp_path: Path) -> None:
    text = "<Steps>\n    <Step>\n    Fill {props.x}it.\n    </Step>\n</Steps>"
    assert read(tmp_path, text, "a.mdx") == [("paragraph", "Fill it.")]


def test_code_keeps_its_lines_wherever_it_stands(tmp_path: Path) -> None:
    text = (
        "1. Do this:\n\n    ```sh\n    boil --start\n      boil --stop  # <Now>\n    ```\n\n"
        "!!! tip\n\n    ~~~yaml\n    kettle:\n      heat: 3\n    ~~~\n\n> [!NOTE]\n> ```\n> one\n>   two\n> ```\n\n"
        "    in\n      dented"
    )
    assert [(block.kind, block.text) for block in blocks(tmp_path, text) if block.kind == "code"] == [
        ("code", "boil --start\n  boil --stop  # <Now>"),
        ("code", "kettle:\n  heat: 3"),
        ("code", "one\n  two"),
        ("code", "in\n  dented"),
    ]


def test_definition_lists_are_options(tmp_path: Path) -> None:
    assert read(tmp_path, "Warm\n:   Sixty degrees.\n\nHot\n:   A hundred.") == [
        ("option", "Warm: Sixty degrees."),
        ("option", "Hot: A hundred."),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Type `brew --cups <number>\n--hot` and wait.", [("paragraph", "Type brew --cups <number> --hot and wait.")]),
        ("Between **±**5 and **±**9 cups.", [("paragraph", "Between ±5 and ±9 cups.")]),
        ("電源を**「切」**にします。", [("paragraph", "電源を「切」にします。")]),
        (
            "<table><tr><td>`-c`</td><td>[Cups](cups.md), **hot**</td></tr></table>",
            [("table", "-c | Cups, hot")],
        ),
        ("![The lid](/pictures/the lid.png) Lift it.", [("paragraph", "Lift it.")]),
        ("{:.big.framed}\nLift the lid.", [("paragraph", "Lift the lid.")]),
        (
            "Cup|Time||Pot|Time\n---|---||---|---\n1|2||4|8",
            [("table", "Cup | Time | Pot | Time"), ("table", "1 | 2 | 4 | 8")],
        ),
    ],
)
def test_no_markup_is_left_in_text(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert read(tmp_path, text) == expected


def test_code_keeps_what_looks_like_markdown(tmp_path: Path) -> None:
    assert read(tmp_path, "Write `[a](b)` or `**c**`.\n\n```\n`d` **e**\n```") == [
        ("paragraph", "Write [a](b) or **c**."),
        ("code", "`d` **e**"),
    ]


def test_a_picture_of_jsx_over_lines_is_no_text(tmp_path: Path) -> None:
    picture = '   <img\n     src={lid.src}\n     alt="Lid"\n     style={{ maxWidth: "5px" }}\n   />'
    text = f"1. Lift it.\n\n{picture}\n\n2. Wait."
    assert read(tmp_path, text, "a.mdx") == [("step", "Lift it."), ("step", "Wait.")]


def test_a_bold_name_before_a_hyphen_is_an_option(tmp_path: Path) -> None:
    (option,) = blocks(tmp_path, "- **Mild** - brews for two minutes\n")
    assert (option.kind, option.name) == ("option", "Mild")


def test_loops_of_templates_are_left_out_and_raw_text_is_kept(tmp_path: Path) -> None:
    text = (
        "{% for one in page.all %}\n### {{ one.name }}\n`{{ one.code }}` | {{ one.text }}\n"
        "{% for x in one %}x{% endfor %}\n{% endfor %}\n{% if site.beta %}Shown.{% endif %}\n\n"
        "{% raw %}Type {{ name }}.{% endraw %}\n\n"
        "```\n{% for a in b %}{{ a }}{% endfor %}\n```"
    )
    assert read(tmp_path, text) == [
        ("paragraph", "Shown."),
        ("paragraph", "Type {{ name }}."),
        ("code", "{% for a in b %}{{ a }}{% endfor %}"),
    ]


def test_a_loop_that_never_ends_takes_nothing_away(tmp_path: Path) -> None:
    assert read(tmp_path, "One.\n\n{% for a in b %}\n\nTwo.") == [("paragraph", "One."), ("paragraph", "Two.")]


def test_tables_whose_dashes_are_of_other_columns_than_their_header_are_tables(tmp_path: Path) -> None:
    page = (
        "# Keys\n\nKey | Use\n----|----|----\nA | Dims | off\n\n"
        "- One:\n\n  | Key | Use | Off |\n  |---|---|\n  | B | Beeps |\n\n"
        "Left | right\n---\nText.\n"
    )
    found = graph(tmp_path, {"a.md": page})
    assert [block.text for block in found.items[0].blocks if block.kind == "table"] == [
        "Key | Use",
        "A | Dims | off",
        "Key | Use | Off",
        "B | Beeps",
    ]
    assert "Left | right" in paths(found)[-1]


def test_a_heading_right_below_html_is_one(tmp_path: Path) -> None:
    page = "# Lamp\n\nDim it.\n\n<div class=break></div>\n## Keys\n\nPress A.\n\n    <b>\n    # no heading\n"
    assert paths(graph(tmp_path, {"a.md": page})) == ["Lamp", "Lamp > Keys"]


def test_tables_without_a_header_are_tables(tmp_path: Path) -> None:
    assert read(tmp_path, "| Heat | 90 |\n| Time | 3 |\n\nAfter.") == [
        ("table", "Heat | 90"),
        ("table", "Time | 3"),
        ("paragraph", "After."),
    ]
    assert read(tmp_path, "{:.wide}\n| Heat | 90 |\n| Time | 3 |") == [("table", "Heat | 90"), ("table", "Time | 3")]
    assert read(tmp_path, "| Name | Value |\n|---|---|\n| Heat | 90 |") == [
        ("table", "Name | Value"),
        ("table", "Heat | 90"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call `/beans/{id}` or `${send}` with `on`, then `{x}`.", "Call /beans/{id} or ${send} with on, then {x}."),
        ("Beans :warning: are hot, :heavy\\_check\\_mark: done.", "Beans ⚠ are hot, ✔ done."),
        ("Set `:on:` at 10:30: wait for [:digit:] or :nothing-known: here.", None),
        ('Press <Key k=\'enter\' /> or <Kbd mod="ctrl" k="z" /> now.', "Press Enter or Ctrl+Z now."),
        ("It is kept.[^1] Then[^2] more.", "It is kept. Then more."),
        ("Take it from the shelf.\\\n", "Take it from the shelf."),
        ('Fill it.\n\n{{< figure src="a.png"\n    title="A lid" >}}\n', "Fill it."),
        (r"Open C:\\Users\\\<your name>\Beans now.", r"Open C:\Users\<your name>\Beans now."),
    ],
)
def test_what_stands_for_a_sign_is_that_sign(tmp_path: Path, text: str, expected: str | None) -> None:
    assert read(tmp_path, text) == [("paragraph", expected or text.replace("`", ""))]


def test_a_definition_below_a_heading_is_its_text(tmp_path: Path) -> None:
    text = (
        "## `HEAT=<bool>`\n\n: Heats the\nplate.\n\n    Default: on.\n\n: Also:\n\n    - the lid\n\n"
        "## B\n\nText.\n\n    code\n"
    )
    (tmp_path / "a.md").write_text(f"# A\n\n{text}", encoding="utf-8")
    _, heat, other = load_markdown(tmp_path / "a.md", "m").sections
    assert (heat.title, [block.text for block in heat.blocks]) == (
        "HEAT=<bool>",
        ["Heats the plate.", "Default: on.", "Also:", "the lid"],
    )
    assert [block.kind for block in other.blocks] == ["paragraph", "code"]


def test_code_that_goes_on_over_lines_is_paired_from_the_first_mark_on(tmp_path: Path) -> None:
    text = "Call `lid {open,\nshut}`, `lamp {on,\noff}` and ``a ` b``."
    assert read(tmp_path, text) == [("paragraph", "Call lid {open, shut}, lamp {on, off} and a ` b.")]


def test_bars_in_code_divide_no_row(tmp_path: Path) -> None:
    text = "| Filter | Beans |\n|---|---|\n| `dark|light` | all |\n| `a\\|b` | few |\n\nUse `x|y` and a | b."
    assert read(tmp_path, text) == [
        ("table", "Filter | Beans"),
        ("table", "dark|light | all"),
        ("table", "a|b | few"),
        ("paragraph", "Use x|y and a | b."),
    ]


def test_titles_of_front_matter_have_no_markup(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: The&nbsp;<samp>brew</samp> `now` key\n---\nIt brews.\n", encoding="utf-8"
    )
    assert load_markdown(tmp_path / "a.md", "m").sections[0].title == "The brew now key"


def test_a_container_that_is_not_closed_ends_before_the_next_heading_or_container(tmp_path: Path) -> None:
    text = (
        "::: tip\nWarm it.\n\n::: warning\nHot.\n:::\n\n## Lid\n\nLift it.\n\n"
        ":::note\nSlowly.\n\n## Base\n\nWipe it.\n\n::::group\n:::tip\nDry.\n:::\n\n## Feet\n::::\n"
    )
    assert read(tmp_path, text) == [
        ("note", "Warm it."),
        ("warning", "Hot."),
        ("paragraph", "Lift it."),
        ("note", "Slowly."),
        ("paragraph", "Wipe it."),
        ("note", "Dry."),
    ]


def test_a_box_that_is_closed_outside_of_the_one_that_it_was_opened_in_keeps_the_page(tmp_path: Path) -> None:
    text = ":::note\nDry.\n\n!!! tip\n    :::warning\n    Hot lid.\n\n:::\n\n## Care\n\nRinse it."
    assert read(tmp_path, text)[-1] == ("paragraph", "Rinse it.")


def test_tabs_of_a_component_that_the_page_defines_keep_their_labels_and_nothing_of_the_program(tmp_path: Path) -> None:
    text = (
        "export const Heat = (props) => (\n  <Tabs\n    values={[\n"
        '      { label: "Gas stove", value: "g" },\n      { label: "Hot plate", value: "p" },\n    ]}\n  >\n\n'
        "    {/* no text */}\n    {props.children}\n\n  </Tabs>\n);\n\nFill it.\n\n"
        '<Heat>\n<TabItem value="g">\n\nLight it.\n\n</TabItem>\n'
        '<TabItem value="p">\n\nPlug it in.\n\n</TabItem>\n</Heat>\n'
    )
    assert read(tmp_path, text, "a.mdx") == [
        ("paragraph", "Fill it."),
        ("heading", "Gas stove"),
        ("paragraph", "Light it."),
        ("heading", "Hot plate"),
        ("paragraph", "Plug it in."),
    ]


def test_a_component_that_the_page_defines_stands_where_it_is_used_and_its_code_is_code(tmp_path: Path) -> None:
    text = (
        'export const Fetch = () => <CodeBlock className="language-sh">\n{`# Make a place\nmkdir pot\n  cd pot\n`}\n'
        "</CodeBlock>;\n\nexport const Care = () => (\n  <div>\n    Dry it **well**.\n  </div>\n);\n\nRun:\n\n"
        "<Fetch/>\n\n1. Wash it.\n\n   <Care />\n\n2. Go.\n\n<CodeBlock>boil --now</CodeBlock>\n\n"
        "<CodeBlock>{made}</CodeBlock>\n\n"
        "```jsx\nexport const Lid = () => <b>Lid</b>;\n<Fetch/>\n```\n"
    )
    assert read(tmp_path, text, "a.mdx") == [
        ("paragraph", "Run:"),
        ("code", "# Make a place\nmkdir pot\n  cd pot"),
        ("step", "Wash it."),
        ("paragraph", "Dry it well."),
        ("step", "Go."),
        ("code", "boil --now"),
        ("code", "export const Lid = () => <b>Lid</b>;\n<Fetch/>"),
    ]


def test_what_is_indented_between_tags_is_read_as_if_it_were_not(tmp_path: Path) -> None:
    text = (
        '<Tabs>\n  <TabItem\n    value="g"\n    label="Gas">\n    <div>\n      1. Turn.\n      2. Light:\n\n'
        "         ```sh\n         light\n           now\n         ```\n\n      - Wait.\n      - Cook.\n    </div>\n"
        "    - Eat.\n  </TabItem>\n</Tabs>\n\n1. Open it.\n\n   <Note>\n     Hot.\n   </Note>\n\n2. Close it.\n"
    )
    assert read(tmp_path, text, "a.mdx") == [
        ("heading", "Gas"),
        ("step", "Turn."),
        ("step", "Light:"),
        ("code", "light\n  now"),
        ("paragraph", "Wait."),
        ("paragraph", "Cook."),
        ("step", "Eat."),
        ("step", "Open it."),
        ("note", "Hot."),
        ("step", "Close it."),
    ]


def test_placeholders_in_indented_code_are_as_they_are_written(tmp_path: Path) -> None:
    text = "Set <your name>:\n\n    set <your name>\n"
    assert read(tmp_path, text) == [("paragraph", "Set <your name>:"), ("code", "set <your name>")]
