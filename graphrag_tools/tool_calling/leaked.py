"""Tool calls that a model wrote into its text instead of making them, in the dialects of the common families.

What is taken follows the parsers of vLLM (`--tool-call-parser` hermes, mistral, llama3_json, pythonic,
llama4_pythonic, granite, internlm, jamba, xlam, deepseek_v3, deepseek_v31, kimi_k2, qwen3_coder, glm45,
minimax, functionary, openai), llama.cpp (docs/function-calling.md: Hermes 2/3, Qwen 2.5, Llama 3.x,
Functionary, Mistral Nemo, Command R7B, Firefunction, DeepSeek R1, generic) and Ollama (the JSON of a model's
template, "name" with "parameters" or "arguments"), all tried on every text, because a leaked call is one
that the server's own parser did not know. Two kinds of evidence count: a value that has a tool's name and
arguments, wherever it stands; and a name with arguments after it, where the tool exists or a marker says so.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from graphrag_tools.text.characters import without_halves
from graphrag_tools.text.spans import spans
from graphrag_tools.tool_calling.lenient_json import LenientReader, Read
from graphrag_tools.tool_calling.reading import (
    Arguments,
    NamedArguments,
    arguments_from,
    calls_in,
    is_schema,
    named_tool,
)

_MAX_CALLS = 16
_MAX_READ = 32_000
_NAME = r"(?P<name>[A-Za-z_][\w.-]{0,80}+)"
_TRIGGER = re.compile(
    r"[{\[]|<function\b|<invoke\b|<tool_call>|<｜tool▁call▁begin｜>|<\|tool_call_begin\|>|>>>|\bto=|\bAction:"
    r"|(?<![\w.-])[A-Za-z_][\w.-]{0,80}+(?=\s{0,4}(?:[({]|:\s{0,4}\{)|\[(?:ARGS|CALL_ID)\])"
)
# A marker, then a name, then its arguments.
_MARKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"<function=\s*[\"']?{_NAME}[\"']?\s*>",
        rf"<(?:function|invoke)\s+name=\s*[\"']?{_NAME}[\"']?\s*>",
        rf"<tool_call>\s*{_NAME}\s*(?=[{{(]|<arg_key>)",
        rf"<｜tool▁call▁begin｜>(?:function<｜tool▁sep｜>)?\s*{_NAME}\s*(?:<｜tool▁sep｜>)?\s*(?:```(?:json)?\s*)?",
        rf"<\|tool_call_begin\|>\s*{_NAME}(?::\d+)?\s*<\|tool_call_argument_begin\|>",
        rf">>>\s*{_NAME}\s*(?=[{{(])",
        rf"\bto=\s*{_NAME}[^{{]{{0,80}}?<\|message\|>",
        rf"\bAction:\s{{0,9}}{_NAME}\s{{0,9}}\n\s{{0,9}}Action Input:[ \t]*",
        rf"\[TOOL_CALLS\]\s*{_NAME}(?:\[CALL_ID\]\w{{0,40}})?(?:\[ARGS\])?\s*(?=\{{)",
    )
)
_UNMARKED = re.compile(rf"{_NAME}(?:\[CALL_ID\]\w{{0,40}})?(?:\[ARGS\])?\s*+:?\s*+(?=[({{])")
_PAIR = re.compile(
    r"\s*(?:<arg_key>(?P<key>[^<]{1,80})</arg_key>\s*<arg_value>(?P<value>[^<]{0,4000})</arg_value>"
    r"|<parameter(?:=|\s+name=)[\"']?(?P<key2>[\w.-]{1,80})[\"']?\s*>(?P<value2>[^<]{0,4000})</parameter>)"
)
_LINE = re.compile(r"[^\n]{1,2000}")
_KEYWORD = re.compile(r"\s*([A-Za-z_]\w{0,60}+)\s*[=:]\s*(?!=)")
_BARE_VALUE = re.compile(r"[^,()\"'\n]{1,400}")
_THOUGHT, _THOUGHT_END = re.compile(r"<think(?:ing)?>"), re.compile(r"</think(?:ing)?>")
_LEFT_MARKERS = re.compile(
    r"```[\w-]*+\s*+```|</?(?:tool_?(?:calls?|code)|function(?:_calls?|s)?|invoke|tools)\b[^<>\n]{0,80}>"
    r"|<[|｜](?:python_tag|tool_call|/?tool_calls?|tool▁[\w▁]+|tool_calls?_\w+|eom_id|eot_id|call|im_end"
    r"|START_ACTION|END_ACTION|action_start|action_end|plugin)[|｜]>|\[/?TOOL_(?:CALLS?|REQUEST|REQUEST_END)\]"
    r"|\[END_TOOL_REQUEST\]",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:```[\w-]*|\[TOOL_CALLS\]|\bprint\(|\[|<\|channel\|>\w+)\s*$", re.IGNORECASE)
_MARKER = re.compile(
    r"<tool_call|<function|<invoke|<[|｜](?!im_end|eot_id)|\[TOOL_CALLS\]|\[ARGS\]|\bAction:[^\n]*\n\s*Action Input:",
    re.IGNORECASE,
)
_EXTRA_CLOSING = re.compile(r"\s*[}\])]+")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


@dataclass(frozen=True, slots=True)
class LeakedCall:
    """A call found in a text: the name as written, its arguments, and where it stands (start, end)."""

    name: str
    arguments: Arguments
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class LeakedCalls:
    """The calls in a text, in order, at most 16, and the prose that is left without them and their markers."""

    text: str
    calls: tuple[LeakedCall, ...]

    @property
    def prose(self) -> str:
        """The text without its calls; the text itself where there are none."""
        return _prose(self.text, self.calls) if self.calls else self.text

    def those_of(self, counts: Callable[[str], bool]) -> "LeakedCalls":
        """Return the calls of the tools whose names, as written, count; the others are part of the prose."""
        return LeakedCalls(self.text, tuple(call for call in self.calls if counts(call.name)))

    @property
    def alone(self) -> bool:
        """Whether the text is nothing but its calls, but for thoughts before them."""
        return bool(self.calls) and not re.search(r"\w", _THOUGHT.sub("", self.prose))

    @property
    def are_mentioned(self) -> bool:
        """Whether words follow the last call and no marker says that one was meant: "I will not run x() today"."""
        if not self.calls or _MARKER.search(self.text):
            return False
        after = _LEFT_MARKERS.sub("", self.text[max(call.span[1] for call in self.calls) :])
        return re.search(r"\w", after) is not None


def leaked_calls(text: str, tools: Collection[str]) -> LeakedCalls:
    """Return the calls written into a text; without one the prose is the text itself.

    `tools` are the names on offer. A call to another tool counts where its form leaves no doubt that a
    call was meant. A tool's own schema repeated, and what stands inside <think>…</think>, are no calls.
    Calls are looked for in the first 32,000 characters, with work that their number bounds.
    """
    read = text[:_MAX_READ]
    found = _Scan(read, tools).calls()
    if not found and '{\\"' in read:
        # A whole call written as one JSON string.
        found = _Scan(read.replace('\\"', '"').replace("\\\\", "\\"), tools).calls()
        found = [LeakedCall(call.name, call.arguments, (0, len(read))) for call in found]
    return LeakedCalls(text, tuple(found))


class _Scan:
    """One pass over a text."""

    def __init__(self, text: str, tools: Collection[str]) -> None:
        self._text = text
        self._tools = tools
        self._reader = LenientReader(text)
        self._thoughts = [(thought.start, thought.end) for thought in spans(text, _THOUGHT, _THOUGHT_END)]

    def calls(self) -> list[LeakedCall]:
        found: list[LeakedCall] = []
        at = 0
        while len(found) < _MAX_CALLS and not self._reader.exhausted and (trigger := _TRIGGER.search(self._text, at)):
            start = trigger.start()
            if thought_end := next((end for begin, end in self._thoughts if begin <= start < end), None):
                at = thought_end
                continue
            pairs, end = self._at(start)
            found += [LeakedCall(name, arguments, (start, end)) for name, arguments in pairs]
            at = end if pairs else (trigger.end() if trigger[0][0].isalpha() else start + 1)
        return found

    def _at(self, start: int) -> tuple[Sequence[NamedArguments], int]:
        for look in (self._marked, self._unmarked, self._value):
            pairs, end = look(start)
            if pairs:
                return pairs, end
        return (), start

    def _marked(self, start: int) -> tuple[Sequence[NamedArguments], int]:
        for pattern in _MARKED:
            if match := pattern.match(self._text, start):
                read = self._arguments(match.end(), line="Input" in match[0])
                return ([(match["name"], arguments_from(read.value))], read.end) if read else ((), start)
        return (), start

    def _unmarked(self, start: int) -> tuple[Sequence[NamedArguments], int]:
        match = _UNMARKED.match(self._text, start)
        if match is None or named_tool(match["name"], self._tools) is None:
            return (), start
        read = self._arguments(match.end(), line=False)
        if read is None or is_schema(read.value):
            return (), start
        return [(match["name"], arguments_from(read.value))], read.end

    def _value(self, start: int) -> tuple[Sequence[NamedArguments], int]:
        read = self._reader.read(start) if self._text[start] in "{[" else None
        return (calls_in(read.value, self._tools), read.end) if read else ((), start)

    def _arguments(self, at: int, *, line: bool) -> Read | None:
        opening = self._text[at : at + 1]
        if opening == "(":
            return self._in_brackets(at + 1)
        if opening in ("{", "["):
            return self._reader.read(at)
        if pairs := self._pairs(at):
            return pairs
        rest = _LINE.match(self._text, at) if line else None
        return Read(rest[0].strip().strip("\"'`"), rest.end()) if rest else None

    def _pairs(self, at: int) -> Read | None:
        found: dict[str, object] = {}
        end = at
        while pair := _PAIR.match(self._text, end):
            value = (pair["value"] or pair["value2"] or "").strip()
            found[(pair["key"] or pair["key2"]).strip()] = without_halves(value)
            end = pair.end()
        return Read(found, end) if found else None

    def _in_brackets(self, at: int) -> Read | None:
        """Read `query="…", k=3)` or `"…", 3)` up to the closing bracket."""
        found: Arguments = {}
        for position in range(_MAX_CALLS):
            closing = re.compile(r"\s*+(?:,\s*+)?\)").match(self._text, at)
            if closing:
                return Read(found, closing.end())
            if position:
                comma = re.compile(r"\s*,").match(self._text, at)
                if comma is None:
                    return None
                at = comma.end()
            keyword = _KEYWORD.match(self._text, at)
            value = self._argument(keyword.end() if keyword else at, bare=keyword is not None)
            if value is None or (keyword and value.value == keyword[1]):
                return None
            found[keyword[1] if keyword else position] = value.value
            at = value.end
        return None

    def _argument(self, at: int, *, bare: bool) -> Read | None:
        """Read one argument; words without quotes only where a keyword says what they are."""
        start = at + len(self._text[at : at + 8]) - len(self._text[at : at + 8].lstrip())
        if self._text[start : start + 1] in ("{", "[", '"', "'", "“"):
            return self._reader.read(start)
        match = _BARE_VALUE.match(self._text, start)
        if match is None or not re.search(r"\w", match[0]):
            return None
        read = LenientReader(match[0]).read(0)
        if read is None or (isinstance(read.value, str) and not bare):
            return None
        return Read(read.value, match.end())


def _prose(text: str, calls: Sequence[LeakedCall]) -> str:
    """Return a text without its calls, the markers around them and brackets left over."""
    kept: list[str] = []
    at = 0
    for call in calls:
        start, end = call.span
        if start < at:
            continue
        before = text[at:start]
        while marker := _BEFORE.search(before[-80:]):
            before = before[: len(before) - len(before[-80:]) + marker.start()]
        kept.append(before)
        extra = _EXTRA_CLOSING.match(text, end)
        at = extra.end() if extra else end
    kept.append(text[at:])
    joined = _LEFT_MARKERS.sub("", "".join(kept))
    # What closed a fence whose opening went with its call.
    whole = joined if joined.count("```") % 2 == 0 else joined.replace("```", "", 1)
    prose = _BLANK_LINES.sub("\n\n", whole).strip()
    return prose if re.search(r"\w", prose) else ""
