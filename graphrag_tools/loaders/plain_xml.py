"""Parse XML that anybody may have written: nothing that a document type declares is expanded or opened."""

import re
from xml.etree import ElementTree

_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*>")


def plain_xml(text: str) -> ElementTree.Element | None:
    """Return the root of a document without its document type; None where it declares anything or is no XML."""
    bare = _DOCTYPE.sub("", text)
    if "<!DOCTYPE" in bare or "<!ENTITY" in bare:
        return None
    try:
        return ElementTree.fromstring(bare.strip())  # noqa: S314  # nothing is declared without a document type
    except (ElementTree.ParseError, RecursionError):
        return None
