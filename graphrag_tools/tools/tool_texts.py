"""Texts about the tools that a model reads: names, descriptions, arguments and error sentences."""

SEARCH_NAME = "search_manual"
PATH_NAME = "get_menu_path"
DESCRIBE_NAME = "describe_menu_item"
SEARCH_DESCRIPTION = (
    "Search the manual. Returns the items that fit best: menu path, id and what they say, as far as it is short. "
    "At most 550 tokens."
)
PATH_DESCRIPTION = "Find an item's menu path and the taps to it. At most 200 tokens."
DESCRIBE_DESCRIPTION = "Read what the manual says about an item. At most 900 tokens."
QUERY_ARGUMENT = "The question, or words of it."
K_ARGUMENT = "How many items."
MANUAL_ARGUMENT = "Id of one manual, empty for all."
ITEM_ARGUMENT = "Its id, menu path or title."
START_ARGUMENT = "Item to start from, empty for the top."
NOTHING_FOUND = "Nothing in the manual fits {query!r}. Search with other words."
UNKNOWN_ITEM = "There is no menu item {text!r}. Search the manual for it."
UNKNOWN_ITEM_NEAREST = (
    "There is no menu item {text!r}. The nearest are:\n{candidates}\nCall again with one of these ids."
)
AMBIGUOUS_ITEM = "{total} menu items are called {text!r}:\n{candidates}\nCall again with one of these ids."
UNKNOWN_MANUAL = "There is no manual {manual!r}. The manuals are: {manuals}."
NOT_CONNECTED = "There is no way from {start} to {end}: they are in separate parts of the manual."
INVALID_ARGUMENTS = "These arguments do not fit: {problems}. Call again with the arguments of its schema."
EMPTY = "it is empty"
TOO_LONG = "it has {length:,} characters; at most {most:,} are read"
ALL_OF_IT = "all of it"
WHAT_FITS = "what fits"
MORE = "…"
FROM_MANUAL = "Manual: {manual}"
IN_SHORT = "In short (a model's words, not the manual's): {description}"
CUT = "[cut: {left} more characters]"
# What a model reads about calls of its own that could not be made.
UNKNOWN_TOOL = "There is no tool {name!r}. The tools are: {tools}."
DROPPED_ITEM = "{tool} was not called: there is no one menu item {text!r}. Search the manual for it."
DROPPED_ARGUMENTS = "{tool} was not called: {problems}. Call again with the arguments of its schema."
UNREADABLE_ARGUMENTS = "its arguments are no valid JSON"
REPEATED_CALL = "{tool} was already called with these arguments; its result stands above."
TOO_MANY_CALLS = "{tool} was not called: all {limit} calls for this question are used up."
GO_ON = "Answer from what was found, or make another call."
STOPPED = "No answer was found in the calls made."
# What clients of the MCP server show and read beside the above.
TOOL_TITLES = {
    SEARCH_NAME: "Search the manual",
    PATH_NAME: "Find a menu path",
    DESCRIBE_NAME: "Read a menu item",
}
ASK_NAME = "ask_manual"
CHECK_NAME = "check_answer"
TOOL_TITLES |= {ASK_NAME: "Ask the manual", CHECK_NAME: "Check an answer"}
ASK_DESCRIPTION = (
    "Answer a question from the device manual in one call: found, quoted or written, and checked against the manual. "
    "Returns the answer with its status (answered, unsure or not_in_manual), menu path, taps and sources. Show it "
    "as it is."
)
CHECK_DESCRIPTION = (
    "Check an answer that you wrote about the device against its manual: names, numbers, ways, the order of steps, "
    "what is and what is not. Returns whether it holds and, if not, why and what the manual says."
)
DRAFT_ARGUMENT = "The answer that you wrote, in plain text."
DRAFT_HOLDS = "The answer holds: it says what {path} says."
DRAFT_REFUSES = "The answer holds: it says that the manual does not say, and search is not sure of any item."
DRAFT_FAILS = "The answer does not hold:\n{reasons}"
DRAFT_OVERLOOKS = "It says that the manual does not say, but {path} answers."
NOTHING_TO_CHECK = "Nothing in the manual is near this question."
INSTEAD = "The manual says ({path}):\n{text}"
MANUALS_HERE = "The manuals here, by id and title: {manuals}."
MORE_MANUALS = "and {count} more"
TOOL_FAILED = "{tool} failed: {reason}"
CONTENTS_DESCRIPTION = "Table of contents of the manual {title!r}: {sections} sections with their ids."
CONTENTS_CUT = "[cut: {left} more sections, below those shown; search_manual finds them]"
ITEM_RESOURCE_TITLE = "Menu item"
ITEM_RESOURCE_DESCRIPTION = "What a manual says about a menu item, word for word; the id is that of a search result."
UNKNOWN_RESOURCE = "There is no resource {uri!r}. Listed are the manuals; an item is manual://items/ and its id."
UNKNOWN_CURSOR = "There is no page {cursor!r}. Start again without a cursor."
PROMPT_TITLE = "Ask the manual"
PROMPT_DESCRIPTION = "Answer a question from the device manual, with the menu path and in the manual's own words."
QUESTION_ARGUMENT = "What you want to know about the device."
ONLY_MANUAL = "Search in the manual {manual!r} only: pass manual={manual!r} to search_manual."
UNKNOWN_PROMPT = "There is no prompt {name!r}. The prompts are: {prompts}."
NO_QUESTION = "ask_manual needs a question."
