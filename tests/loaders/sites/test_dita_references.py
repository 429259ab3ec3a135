"""What topics of DITA take from elsewhere: pieces of other topics, words of keys, titles of links."""

from pathlib import Path

from support.page_folders import load

DOCTYPE = '<!DOCTYPE topic PUBLIC "-//OASIS//DTD DITA Topic//EN" "topic.dtd">\n'
KEYS = (
    '<map><keydef keys="lamp"><topicmeta><keywords><keyword>Glow 2</keyword></keywords></topicmeta></keydef>'
    '<keydef keys="shared" href="parts/shared.dita"/><topicref keys="care" href="care.dita"/>'
    '<topicref href="use.dita"/></map>'
)
SHARED = (
    '<topic id="s"><title>Shared</title><body><note id="hot" type="warning">It is <b>hot</b>.</note>'
    '<ol><li id="off">Turn the <ph keyref="lamp"/> off.</li></ol><p id="both"><ph conref="#s/name"/> glows.</p>'
    '<ph id="name">The lamp</ph></body></topic>'
)
CARE = '<topic id="care"><title>Wipe it</title><body><p>Use a cloth.</p></body></topic>'


def use(body: str) -> str:
    return f'{DOCTYPE}<topic id="use"><title>Use <ph keyref="lamp"/></title><body>{body}</body></topic>'


def read(folder: Path, body: str) -> list[tuple[str, str]]:
    files = {"lamp.ditamap": KEYS, "parts/shared.dita": SHARED, "care.dita": CARE, "use.dita": use(body)}
    [section] = [one for one in load(folder, files).sections if one.key.startswith("use.dita")]
    assert section.title == "Use Glow 2"
    return [(block.kind, block.text) for block in section.blocks]


def test_pieces_of_other_topics_stand_where_they_are_named(tmp_path: Path) -> None:
    body = (
        '<note conref="parts/shared.dita#s/hot" type="warning"/><ol><li conkeyref="shared/off"/></ol>'
        '<p conkeyref="shared/both"/><p>See <xref keyref="care"/> or <xref href="parts/shared.dita"/>.</p>'
    )
    assert read(tmp_path, body) == [
        ("warning", "It is hot."),
        ("step", "Turn the Glow 2 off."),
        ("paragraph", "The lamp glows."),
        ("paragraph", "See Wipe it or Shared."),
    ]


def test_references_that_lead_nowhere_or_to_themselves_end(tmp_path: Path) -> None:
    body = (
        '<p id="a" conref="#use/a"/><p conref="gone.dita#x/y"/><p conkeyref="gone/y"/><p><ph keyref="gone"/>Turn.</p>'
    )
    assert read(tmp_path, body) == [("paragraph", "Turn.")]


def test_parameters_and_choices_are_options_and_rows(tmp_path: Path) -> None:
    body = (
        "<parml><plentry><pt>Glow</pt><pd>How bright it is.</pd></plentry></parml>"
        "<choicetable><chrow><choption>Low</choption><chdesc>At night.</chdesc></chrow></choicetable>"
    )
    assert read(tmp_path, body) == [("option", "Glow: How bright it is."), ("table", "Low | At night.")]
