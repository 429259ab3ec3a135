"""A manual may have any id without "/": it is built, searched, rebuilt beside others and removed as any other."""

from pathlib import Path

import pytest
from support.index_fixtures import small_manual
from support.writing_models import writer

from graphrag_tools.enrichment.texts import ModelTexts
from graphrag_tools.index.build import remove_manuals
from graphrag_tools.index.index import ManualIndex

ASKED = "How do I set the brightness with the wheel?"


@pytest.mark.parametrize(
    "identifier", ["faq?", "faq?1", "c#", "c#0", "~2", "100%", "My Lamp", "灯", "💡", "a'b\"c", ".."]
)
def test_manual_with_an_odd_id_is_searched(tmp_path: Path, identifier: str) -> None:
    # With questions too, which have keys of their own beside the blocks'.
    enricher = ModelTexts(expand=writer(lambda _prompt: ASKED)).open()
    index = ManualIndex.build([small_manual(identifier, ["brightness"])], tmp_path, enricher=enricher)
    [hit] = index.search(ASKED)
    assert (hit.section_id, hit.blocks) == (f"{identifier}/brightness", (0,))
    assert hit.cosine > 0
    assert index.search("brightness", manual=identifier) == index.search("brightness")
    assert index.item(hit.section_id).questions == (ASKED,)
    assert index.graph_of(hit.section_id).manual_id == identifier
    index.add(small_manual("lamp", ["colour"]))
    assert {found.section_id for found in index.search("wheel")} == {f"{identifier}/brightness", "lamp/colour"}
    remove_manuals([identifier], tmp_path)
    assert [found.section_id for found in index.search("wheel")] == ["lamp/colour"]
    index.close()
