"""Screens: the way to a place as the screens one passes, each with the entries that the manual attests there."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphrag_tools.manual.device_menu import Tap
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.text.normalise import folded

MOST_ENTRIES = 200
"""On one screen: no menu of a device has as many, but a manual without levels may."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be pressed on a screen; `said` is the manual's sentence about it, `item` the id of its menu item."""

    name: str
    said: str
    item: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen; `pressed` is the position of the entry that leads on, None where the way ends."""

    title: str
    entries: tuple[Entry, ...]
    pressed: int | None = None
    left_out: int = 0


def device_screens(menu: Sequence[Tap], taps: Sequence[str], options: Sequence[MenuItem], chosen: str) -> list[Screen]:
    """Return the screens of a way on the device, from its first name on.

    `options` are what the item at its end lets one choose, which stand on the last screen; `chosen` is the id of the
    one that the way is to, empty for none.
    """
    screens: list[Screen] = []
    below: Sequence[Tap] = menu
    for at, name in enumerate(taps):
        here = next((tap for tap in below if folded(tap.name) == folded(name)), None)
        below = here.below if here else ()
        entries = [Entry(tap.name, tap.said, tap.item) for tap in below]
        if at + 1 < len(taps):
            onward = folded(taps[at + 1])
            pressed = next((at for at, entry in enumerate(entries) if folded(entry.name) == onward), None)
            if pressed is None:  # the index was built anew since the answer
                entries, pressed = [*entries, Entry(taps[at + 1], "", "")], len(entries)
        else:
            known = {folded(entry.name) for entry in entries}
            entries += [_entry(option) for option in options if folded(option.name) not in known]
            pressed = _position(entries, chosen)
        screens.append(_screen(name, entries, pressed))
    return screens


def manual_screens(graph: MenuGraph, item_id: str) -> list[Screen]:
    """Return the way to an item in the manual itself, for where the manual tells none on the device."""
    screens: list[Screen] = []
    title, entries = graph.title, [_entry(root) for root in graph.roots]
    for item in graph.ancestors(item_id):
        screens.append(_screen(title, entries, _position(entries, item.id)))
        title, entries = item.name, [_entry(child) for child in graph.children(item.id)]
    return [*screens, _screen(title, entries, None)] if entries else screens


def _entry(item: MenuItem) -> Entry:
    return Entry(item.name, item.blocks[0].text if item.kind == "option" and item.blocks else "", item.id)


def _position(entries: Sequence[Entry], item_id: str) -> int | None:
    return next((at for at, entry in enumerate(entries) if item_id and entry.item == item_id), None)


def _screen(title: str, entries: Sequence[Entry], pressed: int | None) -> Screen:
    """Return a screen of at most MOST_ENTRIES, around the one that is pressed."""
    start = max(0, min((pressed or 0) - MOST_ENTRIES // 2, len(entries) - MOST_ENTRIES))
    shown = tuple(entries[start : start + MOST_ENTRIES])
    return Screen(title, shown, None if pressed is None else pressed - start, len(entries) - len(shown))
