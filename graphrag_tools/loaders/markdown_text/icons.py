"""Read the shortcodes of icons (":material-delete:"): decoration beside a name, a button where they stand for one."""

import re

_ICON = re.compile(
    r"(?P<before>[^\n]?[ \t]{0,40})"
    r":(?:material|octicons|fontawesome|simple|mdi|fa)-(?:(?:solid|regular|brands)-)?"
    r"(?P<name>[a-z\d-]*?)(?:-outline|-\d\d)?:(?:\{[^{}\n]{0,200}\})?"
    r"(?P<gap>[ \t]*)(?P<after>(?=(?:[^\W\d_A-Z]|[,.;:!?)|]|$)))?",
    re.MULTILINE,
)
"""With the character before it and, as `after`, whether what follows is no name: nothing, a mark or a small letter."""
_MARKER = re.compile(r"[ \t]*+(?:[-*+>#|]+|\d{1,3}[.)])?[ \t]*+")
_CLOSING = {"|": "|", "(": ")", "[": "]", "*": "*", "_": "_", '"': '"', "“": "”", "„": "“", "«": "»"}
"""What a run of text stands between: an icon adorns the text, and is named where it is all that stands there."""


def with_icons_named(text: str) -> str:
    """Return Markdown whose icons are gone, or their names in brackets where the text has none beside them.

    >>> with_icons_named("1. Click :material-trash-can: at the top.")
    '1. Click \\\\[trash can\\\\] at the top.'
    >>> with_icons_named("## :material-cog: Settings")
    '## Settings'
    >>> with_icons_named("## Name :material-form-textbox:")
    '## Name '
    """
    return _ICON.sub(_named, text)


def _named(icon: re.Match[str]) -> str:
    before = icon["before"]
    name = icon["name"].replace("-", " ").strip()
    line = icon.string[icon.string.rfind("\n", 0, icon.start()) + 1 : icon.start()] + before
    opening, following = before.strip(), icon.string[icon.end() :].lstrip(" \t")[:1]
    if opening in _CLOSING:
        is_named = following == _CLOSING[opening]
    else:
        adorns_title = following in ("", "\n") and line.startswith("#")
        is_named = icon["after"] is not None and not adorns_title and not _MARKER.fullmatch(line)
    if name and is_named:
        return f"{before}\\[{name}\\]{icon['gap']}"
    # White space after what is gone goes with it: none may stand between "**" and a name.
    return before if opening != before or opening in _CLOSING else f"{before}{icon['gap']}"
