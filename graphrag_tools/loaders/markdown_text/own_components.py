"""Put the components that a page of MDX defines itself where it uses them, and make fences of code in components."""

import re
import textwrap

_FENCED = r"^[ \t]*(?P<marks>`{3,}+|~{3,}+)[^`\n]*\n[\s\S]*?(?:^[ \t]*(?P=marks)[`~]*[ \t]*$|\Z)"
_DEFINED = re.compile(
    rf"{_FENCED}|^export\s+const\s+(?P<name>[A-Z]\w*)\s*=\s*\(\s*\)\s*=>\s*+\(?\s*+"
    r"(?P<body><(?P<tag>[A-Za-z][\w.]*)\b(?:.|\n(?!export\s)){0,10000}?</(?P=tag)>)\s*+(?:\)?\s*+;|^\))[ \t]*$",
    re.MULTILINE,
)
_USED = re.compile(rf"{_FENCED}|^(?P<indent>[ \t]*)<(?P<name>[A-Z]\w*)\s*/>[ \t]*$", re.MULTILINE)
_CODE = re.compile(
    rf"{_FENCED}|^(?P<indent>[ \t]*)<CodeBlock\b[^<>]{{0,500}}>"
    r"(?P<code>(?:[^<]|<(?!CodeBlock\b)){0,10000}?)</CodeBlock>[ \t]*$",
    re.MULTILINE,
)
_WRITTEN_OUT = re.compile(r"\{\s*`([\s\S]*)`\s*\}")
_VALUE = re.compile(r"\{[^{}`]*\}")


def with_own_components(text: str) -> str:
    """Return MDX with components that take nothing in the places of their names, and `<CodeBlock>` as fenced code.

    What is fenced already is somebody's example and stays; a component with arguments or children is left to its tags.
    """
    whole = text
    if "export" in text:
        bodies: dict[str, str] = {}
        whole = _DEFINED.sub(lambda found: _noted(found, bodies), text)
        if bodies:
            whole = _USED.sub(lambda found: _put_in(found, bodies), whole)
    return _CODE.sub(_fenced_code, whole) if "<CodeBlock" in whole else whole


def _noted(found: re.Match[str], bodies: dict[str, str]) -> str:
    if found["marks"]:
        return found[0]
    first, _, rest = found["body"].partition("\n")
    bodies[found["name"]] = f"{first}\n{textwrap.dedent(rest)}" if rest else first
    return ""


def _put_in(found: re.Match[str], bodies: dict[str, str]) -> str:
    if found["marks"] or found["name"] not in bodies:
        return found[0]
    return textwrap.indent(bodies[found["name"]], found["indent"])


def _fenced_code(found: re.Match[str]) -> str:
    if found["marks"] or _VALUE.fullmatch(found["code"].strip()):
        return found[0]
    code = found["code"].strip("\n")
    written = _WRITTEN_OUT.fullmatch(code.strip())
    lines = textwrap.dedent(written[1] if written else code).strip("\n")
    return textwrap.indent(f"\n~~~~\n{lines}\n~~~~\n", found["indent"])
