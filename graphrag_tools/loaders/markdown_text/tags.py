"""Take the tags of components, attribute lists and other marks out of Markdown, the text between them kept."""

import re
from collections.abc import Mapping

from graphrag_tools.loaders.markdown_text.boxes import CLOSING, NOTES, WARNINGS, opening
from graphrag_tools.loaders.markdown_text.icons import with_icons_named
from graphrag_tools.loaders.markdown_text.jsx_values import without_braced_values
from graphrag_tools.loaders.markdown_text.templates import (
    LABELS,
    indented,
    note_kind_of,
    tag_attributes,
    without_template_tags,
)
from graphrag_tools.text.spans import with_spans_replaced

_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,500}\}){0,500}\}){0,1000}\}"
_ATTRIBUTES = rf"(?:[^<>{{}}\"'`]|\"[^\"]{{0,2000}}\"|'[^']{{0,2000}}'|{_BRACES}){{0,2000}}?"
_TAG = re.compile(
    rf"(?P<escape>(?<!\\)\\(?:\\\\){{0,9}})?<(?P<close>/?)(?P<name>[A-Za-z][\w.-]*)(?P<attributes>(?:\s{_ATTRIBUTES})?)(?P<empty>/?)>"
)
_EMPTY_TAG = re.compile(r"</?>")
_BRACED_ATTRIBUTE = re.compile(rf"(?<![\w:.-])[\w:.-]+\s*=\s*{_BRACES}")
_IMPORT = re.compile(
    r"^import\s++(?:[\w*{}\s,$]{1,600}?\sfrom\s++)?[\"'][^\"'\n]+[\"'];?[ \t]*$|^import\s++\w[\w.]*+\s*+;[ \t]*$",
    re.MULTILINE,
)
_EXPORT = re.compile(
    r"^export\s+(?:default|const|let|var|function|async|\{).*"
    r"(?:(?<=[({\[])\n(?:(?:[ \t].*)?\n){0,400}[)}\]]+;?[ \t]*$|(?:\n(?!\s*$).*)*)",
    re.MULTILINE,
)
"""A program up to the bracket at a line's begin that closes it, else up to a blank line."""
_COMMENT = re.compile(r"<!--(?!.{0,80}\bmore\b -->)|\{/\*|\{%-?\s*comment\b")
_COMMENT_ENDS = {
    "<!--": re.compile(r"-->|\Z"),
    "{/*": re.compile(r"\*/\}"),
    "{%": re.compile(r"endcomment\s*-?%\}"),
}
"""By the first characters of what opens the comment."""
_LISTED = r"(?:docsify-ignore(?:-all)?|\.[\w:-]++|#[\w:+/.@$-]++|[\w-]++=(?:\"[^\"\n]*\"|'[^'\n]*'|[\w%.-]++))"
_ATTRIBUTE_LIST = re.compile(rf"[ \t]?\{{:?[ \t]*({_LISTED}(?:[ \t,]*+{_LISTED})*)[ \t,]*\}}")
_DOCSIFY_ANCHOR = re.compile(r"^( {0,3}#{1,6} [^\n]*?)[ \t]:id=([\w-]+)[ \t]*$", re.MULTILINE)
_EXPRESSION = re.compile(r"(?<!\\)\{(?:[ \t]*[\"'`]([^\"'`{}\n]*)[\"'`][ \t]*|[^{}\n]*)\}")
_EMOJI = re.compile(r"(?<![^\s>|*(\[])(:(?:[a-z][a-z\d_+\\-]*|[+-]1):)(?=[\s<|*).,!?]|\Z)")
_NAME_AND_BREAK = re.compile(
    r"^(?P<before>[ \t]*+(?:(?:[-*+]|\d{1,3}[.)])[ \t]++)?)\*\*(?P<name>[^*\n]{1,80}?)[:：]?\*\*[:：]?"
    r"(?:[ \t]*+(?:<br[ \t]*+/?>[ \t]*+\n?|\\\n)|[ ]{2,}+\n)[ \t]*+(?=[^\s*<#|-])",
    re.MULTILINE,
)
"""A bold name and what it does on the line below it, as options are written ("**Dim**<br>Half the light")."""
_NAMED = r"\*\*[^*\n]{1,80}?(?:[:：]\*\*|\*\*[:：])"
_NAMED_LINE = re.compile(rf"^({_NAMED}[^\n]*[^\s\\])\n(?={_NAMED})", re.MULTILINE)
"""A bold name with a colon and what it is, with another such line below it: each is a line of its own for readers."""
_USELESS_BREAK = re.compile(r"(?<=[.!?:;,)\s])\\[ \t]*(?=\n[ \t]*(?:\n|[-*+][ \t]|\d+[.)][ \t]|#{1,6}[ \t]|\Z)|\Z)")
"""A line break with nothing after it, which CommonMark would show as a backslash."""
_KEY = r"(?:\"[^\"\n+]{1,40}+\"|[\w-]++)"
_KEYS = re.compile(rf"\+\+({_KEY}(?:\+{_KEY})*)\+\+")
_TASK = re.compile(r"^([^\S\n]*[-*+] )\[[ xX]\] ", re.MULTILINE)
_CONTENTS = re.compile(
    r"^ *(?:\[TOC\]|\[\[_?TOC_?\]\]|\{:? ?toc\}|\{\{ ?toc ?\}\}) *$|^ *(?:[*-]|1\.) .*\n\{: ?toc *\} *$",
    re.MULTILINE | re.IGNORECASE,
)
_LABEL = "\ue003"
_LESS, _GREATER = "\ue005", "\ue006"
"""Brackets of a text ("<IP address>") until it is HTML: indented code shows entities as they are written."""
_LABEL_ABOVE = re.compile(rf"{_LABEL}(?P<bold>\*\*[^\n]*\*\*)(?:\s*\n[ \t]*(?P<heading>#{{1,6}}[ \t][^\n]*))?")
_KEY_COMPONENTS = frozenset("key keys kbd keyboard shortcut hotkey keycombo".split())
_NOTE_COMPONENTS = WARNINGS | NOTES | {"aside", "banner", "hint"}
_WORDS = (*LABELS, "text", "path", "name", "value", "children", "keys", "alt")
"""Attributes in which a component within a line has the words that it stands for, likeliest first."""
_LIST_MARK = re.compile(r"^\s*(?:[-*+>]|\d{1,3}[.)])\s+")
_NOTE_TEXTS = ("description", "text", "content")
_LOOKS = frozenset("class classname style id size variant color".split())
_NO_WORDS = re.compile(r"^[./#]|://|^[a-z\d]+(?:[:_-][a-z\d]+)+$|\.\w{2,4}$")
HTML_ELEMENTS = frozenset(
    "a abbr acronym address area article aside audio b base basefont bdi bdo big blockquote body br button canvas "
    "caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset "
    "figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input "
    "ins kbd label legend li link main map mark menu meta meter nav noscript object ol optgroup option output p param "
    "picture pre progress q rp rt ruby s samp script section select slot small source span strike strong style sub "
    "summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr path "
    "g circle rect".split()
)
_MEDIA = frozenset({"video", "audio", "iframe"})
"""Elements that a "/" closes for MDX, not for HTML."""


def without_tags(text: str, labels: Mapping[str, str], *, is_mdx: bool) -> str:
    """Return Markdown, whose code is apart, without what is no text of it.

    Components of JSX and tags of templates that say note or warning become one; those with a title or label (a tab, a
    card) leave it as a heading, behind a heading that begins what they hold. `labels` are those that the group of the
    tabs gives them by their values. Tags that are no element of HTML and never closed ("<IP address>") are text.
    """
    bare = re.sub(r"\{/\*\s*#([\w:-]+)\s*\*/\}", r"{#\1}", _DOCSIFY_ANCHOR.sub(r"\1 {#\2}", text))
    bare = _USELESS_BREAK.sub("", _CONTENTS.sub("", _without_comments(bare)))
    has_imports = _IMPORT.search(bare) is not None
    bare = _IMPORT.sub("", bare)
    if is_mdx or has_imports:
        bare = _EXPORT.sub("", bare)
    bare = _TASK.sub(r"\1", with_icons_named(_KEYS.sub(_key_names, _with_emoji(bare))))
    bare = without_template_tags(bare)
    bare = "\n".join(map(_without_attribute_lists, bare.split("\n")))
    bare = _EMPTY_TAG.sub("", _NAME_AND_BREAK.sub(r"\g<before>**\g<name>**: ", _NAMED_LINE.sub("\\1  \n", bare)))
    bare = without_braced_values(bare)
    closed = {match["name"] for match in _TAG.finditer(bare) if match["close"]}
    bare = _TAG.sub(lambda match: match[0] if match["escape"] else _tag_text(match, closed, bare, labels), bare)
    bare = _LABEL_ABOVE.sub(_below_heading, bare)
    return _EXPRESSION.sub(lambda match: match[1] or "", bare) if is_mdx else bare


def with_brackets(html_text: str) -> str:
    """Return HTML with its own signs for the angle brackets of text that stood around no element."""
    return html_text.replace(_LESS, "&lt;").replace(_GREATER, "&gt;")


def _without_comments(text: str) -> str:
    return with_spans_replaced(
        text, _COMMENT, lambda mark: next(end for start, end in _COMMENT_ENDS.items() if mark[0].startswith(start))
    )


def _with_emoji(text: str) -> str:
    """Return text with the characters that names in colons mean (":warning:"); other words in colons stay."""
    if not _EMOJI.search(text):
        return text
    from rich.emoji import Emoji

    return _EMOJI.sub(lambda match: Emoji.replace(match[1].replace("\\", "")), text)


def _tag_text(match: re.Match[str], closed: set[str], text: str, labels: Mapping[str, str]) -> str:
    name, attributes = match["name"], match["attributes"]
    in_capitals = name.isupper() and (len(name) > 1 or name in closed)
    if name.lower() in HTML_ELEMENTS and (name[0].islower() or in_capitals):
        closing = f"</{name}>" if match["empty"] and name.lower() in _MEDIA else ""
        if "{" not in attributes and "\n" not in attributes:
            return f"{match[0]}{closing}"
        # A blank line would end the tag, and a ">" at a line's begin would be the mark of a quote.
        plain = " ".join(_BRACED_ATTRIBUTE.sub("", attributes).split())
        return f"<{match['close']}{name}{f' {plain}' if plain else ''}{match['empty']}>{closing}"
    if name in ("Link", "A", "NuxtLink", "RouterLink", "LinkButton"):
        target = tag_attributes(attributes)
        return "</a>" if match["close"] else f'<a href="{target.get("to") or target.get("href", "")}">'
    is_component = match["close"] or match["empty"] or name in closed or "=" in attributes or "." in name
    if not is_component:
        return f"{_LESS}{match[0][1:-1]}{_GREATER}"
    if name[0].islower():
        return ""
    return _component_text(match, text, labels)


def _component_text(match: re.Match[str], text: str, labels: Mapping[str, str]) -> str:
    line_start, line_end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    before, after = text[line_start : match.start()], text[match.end() : line_end if line_end >= 0 else len(text)]
    is_alone = not before.strip() and not after.strip()
    indent = "" if before.strip() else before
    name, given = match["name"].lower(), tag_attributes(match["attributes"])
    if name in _KEY_COMPONENTS and match["empty"]:
        return f"<kbd>{'+'.join(value.capitalize() for key, value in given.items() if key not in _LOOKS)}</kbd>"
    is_note = name in _NOTE_COMPONENTS and not _is_within_sentence(match["name"], f"{before}{match[0]}{after}")
    if is_note and (note := _note_lines(match, given, is_alone=is_alone)):
        return indented(indent, note)
    if match["empty"] and not is_alone:
        # A badge after a title is no part of the title.
        return "" if before.lstrip().startswith("#") else _words_of(given)
    label = next((given[key] for key in LABELS if given.get(key)), "") or labels.get(given.get("value", ""), "")
    if label and not match["close"]:
        target = given.get("href") or given.get("to") or given.get("link")
        link = f"[{label}]({target})"
        bold = f"**{link if target else label}**"
        heading = (link if target else bold) if match["empty"] else f"{_LABEL}{bold}"
        return indented(indent, ["", heading, "", given.get("description", ""), ""])
    return "\n" if is_alone else ""


def _note_lines(match: re.Match[str], given: Mapping[str, str], *, is_alone: bool) -> list[str]:
    """Return the lines that a tag of a note stands for, none for one that is empty and says nothing."""
    kind = note_kind_of(match["name"].lower(), (given.get(key, "") for key in ("type", "variant", "kind", "color")))
    title, text = given.get("title", ""), next((given[key] for key in _NOTE_TEXTS if given.get(key)), "")
    if not match["empty"]:
        return CLOSING if match["close"] else ["", *opening(kind or "note", title), *filter(None, [text])]
    if is_alone and (text or title):
        return ["", *opening(kind or "note", title if text else ""), text or title, *CLOSING]
    return []


def _is_within_sentence(name: str, line: str) -> bool:
    """Whether a component marks words in the middle of a sentence: "The <Highlight>red</Highlight> key"."""
    before, opened, after = line.partition(f"<{name}")
    words = _LIST_MARK.sub("", before).strip(" *_")
    return bool(opened) and bool(words) and words[-1] not in ".!?:。！？>|" and f"</{name}>" in after


def _below_heading(match: re.Match[str]) -> str:
    """Return a label that stands above a heading below it: above, it would end the section before."""
    if not match["heading"]:
        return match["bold"]
    title, label = (re.sub(r"[#*\s]+", " ", one).strip().casefold() for one in (match["heading"], match["bold"]))
    return match["heading"] if title == label else f"{match['heading']}\n\n{match['bold']}"


def _words_of(given: Mapping[str, str]) -> str:
    """Return the words among a component's attributes, none where it has but names of files, icons and the like."""
    values = (given.get(key, "") for key in _WORDS)
    return next((value for value in values if value and not _NO_WORDS.search(value)), "")


def _without_attribute_lists(line: str) -> str:
    """Return a line without attribute lists ("{#id .class}"); an id becomes an anchor at the line's begin."""
    found = [match[1] for match in _ATTRIBUTE_LIST.finditer(line)]
    if not found:
        return line
    names = re.findall(r"(?:^|[\s,])#([\w:+/.@$-]+)", " ".join(found))
    bare = _ATTRIBUTE_LIST.sub("", line).rstrip()
    start = re.match(r"\s*(?:#{1,6}\s+|[-*+]\s+|\d+[.)]\s+|>\s*)?", bare)
    at = start.end() if start else 0
    return bare[:at] + "".join(f'<a id="{name}"></a>' for name in names) + bare[at:]


def _key_names(match: re.Match[str]) -> str:
    names = (name.strip('"') for name in match[1].split("+"))
    return f"<kbd>{'+'.join(name if name.lower() != name else name.capitalize() for name in names)}</kbd>"
