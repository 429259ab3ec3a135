"""A vocabulary that is made of one before and what has changed is the one that all manuals make."""

import json

from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.search.manual_words import ManualWords, held_words
from graphrag_tools.search.mending import Change, Vocabulary

# Few words, of which some are others in one or linked, so that each comes, goes and joins again and again.
WORDS = ("pass", "word", "password", "pass-word", "Wi-Fi", "wifi", "wi", "fi", "box", "KX-40", "sand", "sandbox", "Box")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
Said = list[tuple[str, str]]
MANUALS = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=2)
CHANGES = st.lists(st.dictionaries(st.sampled_from("abcd"), st.none() | MANUALS, max_size=3), min_size=1, max_size=5)


def words_of(name: str, said: Said) -> ManualWords:
    sections = [Section(str(at), title, (Block("paragraph", text),)) for at, (title, text) in enumerate(said)]
    language = "de" if said[1:] else "en"
    return ManualWords.of(build_graph(Manual(name, f"The {name}", tuple(sections), language=language)))


@given(CHANGES)
def test_vocabulary_by_difference_is_that_of_all_manuals(changes: list[dict[str, Said | None]]) -> None:
    live: dict[str, ManualWords] = {}
    vocabulary = Vocabulary.of([])
    for change in changes:
        come = {name: words_of(name, said) for name, said in change.items() if said}
        gone = [live[name] for name in change if name in live]
        live = {name: words for name, words in live.items() if name not in change} | come
        manuals = held_words(list(live.values()))
        changed = Change(vocabulary, held_words(gone), held_words(list(come.values())))
        vocabulary = Vocabulary.merged(manuals, changed)
        anew = Vocabulary.merged(manuals)
        assert vocabulary == anew
        assert vocabulary.model_dump_json() == anew.model_dump_json()
        assert list(json.loads(anew.model_dump_json())["names"]) == sorted(anew.names)
