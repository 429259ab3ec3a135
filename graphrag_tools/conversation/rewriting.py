"""A follow-up question rewritten by a model, and checked in code before it is believed."""

from langchain_core.messages import HumanMessage

from graphrag_tools.conversation.follow_ups import (
    Earlier,
    Lookup,
    Understood,
    complete_follow_up,
    is_about,
    may_follow,
    standing_alone,
)
from graphrag_tools.conversation.form import QuestionForm, form_of
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.steps import ModelCall, Steps
from graphrag_tools.prompts import Prompts
from graphrag_tools.text.english.fillers import FRAMING_STEMS
from graphrag_tools.text.english.opposites import NEGATION, OPPOSITES
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import all_stems, stem, words

_MAX_WORDS = 60
# Little words that turn a question round; search passes over them, a rewriting may not.
_DIRECTIONS = frozenset("on off up down out over under before after".split())
_ON_OFF = (frozenset({"on"}), frozenset({"off"}))


def meaning(
    question: str,
    earlier: Earlier | None,
    index: Lookup,
    manual: str | None,
    model: ChatModel | None,
    prompts: Prompts,
) -> Steps[Understood]:
    """Return the steps that end with what a question means after an earlier one: by the model if one is given and
    what it writes can be believed, else by code."""
    form = form_of(question)
    if earlier is None or not may_follow(form, earlier, index, manual):
        return standing_alone(form)
    if model is None or earlier.item_id is None:
        return complete_follow_up(form, earlier, index, manual)
    item = index.item(earlier.item_id)
    rewritten = yield from rewriting(model, prompts, form, earlier, item)
    if rewritten is None:
        return complete_follow_up(form, earlier, index, manual)
    if rewritten.follow_up and _names(rewritten.question, item) and is_about(form, item, index):
        return Understood(rewritten.question, item.id, covered=True, follow_up=True)
    return rewritten


def rewriting(
    model: ChatModel, prompts: Prompts, form: QuestionForm, earlier: Earlier, item: MenuItem
) -> Steps[Understood | None]:
    """Return the steps that end with the question made to stand alone, None where what came back cannot be believed.

    A model that returns the question as it was says that it stands alone already.
    """
    prompt = prompts.render("resolve", question=form.question, earlier=earlier.question, item=item.menu_path)
    reply = yield ModelCall(model.chat, [HumanMessage(prompt)])
    text = reply.text.strip().strip('"“”').strip()
    if folded(text) == folded(form.question):
        return None if form.needs_earlier else Understood(form.question)
    return Understood(text, follow_up=True) if is_believable(text, form, earlier, item) else None


def is_believable(text: str, form: QuestionForm, earlier: Earlier, item: MenuItem) -> bool:
    """Whether a rewritten question asks the same as the user's.

    It is one line; it keeps the user's own words, numbers, negation and what is to be done; it names nothing
    that neither question nor the item's path names; and one that refers back says what to.
    """
    spoken = words(text)
    if not spoken or len(spoken) > _MAX_WORDS or "\n" in text:
        return False
    known = all_stems(f"{form.question} {earlier.question} {' '.join(item.path)}") | FRAMING_STEMS
    foreign = [word for word in spoken if word not in STOP_WORDS and stem(word) not in known]
    lost = _to_keep(form.question) - {stem(word) for word in spoken}
    told = form.kind != "refers" or _names(text, item) or form_of(earlier.question).own <= all_stems(text)
    return not foreign and not lost and told and not _is_turned(text, form.question, item)


def _to_keep(question: str) -> set[str]:
    """The stems of a question that a rewriting has to have: all but stop words and what only frames it."""
    kept = (word for word in words(question) if word not in STOP_WORDS or word in _DIRECTIONS)
    return {stem(word) for word in kept} - (FRAMING_STEMS - _DIRECTIONS)


def _is_turned(text: str, question: str, item: MenuItem) -> bool:
    """Whether one negates what the other does not, or the text has the opposite of what the question wants."""
    if bool(NEGATION.search(text)) != bool(NEGATION.search(question)):
        return True
    asked, said = all_stems(question), all_stems(text) - all_stems(item.name)
    return any(
        one & asked and not other & asked and other & said
        for pair in (*OPPOSITES, _ON_OFF)
        for one, other in (pair, pair[::-1])
    )


def _names(text: str, item: MenuItem) -> bool:
    """Whether a text has the words of an item's name, stop words apart."""
    named = {stem(word) for word in words(item.name) if word not in STOP_WORDS}
    return named <= all_stems(text)
