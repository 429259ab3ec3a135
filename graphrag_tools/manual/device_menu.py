"""The device's own menu, put together from the ways of all items: a trie of taps, each with the words that say so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.text.normalise import folded, sentences


@dataclass(frozen=True, slots=True)
class Tap:
    """One entry of the device's menu.

    `said` is the sentence of the manual that names it and most of the way to it, `item` the id of the item that has
    it; both are those of the first way through it where no item's way ends here.
    """

    name: str
    said: str
    item: str
    below: "tuple[Tap, ...]" = ()


@dataclass(slots=True)
class _Node:
    name: str
    said: str
    item: str
    ends: bool
    below: "dict[str, _Node]" = field(default_factory=dict)

    def tap(self) -> Tap:
        return Tap(self.name, self.said, self.item, tuple(node.tap() for node in self.below.values()))


def device_menu(items: Iterable[MenuItem]) -> tuple[Tap, ...]:
    """Return the entries that the ways of items begin with, those below them in `below`, in the manual's order.

    Names are the same entry where they differ in case, punctuation or white space alone.
    """
    root = _Node("", "", "", ends=True)
    for item in items:
        node = root
        for depth, name in enumerate(item.taps, start=1):
            ends = depth == len(item.taps)
            found = node.below.get(folded(name))
            if found is None:
                found = node.below[folded(name)] = _Node(name, _sentence_with(item.taps[:depth], item), item.id, ends)
            elif ends and not found.ends:
                found.said, found.item, found.ends = _sentence_with(item.taps[:depth], item), item.id, True
            node = found
    return root.tap().below


def _sentence_with(way: Sequence[str], item: MenuItem) -> str:
    """Return the sentence of an item that has the last name of a way and most of those before it, the first of such.

    "Dark mode is easy on the eyes." names the entry, too, but only "From Settings, tap Dark mode." says where it is.
    """
    said = [sentence for block in item.blocks for sentence in sentences(block.text)]
    *before, name = (f" {folded(part)} " for part in way)

    def names(sentence: str) -> tuple[bool, int]:
        words = f" {folded(sentence)} "
        return name in words, sum(part in words for part in before)

    return max(said, key=names, default="")
