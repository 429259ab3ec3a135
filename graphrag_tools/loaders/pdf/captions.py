"""Tell what stands below a picture ("Figure 3: The back", "Bild 4") from titles and text."""

import re

_NUMBER = r"\s{0,3}[-–.:№]?\s{0,3}(?:\d{1,3}|[IVX]{1,6}(?=[-–.]\d))(?:[-–.]\d{1,3})*[a-z]?(?=\W|\Z)"
_FIGURE = (
    r"(?!(?:picture|bild)\s\d{1,3}(?::\d|[dk]\b))"  # "Picture 16:9" and "Bild 4K" are settings
    r"(?:fig(?:ures?|uras?|uur|\.)?|pict?(?:ures?|\.)|abb(?:ildung(?:en)?|\.)|bild(?:er)?|illustration|ill\.|afb(?:eelding|\.)"
    r"|obr(?:ázek|ázok|\.)|rys(?:unek|\.)|kuva|ábra|рис(?:унок|\.)?|εικόνα|图|圖|図|그림)"
)
_TABLE = r"(?:tab(?:elle|le|ell|el|la|leau|ela|ulka|\.)|табл(?:ица|\.)|taulukko|表|표)"
_OF_FIGURE = re.compile(_FIGURE + _NUMBER, re.IGNORECASE)
_OF_BOTH = re.compile(f"(?:{_FIGURE}|{_TABLE}){_NUMBER}", re.IGNORECASE)
_BARE = re.compile(f"(?:{_FIGURE}{_NUMBER}[\\s.,:;&]*)+", re.IGNORECASE)
_LONGEST = 60


def is_caption(text: str) -> bool:
    """Whether a text begins as what stands below a picture does ("Figure 3", "Abb. 3-2: The back")."""
    return _OF_FIGURE.match(text) is not None


def is_caption_or_table(text: str) -> bool:
    """Whether a text begins with the number of a picture or a table, as the entries of a list of them do."""
    return _OF_BOTH.match(text) is not None


def is_bare_caption(text: str) -> bool:
    """Whether a text is nothing but numbers of pictures ("Bild 1", "Fig. 3 Fig. 4")."""
    return len(text) <= _LONGEST and _BARE.fullmatch(text) is not None
