"""Tell what belongs to pictures, which are not shown: captions that name them, and cards that lead to pages."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.block_kinds import names_picture
from graphrag_tools.loaders.html.dom import attribute, class_words
from graphrag_tools.manual.sections import Link
from graphrag_tools.text.normalise import tidy

_PICTURES = "img,picture,video,svg,object"


def is_name_of_picture(node: LexborNode) -> bool:
    """Whether an element is a picture's caption that says nothing without the picture."""
    figure = node.parent
    if figure is None or not (node.tag == "figcaption" or (node.tag == "p" and "caption" in class_words(node))):
        return False
    if figure.css_first(_PICTURES) is None:
        return False
    return names_picture(tidy(node.text()))


def cards(table: LexborNode) -> Iterator[tuple[str, list[Link]]]:
    """Yield the words of each card that GitBook writes as a row of a table, and the page that the card leads to.

    Columns that are hidden hold the card's target and its picture.
    """
    columns = table.css("thead th")
    hidden = {at for at, column in enumerate(columns) if "data-hidden" in column.attributes}
    targets = [at for at, column in enumerate(columns) if "data-card-target" in column.attributes]
    for row in table.css("tbody tr"):
        cells = [cell for cell in row.iter() if cell.tag == "td"]
        words = ". ".join(text for at, cell in enumerate(cells) if at not in hidden and (text := tidy(cell.text())))
        found = (cells[at].css_first("a") for at in targets if at < len(cells))
        links = [Link(words, attribute(link, "href")) for link in found if link is not None]
        if words:
            yield words, links
