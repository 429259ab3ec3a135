"""Replies generated around tools of somebody else's: is one run that was not called, or a call of one lost?

    python -m benchmarks.foreign_calls --replies 100000

Every reply mentions such tools in prose, code, JSON, markers of calls and refusals, or calls them properly, by half a
name or with broken arguments. What `repaired` leaves of their calls must be exactly those that were made properly.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.messages.tool import ToolCall, invalid_tool_call
from langchain_core.tools import BaseTool

from graphrag_tools import ManualIndex, ManualToolkit
from graphrag_tools.tool_calling.repair import item_resolver, repaired

FOREIGN = ("delete_book", "send_mail", "order_status", "buy", "search_web", "set_alarm", "get_menu", "describe")
_MANUAL = ("search_manual", "get_menu_path", "describe_menu_item")
_NAMES = (
    *FOREIGN,
    *FOREIGN,
    *_MANUAL,
    "delete",
    "deleteBook",
    "send-mail",
    "functions.buy",
    "serch_web",
    "order_pizza",
)
_VALUES = ("Dune", "Loans", "a@b.example", 55, True, None, "all", {"title": "Dune"}, ["Dune"], "send_mail(to='x')")
_KEYS = ("title", "query", "item", "to", "order", "k", "arguments", "name")
_BEFORE = (
    "",
    "",
    "I will not run ",
    "You could write ",
    "Never call ",
    "To do so, I would call:\n",
    "Sure.\n",
    "<think>Maybe ",
    "It says: ",
    '"',
)
_AFTER = ("", "", " unless you say so.", ".", " Shall I?", "</think> Done.", "\nDo you confirm?", '"', ", as you see")
_FORMS = (
    "{name}({keywords})",
    "`{name}({keywords})`",
    "```python\n{name}({keywords})\n```",
    "```json\n{object}\n```",
    "{object}",
    "<tool_call>{object}</tool_call>",
    "<tool_call>\n{object}",
    "[TOOL_CALLS] [{object}]",
    "[TOOL_CALLS]{name}[ARGS]{arguments}",
    "<function={name}>{arguments}</function>",
    "<|python_tag|>{object}",
    "Action: {name}\nAction Input: {arguments}",
    '{{"tool_calls": [{object}]}}',
    "{name}: {arguments}",
)


def generated_reply(rng: random.Random) -> AIMessage:
    """Return one reply: words that hold calls of a kind, and in some also calls that were made or half made."""
    text = "".join(_mention(rng) for _ in range(rng.choice((1, 1, 1, 2, 3))))
    kind = rng.randrange(4)
    if kind == 0:
        return AIMessage(text, tool_calls=[_call(rng, number) for number in range(rng.choice((1, 2, 3)))])
    if kind == 1:
        cut = json.dumps(_arguments(rng))[: rng.randrange(1, 12)]
        bad = invalid_tool_call(name=rng.choice(_NAMES), args=cut, id="bad", error="no JSON")
        return AIMessage(text, invalid_tool_calls=[bad])
    return AIMessage(text)


def _mention(rng: random.Random) -> str:
    name, arguments = rng.choice(_NAMES), _arguments(rng)
    written = rng.choice(_FORMS).format(
        name=name,
        keywords=", ".join(f"{key}={value!r}" for key, value in arguments.items()),
        arguments=json.dumps(arguments),
        object=json.dumps({"name": name, rng.choice(("arguments", "parameters")): arguments}),
    )
    whole = f"{rng.choice(_BEFORE)}{written}{rng.choice(_AFTER)}"
    at = rng.randrange(len(whole))
    return whole[:at] + whole[at + 1 :] if rng.random() < 0.2 else whole


def _arguments(rng: random.Random) -> dict[str, object]:
    return {rng.choice(_KEYS): rng.choice(_VALUES) for _ in range(rng.randrange(4))}


def _call(rng: random.Random, number: int) -> ToolCall:
    # Few different calls, so that some repeat one another.
    arguments = rng.choice(({"order": 55}, {"title": "Dune"}, _arguments(rng)))
    return ToolCall(name=rng.choice(_NAMES), args=arguments, id=f"call_{number}", type="tool_call")


def wrong_calls(reply: AIMessage, mended: AIMessage) -> str:
    """Return what became of calls of the foreign tools that should not have; "" where they are those of the reply."""
    before, after = ([call for call in one.tool_calls if call["name"] in FOREIGN] for one in (reply, mended))
    return "" if before == after else f"{before} became {after}"


def failures(numbers: Sequence[int], index: ManualIndex) -> list[str]:
    """Return what went wrong in the replies of these numbers, each of which seeds its own."""
    tools: list[BaseTool] = ManualToolkit(index=index).get_tools()
    resolve = item_resolver(index)
    found: list[str] = []
    for number in numbers:
        reply = generated_reply(random.Random(number))
        mended = repaired(
            reply,
            tools,
            resolve=resolve,
            earlier=[HumanMessage("Where is order 55?"), reply],
            foreign={name: name for name in FOREIGN},
        )
        if wrong := wrong_calls(reply, mended):
            found.append(f"reply {number}: {wrong}")
    return found


def main() -> int:
    """Print how many replies went wrong, and the first of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=100_000)
    options = parser.parse_args()
    sample = Path(__file__).parents[1] / "examples" / "sample_manual"
    with tempfile.TemporaryDirectory() as folder:
        wrong = failures(range(options.replies), ManualIndex.build([sample], Path(folder) / "index"))
    print(*wrong[:5], sep="\n")
    print(f"{options.replies} replies, {len(wrong)} in which a foreign tool's calls are not those that were made")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
