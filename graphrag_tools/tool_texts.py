"""What a model reads about the tools: names, descriptions, arguments and error sentences."""

SEARCH_NAME = "search_manual"
PATH_NAME = "get_menu_path"
DESCRIBE_NAME = "describe_menu_item"

SEARCH_DESCRIPTION = (
    "Search the device manual by meaning and by words. Returns the menu items that fit best, each with its id, "
    "menu path and a short description. At most 500 tokens."
)
PATH_DESCRIPTION = (
    "Find where a menu item is: its menu path from the top of the manual, and the taps that lead to it on the "
    "device where the manual gives them. At most 200 tokens."
)
DESCRIBE_DESCRIPTION = (
    "Read a menu item: what the manual says about it, word for word, its steps and options, the items below it "
    "and those it refers to. At most 900 tokens."
)

QUERY_ARGUMENT = "What to look for: the question, or a few words of it."
K_ARGUMENT = "How many items to return, 1 to 20."
MANUAL_ARGUMENT = "Id of one manual to search in; leave out to search all."
ITEM_ARGUMENT = "The menu item: its id from a search result, its menu path (Settings > Display) or its title."
START_ARGUMENT = "Another menu item to start from; leave out to start at the top of the manual."

NOTHING_FOUND = "Nothing in the manual fits {query!r}. Search with other words."
UNKNOWN_ITEM = "There is no menu item {text!r}. Search for it with search_manual."
UNKNOWN_ITEM_NEAREST = (
    "There is no menu item {text!r}. The nearest are:\n{candidates}\nCall again with one of these ids."
)
AMBIGUOUS_ITEM = "{total} menu items are called {text!r}:\n{candidates}\nCall again with one of these ids."
UNKNOWN_MANUAL = "There is no manual {manual!r}. The manuals are: {manuals}."
NOT_CONNECTED = "There is no way from {start} to {end}: they are in separate parts of the manual."
INVALID_ARGUMENTS = "These arguments do not fit {tool}: {problems}. Call again with the arguments of its schema."
CUT = "[cut: {left} more characters]"
