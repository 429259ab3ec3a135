"""Items and starts as models write them: copied with what results show around them, or named for the top."""

import pytest
from langchain_core.tools import BaseTool

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.items import NoSuchItem, find_item, find_start
from graphrag_tools.tools.manual_tools import ManualToolkit

WIFI = "larkfield/settings/wi-fi"


@pytest.mark.parametrize(
    "copied",
    [
        "1. Settings > Wi-Fi",
        "12) Settings > Wi-Fi",
        "- Settings > Wi-Fi",
        "• Wi-Fi",
        "Menu path: Settings > Wi-Fi",
        "On the device: Settings > Wi-Fi",
        f"1. Settings > Wi-Fi (id {WIFI})",
    ],
)
def test_item_is_found_as_results_show_it(copied: str, sample_index_for_answers: ManualIndex) -> None:
    assert find_item(sample_index_for_answers, copied).id == WIFI


@pytest.mark.parametrize("top", ["root", "ROOT ", "/", "top", "Home", "larkfield", "LARKFIELD"])
def test_start_may_name_the_top(top: str, sample_index_for_answers: ManualIndex) -> None:
    assert find_start(sample_index_for_answers, top) is None
    tools: dict[str, BaseTool] = {tool.name: tool for tool in ManualToolkit(index=sample_index_for_answers).get_tools()}
    way = tools["get_menu_path"].invoke({"item": WIFI, "start": top})
    assert way == tools["get_menu_path"].invoke({"item": WIFI})


def test_start_that_is_an_item_is_no_top(sample_index_for_answers: ManualIndex) -> None:
    found = find_start(sample_index_for_answers, "Settings")
    assert found is not None
    assert found.id == "larkfield/settings"
    with pytest.raises(NoSuchItem, match="xqzw"):
        find_start(sample_index_for_answers, "xqzw")
    with pytest.raises(NoSuchItem, match="root"):
        find_item(sample_index_for_answers, "root")
