"""Load manuals: one file or folder per format, chosen by the look of the path (`formats.py`).

A format each: `html`, `markdown_text`, `asciidoc`, `rst`, `xml_help`, `man`, `word`, `pdf`, and `epub`, `emanual_json`,
`path_csv`, `plain_text`; `documents` are LangChain's. A folder of pages is one manual: `folders` chooses its files,
`sites` reads what a site generator says of them, `pages` makes the manual. All end in `section_tree`.

The names load when they are first used, because each PDF and Word file is read in a process that needs one of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
