"""An answer as the message of a thread, and in the words of a chat."""

from langchain_core.messages import AIMessage, Citation
from langchain_core.messages.ai import UsageMetadata

from graphrag_tools.answer import Answer, Source
from graphrag_tools.answers.layout import answer_lines
from graphrag_tools.answers.markdown import as_markdown
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import PATH_SEPARATOR
from graphrag_tools.text.catalogue import words_in

ANSWERED_FROM = "answered_from"
"""Where the response_metadata of an answer's message has the id of its item, None for an answer from none."""
CITATIONS = "citations"
"""Where it has the sources, each as LangChain's `Citation`."""


def shown_text(answer: Answer) -> str:
    """Return an answer as one text for a chat: its words, taps and menu path, its manual where there are several."""
    ways = way_lines(answer)
    lines = [answer.text, *([""] if answer.taps or answer.menu_path else []), *ways]
    return "\n".join(lines)


def way_lines(answer: Answer) -> list[str]:
    """Return where an answer is: its taps, its menu path, and its manual where there are several."""
    named = words_in(answer.language)
    ways = [f"{named.on_the_device}: {PATH_SEPARATOR.join(answer.taps)}"] if answer.taps else []
    if answer.menu_path:  # a history of words alone tells the item by this line
        ways.append(f"{named.menu_path}: {PATH_SEPARATOR.join(answer.menu_path)}")
    return [*ways, f"{named.from_the_manual}: {answer.manual}"] if answer.manual else ways


def chat_text(answer: Answer, index: ManualIndex | None = None) -> str:
    """Return an answer as a chat shows it, in Markdown; the index tells which of its lines are steps and options.

    Beside the words and the ways it has the next places to look, where the words do not name them, and warnings.
    """
    parts = [as_markdown(answer_lines(answer, index)), *way_lines(answer)]
    if answer.status == "answered" and answer.alternatives:
        places = "\n".join(f"- {PATH_SEPARATOR.join(place.path)}" for place in answer.alternatives)
        parts.append(f"{words_in(answer.language).see_also}:\n{places}")
    return "\n\n".join([*parts, *answer.warnings])


def answer_message(answer: Answer) -> AIMessage:
    """Return an answer as the message of a thread, with its item, its sources as citations and its turn's tokens.

    The tokens are those of all calls of the turn, whose own messages in the thread have them too.
    """
    usage = answer.usage
    tokens = UsageMetadata(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        total_tokens=usage.prompt_tokens + usage.completion_tokens,
    )
    metadata = {ANSWERED_FROM: answered_item(answer), CITATIONS: [_citation(source) for source in answer.sources]}
    return AIMessage(
        shown_text(answer), response_metadata=metadata, usage_metadata=tokens if usage.model_calls else None
    )


def _citation(source: Source) -> Citation:
    """Return a source in LangChain's form, which has no place for ids, menu paths and pages but its extras."""
    extras = {"id": source.id, "menu_path": PATH_SEPARATOR.join(source.path), "page": source.page}
    citation = Citation(type="citation", title=source.title, cited_text=source.quote, extras=extras)
    return {**citation, "url": source.url} if source.url else citation


def answered_item(answer: Answer) -> str | None:
    """Return the id of the item that an answer is from; None for one that is from none."""
    return answer.sources[0].id if answer.sources else None
