"""Write a line of mdoc, the macros by meaning of the Unix manual, as HTML."""

from collections.abc import Sequence

from graphrag_tools.loaders.man.roff_text import text_as_html

_BOLD = frozenset("Cm Ic Sy Nm Fl".split())
_PLAIN = frozenset(
    "Ar Em Va Pa Ev Vt Dv Er Tn No Ad An Mt Lk Fn Ft Fa In Li Ns Ap Sx Xr Nd Rv St At Ms Cd Fd Bt Ux Bx Fx Nx Ox Pf"
    " Xo Xc".split()
)
_AROUND = {
    "Op": "[]", "Dq": "“”", "Sq": "‘’", "Pq": "()", "Bq": "[]", "Brq": "{}", "Aq": "⟨⟩", "Qq": '""', "Ql": "‘’",
}  # fmt: skip
_BEGINS = {"Oo": "[", "Do": "“", "So": "‘", "Po": "(", "Bo": "[", "Bro": "{", "Ao": "⟨", "Qo": '"'}
_ENDS = {"Oc": "]", "Dc": "”", "Sc": "’", "Pc": ")", "Bc": "]", "Brc": "}", "Ac": "⟩", "Qc": '"'}
_NAMES = {"Ux": "UNIX", "Bx": "BSD", "Fx": "FreeBSD", "Nx": "NetBSD", "Ox": "OpenBSD", "Ap": "'"}
_NO_SPACE_BEFORE = frozenset(".,:;)]?!")
_NO_SPACE_AFTER = frozenset("([")
_MACROS = _BOLD | _PLAIN | _AROUND.keys() | _BEGINS.keys() | _ENDS.keys()


def mdoc_text(name: str, words: Sequence[str], program: str) -> str | None:
    """Return what a macro shows of its words, some of which are macros themselves; None for one that shows nothing.

    `program` is what the page is of, which `.Nm` alone stands for.
    """
    if name not in _MACROS:
        return None
    line = _Line()
    if name == "Nm" and not words:
        return f"<b>{text_as_html(program)}</b>"
    end = next((at for at in range(len(words), 1, -1) if words[at - 1] not in _NO_SPACE_BEFORE), min(len(words), 1))
    for word in (name, *words[:end]):
        if word in _MACROS:
            line.begin(word)
        else:
            line.add(word)
    return line.shown() + "".join(words[end:])


class _Line:
    """Gathers what a line shows, with spaces where there are any."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._closing: list[str] = []
        self._macro, self._taken = "", 0
        self._glued = True

    def begin(self, macro: str) -> None:
        """Take a macro: the words after it are its own."""
        self._macro, self._taken = macro, 0
        if opening := _BEGINS.get(macro) or _AROUND.get(macro, "")[:1]:
            self._put(opening, glues=True)
            self._closing += [_AROUND[macro][1]] if macro in _AROUND else []
        elif macro in _ENDS:
            self._glued = True
            self._put(_ENDS[macro])
        elif macro in _NAMES:
            self._put(_NAMES[macro], glues=macro == "Ap")
        elif macro == "Ns":
            self._glued = True

    def add(self, word: str) -> None:
        """Take a word."""
        is_mark = word in _NO_SPACE_BEFORE
        self._glued = self._glued or is_mark
        glues = word in _NO_SPACE_AFTER or (self._macro in ("Pf", "Xr") and not self._taken)
        self._put(word if is_mark else self._shown(word), glues=glues)
        self._taken += not is_mark

    def shown(self) -> str:
        """Return the line."""
        return "".join((*self._pieces, *reversed(self._closing))).strip()

    def _put(self, text: str, *, glues: bool = False) -> None:
        self._pieces.append(text if self._glued else f" {text}")
        self._glued = glues

    def _shown(self, word: str) -> str:
        text = text_as_html(word)
        if self._macro == "Fl":
            return f"<b>-{text}</b>"
        if self._macro == "Xr" and self._taken == 1:
            return f"({text})"
        if self._macro == "Nd" and not self._taken:
            return f"– {text}"
        return f"<b>{text}</b>" if self._macro in _BOLD else text
