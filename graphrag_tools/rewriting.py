"""A follow-up question rewritten by a model, and checked in code before it is believed."""

from langchain_core.messages import HumanMessage

from graphrag_tools.follow_ups import HANDLING_STEMS, Earlier, Understood
from graphrag_tools.graph import MenuItem
from graphrag_tools.model_calls import ModelCall, Steps
from graphrag_tools.models import ChatModel
from graphrag_tools.names import folded
from graphrag_tools.prompts import Prompts
from graphrag_tools.words import STOP_WORDS, stem, words

_MAX_WORDS = 60


def rewriting(
    model: ChatModel, prompts: Prompts, question: str, earlier: Earlier, item: MenuItem
) -> Steps[Understood | None]:
    """Return the steps that end with the question made to stand alone, None where what came back cannot be believed.

    A model that returns the question as it was says that it stands alone already.
    """
    prompt = prompts.render("resolve", question=question, earlier=earlier.question, item=item.menu_path)
    reply = yield ModelCall(model.chat, [HumanMessage(prompt)])
    text = reply.text.strip().strip('"“”').strip()
    if not is_believable(text, question, earlier, item):
        return None
    return Understood(question if folded(text) == folded(question) else text)


def is_believable(text: str, question: str, earlier: Earlier, item: MenuItem) -> bool:
    """Whether a rewritten question is one line, and names nothing that neither question nor the item's path names."""
    spoken = words(text)
    if not spoken or len(spoken) > _MAX_WORDS or "\n" in text:
        return False
    known = {stem(word) for word in words(" ".join((question, earlier.question, *item.path)))}
    known |= HANDLING_STEMS
    return all(word in STOP_WORDS or stem(word) in known for word in spoken)
