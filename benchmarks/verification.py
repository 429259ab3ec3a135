"""Count how often verification stops a false answer, and how often a true one, by kind; no model takes part.

True answers are the quotes of every item and the paraphrases in faithful_answers.csv (sample manual), and the
quotes for the 50 questions on the S10 manual where ../shared/data has it. False ones are made from them in
code, one change each. The checks were
adjusted on the sample manual and its paraphrases, and on false alarms seen on quotes of all sections of the S10
manual; never on the 50 questions or on what is caught there.
"""

import csv
import random
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from graphrag_tools import ManualIndex
from graphrag_tools.answers.answer import quote_item, quoted_answer, written_answer
from graphrag_tools.answers.quote import Quote
from graphrag_tools.verification.answer import problems

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
FAITHFUL = Path(__file__).with_name("faithful_answers.csv")
UNITS = {
    "minutes": "seconds",
    "seconds": "minutes",
    "hours": "minutes",
    "days": "weeks",
    "weeks": "days",
    "MB": "GB",
    "GB": "MB",
    "percent": "degrees",
    "meters": "centimeters",
    "times": "hours",
    "characters": "books",
}
OPPOSITES = {
    "on": "off",
    "off": "on",
    "before": "after",
    "after": "before",
    "left": "right",
    "right": "left",
    "top": "bottom",
    "bottom": "top",
    "forward": "back",
    "brighter": "dimmer",
    "open": "close",
    "lock": "unlock",
    "unplug": "plug in",
    "remove": "add",
    "show": "hide",
    "enable": "disable",
    "up": "down",
}
INVENTED_NAMES = ("Turbo Mode", "Nightshade", "Quick Fix", "Extend")
ASSUMED = ("free", "waterproof", "insured", "encrypted", "refundable", "solar", "compulsory", "anonymous")
INVENTED_SENTENCES = (
    "You can also call the hotline, which is open around the clock.",
    "Premium members get this for free every summer.",
    "Shake the device twice to undo everything.",
    "Warranty repairs are handled by authorized dealers only.",
)


@dataclass(frozen=True, slots=True)
class TrueAnswer:
    text: str
    question: str
    quote: Quote


Change = Callable[[str, random.Random], str | None]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample = ManualIndex.build([f"larkfield={ROOT / 'examples' / 'sample_manual'}"], Path(folder) / "sample")
        quoted = [quoted_of("How do I use this?", item.id, sample) for item in sample.graph_of("larkfield").items]
        show("Sample manual, quotes of every item", quoted, sample)
        show("Sample manual, paraphrases", list(paraphrases(sample)), sample)
        if DATA.is_dir():
            s10 = ManualIndex.build([f"s10={DATA / 's10_manual_corpus.json'}"], Path(folder) / "s10")
            show("S10, quotes for 50 questions", list(quotes_of_questions(s10)), s10)


def quoted_of(question: str, item: str, index: ManualIndex) -> TrueAnswer:
    quote = quote_item(question, item, index)
    return TrueAnswer(quoted_answer(quote, index).text, question, quote)


def paraphrases(index: ManualIndex) -> Iterator[TrueAnswer]:
    with FAITHFUL.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            quote = quote_item(row["question"], f"larkfield/{row['item']}", index)
            yield TrueAnswer(row["answer"], row["question"], quote)


def quotes_of_questions(index: ManualIndex) -> Iterator[TrueAnswer]:
    with (DATA / "s10_50_questions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            hits = index.search(row["question"], 1)
            if hits:
                yield quoted_of(row["question"], hits[0].section_id, index)


def show(title: str, answers: Sequence[TrueAnswer], index: ManualIndex) -> None:
    stopped = sum(bool(found(one, one.text, index)) for one in answers)
    print(f"| {title} | answers | stopped | share |\n|---|---:|---:|---:|")
    print(f"| true (false alarms) | {len(answers)} | {stopped} | {stopped / len(answers):.1%} |")
    for kind, change in changes_of(answers).items():
        chance = random.Random(kind)
        texts = ((one, change(one.text, chance)) for one in answers)
        changed = [(one, text) for one, text in texts if text and text != one.text]
        if changed:
            caught = sum(bool(found(one, text, index)) for one, text in changed)
            print(f"| {kind} | {len(changed)} | {caught} | {caught / len(changed):.1%} |")
    for kind, confirm in CONFIRMATIONS.items():
        made = [confirm(one, random.Random(f"{kind} {number}")) for number, one in enumerate(answers)]
        caught = sum(bool(found(one, one.text, index)) for one in made)
        print(f"| {kind} | {len(made)} | {caught} | {caught / len(made):.1%} |")
    print()


def changes_of(answers: Sequence[TrueAnswer]) -> dict[str, Change]:
    steps = {block.text for one in answers for block in one.quote.section.blocks if block.kind == "step"}
    others = {"two steps swapped": steps_swapped(steps), "sentence of another section": sentence_of(answers)}
    return {**CHANGES, **others}


def found(one: TrueAnswer, text: str, index: ManualIndex) -> list[str]:
    return problems(written_answer(text, one.quote, index, "changed"), one.question, index)


def replaced(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def one_of(pattern: str, text: str, chance: random.Random) -> re.Match[str] | None:
    matches = list(re.finditer(pattern, text))
    return chance.choice(matches) if matches else None


def number_changed(text: str, chance: random.Random) -> str | None:
    match = one_of(r"(?<![\w.])\d+(?!\w)(?![.)]\s)", text, chance)
    return replaced(text, match, str(int(match[0]) + chance.choice((1, 3, 7)))) if match else None


def numbers_swapped(text: str, chance: random.Random) -> str | None:
    matches = list(re.finditer(r"(?<![\w.])\d+(?![\w.)])", text))
    pairs = [
        (one, two)
        for one, two in pairwise(matches)
        if one[0] != two[0] and not re.fullmatch(r"\W*(?:(?:or|and|to)\W*)?", text[one.end() : two.start()])
    ]
    if not pairs:
        return None
    one, two = chance.choice(pairs)
    return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


def unit_changed(text: str, chance: random.Random) -> str | None:
    match = one_of(rf"(?<=\d )(?:{'|'.join(UNITS)})\b", text, chance)
    return replaced(text, match, UNITS[match[0]]) if match else None


def negation_added(text: str, chance: random.Random) -> str | None:
    match = one_of(
        r"\b(?:can|is|are|will|must)\b(?! not)|(?m:^|(?<=\. ))(?:Tap|Press|Choose|Touch|Connect)\b", text, chance
    )
    if not match:
        return None
    word = match[0]
    return replaced(text, match, f"{word} not" if word[0].islower() else f"Do not {word.lower()}")


def negation_removed(text: str, chance: random.Random) -> str | None:
    if match := one_of(r"\bDo not (\w+)", text, chance):
        return replaced(text, match, match[1].capitalize())
    if match := one_of(r"\bcannot\b|\b(?:can't)\b", text, chance):
        return replaced(text, match, "can")
    match = one_of(r"\b(is|are|does|do|has|have|did) not\b", text, chance)
    return replaced(text, match, match[1]) if match else None


def opposite(text: str, chance: random.Random) -> str | None:
    match = one_of(
        rf"\b(?:(?<=turn )(?:on|off)|(?!on\b|off\b|up\b|right away)(?:{'|'.join(OPPOSITES)}))\b", text, chance
    )
    return replaced(text, match, OPPOSITES[match[0]]) if match else None


def steps_swapped(steps: Collection[str]) -> Change:
    def change(text: str, chance: random.Random) -> str | None:
        lines = text.splitlines()
        pairs = [at for at in range(len(lines) - 1) if all(is_step(line) for line in lines[at : at + 2])]
        if not pairs:
            return None
        at = chance.choice(pairs)
        return "\n".join((*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]))

    def is_step(line: str) -> bool:
        return line in steps or re.match(r"\d\. ", line) is not None

    return change


def name_invented(text: str, chance: random.Random) -> str | None:
    match = one_of(r"(?<=[a-z,>] )\*{0,2}[A-Z][a-z]+(?: [A-Z][a-z]+)*\*{0,2}", text, chance)
    return replaced(text, match, chance.choice(INVENTED_NAMES)) if match else None


def way_changed(text: str, chance: random.Random) -> str | None:
    match = one_of(r"> \*{0,2}[A-Z][\w-]+", text, chance)
    return replaced(text, match, f"> {chance.choice(('Advanced', 'Battery', 'More'))}") if match else None


def sentence_invented(text: str, chance: random.Random) -> str | None:
    return f"{text}\n{chance.choice(INVENTED_SENTENCES)}"


def quote_cut(text: str, chance: random.Random) -> str | None:
    """Put one sentence in quotation marks with a word left out."""
    sentences = [one for one in re.findall(r"[A-Z][^.\n:]{30,}\.", text) if '"' not in one and "*" not in one]
    if not sentences:
        return None
    spoken = chance.choice(sentences)
    parts = spoken.split()
    del parts[chance.randrange(1, len(parts) - 1)]
    return text.replace(spoken, f'"{" ".join(parts)}"')


def sentence_of(answers: Sequence[TrueAnswer]) -> Change:
    def change(text: str, chance: random.Random) -> str | None:
        other = chance.choice(answers)
        spoken = [one for one in re.findall(r"[A-Z][^.\n]{30,}\.", other.text) if one not in text]
        return f"{text}\n{chance.choice(spoken)}" if spoken else None

    return change


def asked_whether(one: TrueAnswer, chance: random.Random) -> TrueAnswer:
    """Ask whether the item is something of which the manual says nothing, and answer that it is."""
    assumed, name = chance.choice(ASSUMED), one.quote.section.name
    return replace(one, question=f"Is {name} {assumed}?", text=f"Yes, {name} is {assumed}.")


def told_with_the_rest(one: TrueAnswer, chance: random.Random) -> TrueAnswer:
    """Ask the same, and put the assumption into a sentence that is otherwise the manual's."""
    assumed, name = chance.choice(ASSUMED), one.quote.section.name
    first, *rest = one.text.splitlines()
    text = "\n".join((f"{first.rstrip('.:')}, which is {assumed}.", *rest))
    return replace(one, question=f"Can I use {name}, and is it {assumed}?", text=text)


CONFIRMATIONS: dict[str, Callable[[TrueAnswer, random.Random], TrueAnswer]] = {
    "assumption of the question confirmed": asked_whether,
    "assumption put into the manual's sentence": told_with_the_rest,
}

CHANGES: dict[str, Change] = {
    "number changed": number_changed,
    "two numbers swapped": numbers_swapped,
    "unit changed": unit_changed,
    "negation added": negation_added,
    "negation removed": negation_removed,
    "opposite word": opposite,
    "name invented": name_invented,
    "way changed": way_changed,
    "sentence invented": sentence_invented,
    "word left out of a quote": quote_cut,
}

if __name__ == "__main__":
    main()
