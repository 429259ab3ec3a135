"""Read fonts whose letters are given as the places of their glyphs: "7KH\\x03GRRU" for "The door".

Such fonts do not say which letters they show. In TrueType's usual order of glyphs the space is the fourth, and the
letters of ASCII and of Mac OS Roman follow it, but for the second space, which Windows' fonts leave out.
"""

SPACE = 3
"""The place of the space: no text has this code otherwise."""
_LAST_OF_ASCII = 97
_ROMAN = bytes(code for code in range(0x80, 0x100) if code != 0xCA).decode("mac_roman")


def letter_at(place: int) -> str:
    """Return the letter whose glyph stands at a place; the character of that code where the order says nothing."""
    if SPACE <= place <= _LAST_OF_ASCII:
        return chr(place - SPACE + ord(" "))
    after = place - _LAST_OF_ASCII - 1
    return _ROMAN[after] if 0 <= after < len(_ROMAN) else chr(place)
