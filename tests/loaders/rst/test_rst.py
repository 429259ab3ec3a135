"""reStructuredText as Sphinx manuals have it: folders, toctrees, roles, directives, indented steps."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import FileChoice, load_manual


def read(folder: Path, text: str) -> list[tuple[str, str]]:
    found = graph(folder, {"a.rst": f"A\n=\n\n{text}\n"})
    return [(block.kind, block.text) for block in found.item("m/a").blocks]


def test_a_folder_is_one_manual_nested_by_its_toctrees(tmp_path: Path) -> None:
    files = {
        "index.rst": "Oven\n====\n\n.. toctree::\n   :maxdepth: 2\n\n   heat\n   Washing <care/index>\n",
        "heat.rst": "Heat\n====\n\nTurn it.\n",
        "care/index.rst": "Care\n====\n\n.. toctree::\n   :glob:\n\n   parts/*\n",
        "care/parts/rack.rst": "Rack\n====\n\nPull.\n",
        "care/parts/door.rst": "Door\n====\n\nLift.\n",
        "_templates/page.html": "<title>{{ title }}</title><h1>{{ title }}</h1><p>Theme.</p>",
        "docs/_sources/heat.rst.txt": ".. _heat:\n\nHeat\n====\n\n.. note::\n\n   Turn it.\n",
        "conf.py": "raise SystemExit",
    }
    assert paths(graph(tmp_path, files)) == [
        "Oven",
        "Oven > Heat",
        "Oven > Care",
        "Oven > Care > Door",
        "Oven > Care > Rack",
    ]


def test_roles_of_sphinx_become_names_ways_and_links(tmp_path: Path) -> None:
    files = {
        "a.rst": "A\n=\n\nChoose :menuselection:`&Oven --> Grill --> Top`, press :guilabel:`&Go` or :kbd:`G`. "
        "Read :ref:`rack`, "
        ":ref:`that <rack>`, :doc:`b` and :doc:`/b`; :term:`heat <Heating>`, :py:class:`~x.Y`, :unheard:`of`.\n\n"
        ".. _rack:\n\nThe rack\n--------\n\nSlide it.\n",
        "b.rst": "Bulb\n====\n\nSee :ref:`rack`.\n",
    }
    found = graph(tmp_path, files)
    item = found.item("m/a")
    assert item.blocks[0].text == (
        "Choose Oven > Grill > Top, press Go or G. Read The rack, that, Bulb and Bulb; heat, Y, of."
    )
    assert item.taps == ("Oven", "Grill", "Top")
    assert [one.name for one in found.see_also("m/bulb")] == ["The rack"]
    assert found.unresolved == ()


def test_what_a_page_has_for_the_index_is_shown_as_its_words(tmp_path: Path) -> None:
    page = ":index:`Racks <single: rack>`\n=============================\n\nSlide the :index:`rack` in.\n"
    found = graph(tmp_path, {"a.rst": page, "b.rst": "B\n=\n\nSee :doc:`a`.\n"})
    assert paths(found) == ["Racks", "B"]
    assert [block.text for item in ("m/racks", "m/b") for block in found.item(item).blocks] == [
        "Slide the rack in.",
        "See Racks.",
    ]
    assert load(tmp_path, {}).skipped == ()


def test_a_substitution_of_raw_markup_is_what_it_shows(tmp_path: Path) -> None:
    text = (
        "Press A |br| |nl| or |key|.\n\n.. |br| raw:: html\n\n   <br/>\n\n.. |nl| raw:: latex\n\n   \\newline\n\n"
        ".. |key| raw:: html\n\n   <kbd>B</kbd>\n"
    )
    assert [said for _, said in read(tmp_path, text)] == ["Press A or B."]


def test_a_link_shows_the_words_of_a_heading_that_is_a_link_itself(tmp_path: Path) -> None:
    files = {
        "a.rst": "A\n=\n\nSee :ref:`door`, :ref:`lamp` and :doc:`b`.\n",
        "b.rst": ":ref:`The oven <top>`\n=================\n\n"
        ".. _door:\n\n:ref:`The door <top>`\n-----------------\n\nOpen it.\n\n"
        ".. _lamp:\n\nThe `lamp <https://x.example>`_ of ``X1``\n----------------------------------------\n\nGlow.\n",
    }
    assert graph(tmp_path, files).item("m/a").blocks[0].text == "See The door, The lamp of X1 and The oven."


def test_directives_that_docutils_does_not_know_keep_their_text(tmp_path: Path) -> None:
    text = (
        ".. seealso:: The door.\n\n.. versionadded:: 2.0\n   A lamp.\n\n.. tab:: Gas\n\n   Light it.\n\n"
        ".. code-block:: ini\n   :caption: x\n\n   [oven]\n     heat = 3\n\n.. warning::\n\n   Hot.\n\n"
        ".. only:: html\n\n   Shown.\n\n"
        ".. index:: heat\n\n.. figure:: a.png\n\n   The oven.\n"
        "\n.. figure:: b.png\n\n   Front of the oven\n\n   1 is the door.\n"
    )
    assert read(tmp_path, text) == [
        ("note", "The door."),
        ("note", "New in version 2.0: A lamp."),
        ("heading", "Gas"),
        ("paragraph", "Light it."),
        ("paragraph", "x"),
        ("code", "[oven]\n  heat = 3"),
        ("warning", "Hot."),
        ("paragraph", "Shown."),
        ("paragraph", "The oven."),
        ("paragraph", "1 is the door."),
    ]


def test_indented_steps_are_steps(tmp_path: Path) -> None:
    assert read(tmp_path, "Do:\n\n    #. **One**: Open.\n\n    #. Close.\n\n   Indented text.") == [
        ("paragraph", "Do:"),
        ("step", "One: Open."),
        ("step", "Close."),
        ("paragraph", "Indented text."),
    ]


def test_includes_are_taken_from_the_manual_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret.rst"
    secret.write_text("Secret.\n", encoding="utf-8")
    folder = tmp_path / "man"
    files = {"a.rst": "A\n=\n\n.. include:: _part.rst\n\n.. include:: ../secret.rst\n\nEnd.\n", "_part.rst": "Part.\n"}
    assert [block.text for block in graph(folder, files).item("m/a").blocks] == ["Part.", "End."]


def test_globs_choose_the_files_of_a_folder(tmp_path: Path) -> None:
    files = {
        "user/a.md": "# A\nText.\n",
        "user/old/b.md": "# B\nText.\n",
        "dev/c.rst": "C\n=\n\nText.\n",
    }
    assert paths(graph(tmp_path, files)) == ["A", "Old", "Old > B"]
    assert paths(graph(tmp_path, {}, FileChoice(include=("dev/**",)))) == ["C"]
    assert paths(graph(tmp_path, {}, FileChoice(exclude=("**/old/",)))) == ["A"]


def test_lists_under_headings_are_groups_and_leave_no_empty_section(tmp_path: Path) -> None:
    index = (
        "Oven\n====\n\nUse\n---\n\n.. toctree::\n\n   heat\n\nCare\n----\n\nOnce a week.\n\n.. toctree::\n\n   rack\n"
    )
    files = {"index.rst": index, "heat.rst": "Heat\n====\n\nTurn.\n", "rack.rst": "Rack\n====\n\nPull.\n"}
    found = paths(graph(tmp_path, files))
    assert found.count("Oven > Use") == 1
    assert {"Oven > Use > Heat", "Oven > Care > Rack"} <= set(found)


def test_pages_listed_twice_leave_no_heading_without_text(tmp_path: Path) -> None:
    index = "Oven\n====\n\n.. toctree::\n\n   heat\n\nHeating\n-------\n\n.. toctree::\n\n   heat\n"
    files = {"index.rst": index, "heat.rst": "Heat\n====\n\nTurn.\n"}
    assert paths(graph(tmp_path, files)) == ["Oven", "Oven > Heat"]


def test_what_docutils_says_of_a_page_is_no_section_of_it(tmp_path: Path) -> None:
    found = graph(tmp_path, {"a.rst": "A\n=\n\nSee |this| and `that`_.\n"})
    assert paths(found) == ["A"]
    assert found.item("m/a").blocks[0].text == "See |this| and that."


def test_links_to_headings_of_other_pages_lead_there(tmp_path: Path) -> None:
    pages = {
        "a.rst": "A\n=\n\nSee `Clean it`_, rinse_ and `gone`_.\n",
        "b.rst": "B\n=\n\nClean it\n--------\n\nWipe.\n",
    }
    found = graph(tmp_path, pages)
    assert found.item("m/a").blocks[0].text == "See Clean it, rinse and gone."
    assert [item.name for item in found.see_also("m/a")] == ["Clean it"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("run", ["-", "**", "*a ", ":a"])
def test_what_is_longer_than_a_paragraph_is_told_and_taken_as_it_is_written(tmp_path: Path, run: str) -> None:
    long = (run * 40_000).strip()
    (tmp_path / "lamp.rst").write_text(f"Lamp\n====\n\n* See {long}\n* Press *OK*.\n", encoding="utf-8")
    manual = load_manual(tmp_path / "lamp.rst")
    assert [skipped.why for skipped in manual.skipped] == [
        "(WARNING/2) Longer than a paragraph or a word: taken as it is written."
    ]
    assert [block.text for block in manual.sections[0].blocks] == [f"See {long}", "Press OK."]


def test_substitutions_of_the_configuration_are_put_in(tmp_path: Path) -> None:
    config = (
        "import os\nname = 'Oven'\nversion = '2.1'\nrelease = os.environ['R']\nrst_epilog = ''\n"
        "rst_epilog += f'.. |oven| replace:: **{name}** 3\\n.. _help: https://example.org/help\\n'\n"
        "rst_prolog = '.. note:: Draft\\n\\n.. |key| replace:: the key\\n   on top\\n'.replace('N', os.name)\n"
        "exclude_patterns = ['old.rst']\n"
    )
    page = "A\n=\n\nTurn |oven| with |key|, |version| or |release|. Ask help_.\n"
    own = "B\n=\n\n.. |oven| replace:: grill\n\nTurn the |oven|.\n"
    files = {"conf.py": config, "index.rst": page, "b.rst": own, "old.rst": "Old\n===\n\nGone.\n"}
    found = graph(tmp_path, files)
    texts = [block.text for item in found.items for block in item.blocks]
    assert texts == ["Turn Oven 3 with the key on top, 2.1 or |release|. Ask help.", "Turn the grill."]


def test_pieces_of_any_suffix_stand_where_pages_include_them(tmp_path: Path) -> None:
    files = {
        "a.rst": "A\n=\n\n.. include:: shared/care.inc\n",
        "shared/care.inc": "Wipe it with a cloth.\n",
        "shared/other.inc": "No page names it.\n",
    }
    found = graph(tmp_path, files)
    assert [block.text for item in found.items for block in item.blocks] == ["Wipe it with a cloth."]


def test_data_about_a_page_and_raw_markup_are_no_text_and_no_complaint(tmp_path: Path) -> None:
    page = (
        ":orphan:\n:nosearch:\n\nOven\n====\n\n"
        ".. include:: badge.txt\n  :start-after: :nosearch:\n  :end-before: .. end\n\n"
        ".. raw:: html\n\n   <hr>\n\nHeat it.\n\n.. md-mermaid::\n\n   A-->B\n\n:Power: 2 kW\n"
    )
    manual = load(tmp_path, {"a.rst": page, "badge.txt": ":nosearch:\n\nFor all plans.\n\n.. end\n\nNo more.\n"})
    assert [block.text for block in manual.sections[0].blocks] == ["For all plans.", "Heat it.", "Power: 2 kW"]
    assert [one.why for one in manual.skipped if "raw" in one.why] == []


def test_headings_are_linked_by_the_page_and_their_words(tmp_path: Path) -> None:
    files = {
        "a.rst": "A\n=\n\nSee :ref:`care/door:the hinge` and :ref:`it <care/door:The hinge>`.\n",
        "care/door.rst": "Door\n====\n\nThe hinge\n---------\n\nOil it.\n",
    }
    found = graph(tmp_path, files)
    assert found.item("m/a").blocks[0].text == "See the hinge and it."
    assert [one.name for one in found.see_also("m/a")] == ["The hinge"]


def test_markdown_that_a_page_includes_is_read_as_markdown(tmp_path: Path) -> None:
    files = {
        "a.rst": "Oven\n====\n\nOld.\n\n.. include:: parts/grill.md\n  :parser: myst\n\nAfter.\n",
        "parts/grill.md": "# Grill\n\nTurn **Top**.\n\n| Heat | Time |\n|---|---|\n| 200 | 5 |\n",
    }
    found = graph(tmp_path, files)
    assert paths(found) == ["Oven", "Oven > Grill"]
    assert [(block.kind, block.text) for block in found.item("m/oven/grill").blocks] == [
        ("paragraph", "Turn Top."),
        ("table", "Heat | Time"),
        ("table", "200 | 5"),
        ("paragraph", "After."),
    ]


def test_roles_and_labels_of_myst_are_those_of_sphinx(tmp_path: Path) -> None:
    files = {
        "a.md": "# A\n\nChoose {menuselection}`&Oven --> Grill`, press {guilabel}`Go` or {kbd}`G`, set `heat`{x}. Read "
        "{ref}`the-rack`, {ref}`that <the-rack>` and {doc}`Bulb <b>`; {octicon}`gear` {term}`heat <Heating>`.\n\n"
        "```md\n{ref}`the-rack`\n(the-rack)=\n```\n",
        "b.md": "# Bulb\n\n(the-rack)=\n\n## The rack\n\nSlide it.\n",
        "c.rst": "C\n=\n\nSee :ref:`the-rack`.\n",
    }
    found = graph(tmp_path, files)
    item = found.item("m/a")
    assert item.blocks[0].text == (
        "Choose Oven > Grill, press Go or G, set heat{x}. Read The rack, that and Bulb; heat."
    )
    assert item.blocks[1].text == "{ref}`the-rack`\n(the-rack)="
    assert item.taps == ("Oven", "Grill")
    assert [one.name for one in found.see_also("m/a")] == ["The rack", "Bulb"]
    assert [one.name for one in found.see_also("m/c")] == ["The rack"]
    assert found.item("m/c").blocks[0].text == "See The rack."


def test_a_link_of_myst_leads_to_a_label_of_another_page_where_one_has_it(tmp_path: Path) -> None:
    files = {
        "a.md": "# A\n\nSee [the rack](#The-rack-top), [the lamp](#lamp) and [the key](#key).\n\n## Key\n\nPress it.\n",
        "b.md": "# Bulb\n\n(The-rack-top)=\n\n## Rack\n\nSlide it.\n\n## Lamp\n\nGlow.\n\n## Key\n\nTurn it.\n",
        "c.md": "# C\n\n## Lamp\n\nGlow.\n",
    }
    found = graph(tmp_path, files)
    assert [one.id for one in found.see_also("m/a")] == ["m/bulb/rack"]
    assert [one.link.text for one in found.unresolved] == ["the lamp"]


def test_code_within_bold_has_no_marks_and_an_index_without_a_title_is_called_as_its_folder(tmp_path: Path) -> None:
    page = "Heat it.\n\n- **``heat``**: Warms.\n\nOne\n===\n\nText.\n\nTwo\n===\n\nText.\n"
    found = graph(tmp_path / "my-oven", {"index.rst": page, "b.rst": "B\n=\n\nText.\n"})
    assert paths(found) == ["My oven", "One", "Two", "B"]
    assert [block.text for block in found.item("m/my-oven").blocks] == ["Heat it.", "heat: Warms."]


def test_what_a_version_changed_is_read_as_text_with_roles(tmp_path: Path) -> None:
    page = tmp_path / "lamp.rst"
    text = "Lamp\n====\n\n.. versionadded:: 2.4 Replaces :lamp:key:`[Top],dim` and **more**.\n\n   It is slow.\n"
    page.write_text(text, encoding="utf-8")
    (section,) = load_manual(page).sections
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("note", "New in version 2.4: Replaces [Top],dim and more."),
        ("note", "It is slow."),
    ]


def test_a_note_above_the_title_is_the_first_of_the_page(tmp_path: Path) -> None:
    found = graph(tmp_path, {"a.rst": ".. warning:: Not yet.\n\nHeat\n====\n\nTurn it.\n\nMore\n----\n\nLong.\n"})
    assert paths(found) == ["Heat", "Heat > More"]
    assert [(block.kind, block.text) for block in found.item("m/heat").blocks] == [
        ("warning", "Not yet."),
        ("paragraph", "Turn it."),
    ]


def test_pages_stand_below_the_heading_that_lists_them_and_what_lies_around_the_site_is_none_of_it(
    tmp_path: Path,
) -> None:
    files = {
        "README.md": "# Repository\n\nBuild it.\n",
        "docs/README.md": "# How to build\n\nRun it.\n",
        "docs/source/conf.py": "project = 'Oven'\n",
        "docs/source/index.rst": "Oven\n====\n\nUse\n---\n\nHow.\n\n.. toctree::\n\n   heat\n\nCare\n----\n\n"
        "Why.\n\n.. toctree::\n\n   rack\n",
        "docs/source/heat.rst": "Heat\n====\n\nTurn it.\n",
        "docs/source/rack.rst": "Rack\n====\n\nPull.\n",
    }
    assert paths(graph(tmp_path, files)) == [
        "Oven",
        "Oven > Use",
        "Oven > Use > Heat",
        "Oven > Care",
        "Oven > Care > Rack",
    ]


def test_a_readme_alone_around_a_site_is_none_of_it_however_its_folder_is_called(tmp_path: Path) -> None:
    site = {
        "main/conf.py": "",
        "main/index.rst": "Oven\n====\n\nUse it.\n",
        "main/heat.rst": "Heat\n====\n\nTurn it.\n",
    }
    alone = graph(tmp_path / "alone", {"readme.md": "# Repository\n\nBuild it.\n", **site})
    assert paths(alone) == ["Oven", "Oven > Heat"]
    pages = {"readme.md": "# Kitchen\n\nAll of it.\n", "hob.md": "# Hob\n\nFour.\n", "grill.md": "# Grill\n\nHot.\n"}
    others = graph(tmp_path / "others", {**pages, **site})
    assert "Kitchen" in paths(others)[0]


def test_terms_of_a_glossary_share_their_definition(tmp_path: Path) -> None:
    text = (
        ".. glossary::\n   :sorted:\n\n   Rack\n   Shelf\n      Holds trays.\n\n      Two of them.\n\n"
        "   Door : parts\n      Shuts.\n\n"
        ":menuselection:`Oven --> Clean...` :kbd:`Ctrl+N`\n   Cleans it."
    )
    found = graph(tmp_path, {"a.rst": f"A\n=\n\n{text}\n"})
    assert [(item.name, item.taps) for item in found.items if item.kind == "option"] == [
        ("Rack, Shelf", ()),
        ("Door", ()),
        ("Oven > Clean... Ctrl+N", ("Oven", "Clean...")),
    ]


def test_substitutions_that_write_out_others_without_an_end_are_refused(tmp_path: Path) -> None:
    def page(levels: int) -> str:
        further = (f".. |a{at}| replace:: {f'|A{at - 1}| ' * 4}\n" for at in range(1, levels + 1))
        return f"See |a{levels}|.\n\n.. |a0| replace:: on\n{''.join(further)}"

    assert read(tmp_path, page(3)) == [("paragraph", f"See {'on ' * 63}on.")]
    with pytest.raises(ManualError, match="substitutions that write out more than 20,000 others"):
        read(tmp_path, page(20))


def test_substitution_that_names_itself_costs_its_own_place(tmp_path: Path) -> None:
    text = "Turn it.\n\n.. |a| replace:: |b|\n.. |b| replace:: |a|\n\nSee |a|."
    assert read(tmp_path, text)[0] == ("paragraph", "Turn it.")


def test_tabs_of_code_are_code_and_labels_of_a_lone_page_are_known(tmp_path: Path) -> None:
    text = (
        "See :ref:`boil`.\n\n.. tabs::\n\n   .. code-tab:: bash On Linux\n\n      boil\n      pour\n\n"
        "   .. code-tab:: powershell\n\n      Boil\n\n.. _boil:\n\nBoiling\n-------\n\nWait.\n"
    )
    (tmp_path / "a.rst").write_text(f"Kettle\n======\n\n{text}", encoding="utf-8")
    kettle = load_manual(tmp_path / "a.rst").sections[0]
    assert [(block.kind, block.text) for block in kettle.blocks] == [
        ("paragraph", "See Boiling."),
        ("heading", "On Linux"),
        ("code", "boil\npour"),
        ("heading", "Powershell"),
        ("code", "Boil"),
    ]


def test_settings_and_options_of_commands_are_options_by_their_names(tmp_path: Path) -> None:
    page = (
        "Set :tune:`glow`.\n\n.. confval:: brightness\n   :default: 50\n\n   How bright it is.\n\n   More.\n\n"
        ".. option:: --dim <level>\n\n   How dim.\n\n.. lamp:tune:: glow\n\n   How warm.\n\n"
        ".. only:: html\n\n   Turn it on.\n"
    )
    assert read(tmp_path, page) == [
        ("paragraph", "Set glow."),
        ("option", "brightness: How bright it is."),
        ("paragraph", "Default: 50"),
        ("paragraph", "More."),
        ("option", "--dim <level>: How dim."),
        ("option", "glow: How warm."),
        ("paragraph", "Turn it on."),
    ]
