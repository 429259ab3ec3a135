"""Names that models give the tools and their arguments when they do not keep to those on offer."""

from graphrag_tools.tools.tool_texts import DESCRIBE_NAME, PATH_NAME, SEARCH_NAME

TOOL_ALIASES = {
    **dict.fromkeys(
        "manual_search query_manual search_the_manual search_manuals lookup look_up find query vector_search "
        "search_documentation search_menu search_menu_items find_menu_item retrieve".split(),
        SEARCH_NAME,
    ),
    **dict.fromkeys(
        "menu_path path find_path find_menu_path get_path get_item_path locate where_is navigate "
        "get_navigation_path get_menu_location".split(),
        PATH_NAME,
    ),
    **dict.fromkeys(
        "describe_item describe_menu menu_item read_item read_menu_item get_item get_menu_item "
        "get_description get_menu_item_description item_description explain_menu_item open_menu_item".split(),
        DESCRIBE_NAME,
    ),
}
ARGUMENT_ALIASES = {
    "query": "q question text search search_query search_term search_text keywords keyword prompt input topic".split(),
    "item": "item_id id item_name menu_item menu_item_id name title node node_id menu_path path target".split(),
    "k": "top_k n limit count num num_results max_results number_of_results results".split(),
    "manual": "manual_id manual_name device".split(),
    "start": "from from_item start_item start_id source origin".split(),
}
