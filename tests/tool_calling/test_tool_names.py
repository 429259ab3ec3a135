import pytest

from graphrag_tools.tool_calling.reading import meant_tool, named_tool, tool_key

OURS = ("search_manual", "get_menu_path", "describe_menu_item")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("search_manual", "search_manual"),
        ("SEARCH MANUAL", "search_manual"),
        ("getMenuPath", "get_menu_path"),
        ("tools.get_menu_path", "get_menu_path"),
        ("functions.get_menu_path:0", "get_menu_path"),
        ("describe", "describe_menu_item"),
        ("get_menu", "get_menu_path"),
        ("get_menu_item", "describe_menu_item"),
        ("lookup", "search_manual"),
        ("describe_menu_itme", "describe_menu_item"),
        ("describe_meun_itme", "describe_menu_item"),
        ("decribe_meun_itme", None),
        ("menu", None),
        ("set_menu_path", None),
        ("order_pizza", None),
        ("", None),
        ("???", None),
        ("x" * 100_000, None),
    ],
)
def test_tool_that_a_name_means(name: str, meant: str | None) -> None:
    assert meant_tool(name, OURS) == meant


def test_opposites_are_never_taken_for_each_other() -> None:
    assert meant_tool("disable_wifi", ["enable_wifi"]) is None
    assert meant_tool("get_brightness", ["set_brightness"]) is None


def test_start_that_two_tools_share_means_neither() -> None:
    assert meant_tool("read", ["read_file", "read_page"]) is None
    assert meant_tool("read_file", ["read_file", "read_file_2"]) == "read_file"


def test_another_word_means_only_a_tool_on_offer() -> None:
    assert meant_tool("lookup", ["get_weather"]) is None


def test_exact_name_goes_before_one_that_folds_alike() -> None:
    assert named_tool("readFile", ["read_file", "readFile"]) == "readFile"
    assert named_tool("Read File", ["read_file", "readFile"]) is None


def test_key_of_a_name() -> None:
    assert tool_key(" functions.Search-Manual ") == "search_manual"
