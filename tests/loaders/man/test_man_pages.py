"""Pages of the Unix manual, in man and in mdoc."""

import time
from pathlib import Path

import pytest
from support.page_folders import graph, load, paths, shape

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import FileChoice, load_manual

_MAN = r"""'\" t
.\" a comment
.TH OVENCTL 1 "May 2026" "Oven" "Manual"
.SH NAME
ovenctl \- heat the oven
.SH SYNOPSIS
.B ovenctl
[\fB\-t\fR \fIdegrees\fR]
.if n .ad l
.de XX
not shown
..
.SH "EXIT STATUS"
It is 0 (see
.BR rackctl (8)).
.sp
.nf
ovenctl \-t 200
  sleep 5
.fi
.SS Signals
.IP \(bu 2
It beeps.
.IP \(bu
It blinks.
.SH OPTIONS
.TP
.BR \-t ", " \-\-to =\fIdegrees\fR
How hot \(em at most 250.
.IP
Or less.
.TP
\fB\-q\fP
Be quiet.
.RS
.IP 1.
First.
.IP 2.
Then.
.RE
.PP
After all.
"""
_MDOC = r""".Dd May 1, 2026
.Dt RACKCTL 8
.Os
.Sh NAME
.Nm rackctl
.Nd move the rack
.Sh DESCRIPTION
.Nm
moves it by
.Ar steps ,
as
.Xr ovenctl 1
says in
.Dq quick
mode.
.Bl -tag -width Ds
.It Fl u , Fl -up
Up.
.Pp
All the way.
.It Fl L Xo
.Sm off
.Oo Ar side : Oc
.Ar steps
.Sm on
.Xc
To a side.
.El
.Bd -literal -offset indent
rackctl -u
.Ed
"""
_OF_COMMANDS = ".TH x 1\n.SH OPTIONS\n\\fB--dry-run\\fP[=false]\n\tdo nothing\n\n.PP\n\\fB--force\\fP\n\tdo all\n"


def test_a_folder_of_man_pages_is_a_manual(tmp_path: Path) -> None:
    found = graph(tmp_path, {"ovenctl.1": _MAN, "rackctl.8": _MDOC, "x.1": _OF_COMMANDS, "log.1": "Started.\n"})
    assert paths(found) == [
        "ovenctl",
        "ovenctl > SYNOPSIS",
        "ovenctl > EXIT STATUS",
        "ovenctl > EXIT STATUS > Signals",
        "ovenctl > OPTIONS",
        "rackctl",
        "rackctl > DESCRIPTION",
        "x",
        "x > OPTIONS",
    ]
    assert shape(found, "m/ovenctl") == [("paragraph", 0, "ovenctl - heat the oven")]
    assert shape(found, "m/ovenctl/exit-status") == [
        ("paragraph", 0, "It is 0 (see rackctl(8))."),
        ("code", 0, "ovenctl -t 200\n  sleep 5"),
    ]
    assert [text for _, _, text in shape(found, "m/ovenctl/exit-status/signals")] == ["It beeps.", "It blinks."]
    assert shape(found, "m/ovenctl/options") == [
        ("option", 0, "-t, --to=degrees: How hot — at most 250."),
        ("paragraph", 1, "Or less."),
        ("option", 0, "-q: Be quiet."),
        ("step", 1, "First."),
        ("step", 1, "Then."),
        ("paragraph", 0, "After all."),
    ]
    assert shape(found, "m/rackctl") == [("paragraph", 0, "rackctl – move the rack")]
    assert shape(found, "m/rackctl/description") == [
        ("paragraph", 0, "rackctl moves it by steps, as ovenctl(1) says in “quick” mode."),
        ("option", 0, "-u, --up: Up."),
        ("paragraph", 1, "All the way."),
        ("option", 0, "-L [side:]steps: To a side."),
        ("code", 0, "rackctl -u"),
    ]
    assert [item.name for item in found.items if item.kind == "option" and item.id.startswith("m/x/")] == [
        "--dry-run[=false]",
        "--force",
    ]
    assert any(one.where == "log.1" for one in load(tmp_path, {}).skipped)


def test_man_pages_beside_a_manual_are_left_out_unless_they_are_asked_for(tmp_path: Path) -> None:
    files = {"a.md": "# A\n\nHeat.\n", "b.md": "# B\n\nCool.\n", "man/ovenctl.1": _MAN}
    assert paths(graph(tmp_path, files)) == ["A", "B"]
    assert any("Unix manual" in one.why for one in load(tmp_path, {}).skipped)
    assert "Man > ovenctl" in paths(graph(tmp_path, {}, FileChoice(include=("*.md", "*.1"))))


def test_what_is_no_man_page_or_never_ends_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.1").write_text("Started.\n", encoding="utf-8")
    with pytest.raises(ManualError, match="no page of the Unix manual"):
        load_manual(tmp_path / "a.1", "m")
    start = time.process_time()
    for unended in (
        ".nf\n",
        ".RS\n",
        ".Bl -tag\n",
        ".It Fl x Xo\n",
        ".if n \\{\n",
        ".TP\n",
        "\\fB",
        "\\[",
        '.B "',
        "\\",
    ):
        load_after = f".TH A 1\n.SH B\nText.\n{unended * 20_000}"
        (tmp_path / "a.1").write_text(load_after, encoding="utf-8")
        load_manual(tmp_path / "a.1", "m")
    assert time.process_time() - start < 60


def test_marks_behind_what_is_enclosed_stand_outside(tmp_path: Path) -> None:
    head = ".Dd May 1, 2020\n.Dt PUMP 1\n.Os\n.Sh NAME\n.Nm pump\n.Nd pumps\n.Sh USE\n"
    (tmp_path / "pump.1").write_text(head + "Type\n.Pq Sq !\\& .\nNot\n.Dq slow ,\n.Op Fl v .\n", encoding="utf-8")
    text = " ".join(block.text for section in load_manual(tmp_path / "pump.1").sections for block in section.blocks)
    assert text.endswith("Type (‘!’). Not “slow”, [-v].")


def test_paragraphs_that_hang_below_a_word_in_a_font_of_its_own_say_what_it_is(tmp_path: Path) -> None:
    page = (
        ".TH KETTLE 1\n.SH NAME\nkettle \\- boils\n.SH SYNOPSIS\n.HP 4\n.B kettle\n[\\-q]\n.SH STATES\nIt says:\n"
        ".RS 4\n.HP 4\n.I hot\nIt\nboils.\n.HP\n.I cold\nIt does not.\n.HP 4\nNo word in\n.I italics\nhere.\n"
        ".RE\nEnd.\n"
    )
    states = next(section for section in load(tmp_path, {"kettle.1": page}).sections if section.title == "STATES")
    assert [(block.kind, block.text) for block in states.blocks] == [
        ("paragraph", "It says:"),
        ("option", "hot: It boils."),
        ("option", "cold: It does not."),
        ("paragraph", "No word in italics here."),
        ("paragraph", "End."),
    ]
    synopsis = next(section for section in load(tmp_path, {"kettle.1": page}).sections if section.title == "SYNOPSIS")
    assert [block.text for block in synopsis.blocks] == ["kettle [-q]"]
