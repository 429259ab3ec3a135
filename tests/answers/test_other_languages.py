"""A manual that is not in English: answered in its words, and what does not know it says so."""

from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from graphrag_tools.answers.answer import quote_item, written_answer
from graphrag_tools.answers.hint import hint_answer
from graphrag_tools.answers.layout import head_words
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.confidence import REFUSE_BELOW
from graphrag_tools.workflow.graph import ask, manual_workflow
from graphrag_tools.workflow.options import WorkflowOptions
from graphrag_tools.workflow.streaming import stage_words

LAMPE = """# Lampe

Die Lampe ist ein Licht für den Tisch und hat drei Stufen, die Sie mit dem Knopf wählen.

## Helligkeit

Tippen Sie auf **Einstellungen > Anzeige > Helligkeit**, und wählen Sie dann die Stufe, die Sie haben möchten.

## Wecker stellen

1. Drücken Sie den Knopf für die Uhr.
2. Wählen Sie die Zeit, zu der Sie geweckt werden wollen.
"""


class Multilingual(Embeddings):
    """Vectors of a model of which nothing says that it knows English alone."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0, len(text) % 7, len(text) % 5] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class Bilingual(Embeddings):
    """Vectors of a model to which German and English words for a thing are somewhat alike."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[5.0, 0.0, *self._meaning(text)] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [5.0, 14.0, *self._meaning(text)]

    def _meaning(self, text: str) -> list[float]:
        pairs = ("wecker", "alarm"), ("hell", "bright")
        return [2.0 * any(word in text.lower() for word in pair) for pair in pairs]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("lampe") / "lampe.md"
    file.write_text(LAMPE, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def lampe(source: Path) -> ManualIndex:
    return ManualIndex.build([source], source.parent / "index", embeddings="wordllama")


def test_answers_and_refusals_are_in_the_language_of_the_manual(lampe: ManualIndex) -> None:
    app = manual_workflow(lampe)
    answer = ask(app, "Wie stelle ich den Wecker?")
    assert (answer.status, answer.language, answer.menu_path[-1]) == ("answered", "de", "Wecker stellen")
    refused = ask(app, "Wie kompiliere ich den Linux-Kernel?")
    assert refused.text.startswith("Das steht nicht in der Anleitung. Am nächsten: ")
    assert head_words(refused) == "Das steht nicht in der Anleitung."


def test_nothing_is_refused_below_zero(lampe: ManualIndex) -> None:
    app = manual_workflow(lampe, options=WorkflowOptions(refuse_below=0))
    answer = ask(app, "xqzt blorf")
    assert answer.status == "unsure"
    assert answer.text.startswith("Nicht sicher. Die nächstliegenden Stellen:\n- ")


@pytest.mark.parametrize("said", ["Hallo", "Vielen Dank!", "Guten Tag, danke.", "Hello"])
def test_hello_and_thanks_get_the_hint_in_german_too(said: str, lampe: ManualIndex) -> None:
    assert ask(manual_workflow(lampe), said).text == hint_answer(lampe).text


def test_the_hint_and_the_stages_are_in_the_language_of_the_manual(lampe: ManualIndex) -> None:
    assert hint_answer(lampe).text.startswith("Frag")
    assert stage_words(lampe.language_of()).first == "Die Frage wird gelesen"
    assert set(stage_words("de").next) == set(stage_words("xx").next)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (LAMPE.replace("## Wecker stellen", "## Wie stelle ich den Wecker?"), "Wie stelle ich den Wecker?"),
        (
            "# Lampe\n\nLa lampe est une lumière pour la table, avec trois niveaux que vous choisissez.\n\n"
            "## Régler le réveil\n\nAppuyez sur le bouton de l'horloge, et choisissez l'heure de votre réveil.\n",
            "Régler le réveil",
        ),
    ],
    ids=["a question", "no way to it"],
)
def test_a_title_is_asked_as_it_stands_where_it_asks_or_nothing_else_is_known(
    tmp_path: Path, text: str, asked: str
) -> None:
    (tmp_path / "lampe.md").write_text(text, encoding="utf-8")
    index = ManualIndex.build([tmp_path / "lampe.md"], tmp_path / "index", embeddings="wordllama")
    lines = hint_answer(index).text.splitlines()
    assert f"- {asked}" in lines
    assert not any("??" in line or "Where do I find" in line for line in lines)


def test_a_question_in_another_language_is_told_so_instead_of_answered(lampe: ManualIndex) -> None:
    answer = ask(manual_workflow(lampe), "How do I set the alarm clock of the lamp?")
    assert (answer.status, answer.language) == ("unsure", "en")
    assert answer.text.startswith(
        "The question is in English, the manual in German, and wordllama knows English alone."
    )
    assert answer.alternatives


def test_one_who_asks_in_german_is_told_in_german(sample_index_for_answers: ManualIndex) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), "Wie schalte ich den Flugmodus ein?")
    assert answer.status == "unsure"
    assert answer.text.startswith("Die Frage ist auf Deutsch, die Anleitung auf Englisch, und")


def test_embeddings_that_may_know_both_languages_are_searched(source: Path, tmp_path: Path) -> None:
    index = ManualIndex.build([source], tmp_path / "index", embeddings=Multilingual())
    assert not index.knows_english_alone
    assert "The question is in" not in ask(manual_workflow(index), "How do I set the alarm clock of the lamp?").text


def test_written_answers_say_which_checks_do_not_know_the_language(lampe: ManualIndex) -> None:
    quote = quote_item("Wie stelle ich den Wecker?", "lampe/lampe/wecker-stellen", lampe)
    answer = written_answer("Drücken Sie den Knopf für die Uhr.", quote, lampe, "some-model")
    assert any("auf Deutsch" in warning and "nicht geprüft" in warning for warning in answer.warnings)


def test_written_answers_of_english_manuals_are_checked_by_all(sample_index_for_answers: ManualIndex) -> None:
    hits = sample_index_for_answers.search("flight mode", 1)
    quote = quote_item("flight mode", hits[0].section_id, sample_index_for_answers)
    assert written_answer("Turn it on.", quote, sample_index_for_answers, "some-model").warnings == ()


def test_a_question_in_another_language_has_none_of_the_manuals_words_and_is_doubted_by_its_meaning(
    source: Path, tmp_path: Path
) -> None:
    bilingual = ManualIndex.build([source], tmp_path / "index", embeddings=Bilingual())
    found = bilingual.search("How do I set the alarm?")
    assert found[0].section_id == "lampe/lampe/wecker-stellen"
    assert 0 < bilingual.confidence(found) < 0.5
    assert bilingual.confidence(bilingual.search("Kompiliert Rhabarber xqzt?")) < REFUSE_BELOW


@pytest.mark.parametrize(
    ("manual", "said", "refused", "unsure", "thanks"),
    [
        (
            "# Lampe\n\nLa lampe est une lumière pour la table, avec trois niveaux que vous choisissez.\n\n"
            "## Réveil\n\nAppuyez sur le bouton de l'horloge, et choisissez l'heure de votre réveil.\n",
            "Comment compiler le noyau Linux ?",
            "Le manuel ne le dit pas. Au plus près: Lampe",
            "Pas sûr. Les passages les plus proches :",
            "merci beaucoup",
        ),
        (
            "# Lámpara\n\nLa lámpara es una luz para la mesa, con tres niveles que usted elige con el botón.\n\n"
            "## Despertador\n\nPulse el botón del reloj, y elija la hora a la que quiere despertarse.\n",
            "¿Cómo compilo el núcleo de Linux?",
            "El manual no lo dice. Lo más cercano: Lámpara",
            "No es seguro. Los lugares más cercanos:",
            "muchas gracias",
        ),
    ],
    ids=["fr", "es"],
)
def test_french_and_spanish_manuals_are_answered_in_their_language(
    tmp_path: Path, manual: str, said: str, refused: str, unsure: str, thanks: str
) -> None:
    (tmp_path / "a.md").write_text(manual, encoding="utf-8")
    index = ManualIndex.build([tmp_path / "a.md"], tmp_path / "index", embeddings="wordllama")
    assert ask(manual_workflow(index), said).text.startswith(refused)
    assert ask(manual_workflow(index, options=WorkflowOptions(refuse_below=0)), said).text.startswith(unsure)
    assert ask(manual_workflow(index), thanks).text == hint_answer(index).text


def test_a_part_of_an_english_manual_answers_in_its_own_language(tmp_path: Path) -> None:
    english = (
        "The lamp is a light for the table. You choose one of its three steps with the button, and it stays on.",
        "To clean the lamp, unplug it first. Wipe it with a soft cloth, and do not put it into water.",
        "If the light does not come on, check the plug and press the button for two seconds.",
    )
    pages = [f"## Part {number}\n\n{text}" for number, text in enumerate(english)]
    file = tmp_path / "lamp.md"
    file.write_text("\n\n".join(("# Lamp", *pages * 3, LAMPE)), encoding="utf-8")
    index = ManualIndex.build([file], tmp_path / "index", embeddings="wordllama")
    assert index.language_of() == "en"
    app = manual_workflow(index)
    found = ask(app, "Wie stelle ich den Wecker?")
    assert (found.status, found.menu_path[-1]) == ("answered", "Wecker stellen")
    not_found = ask(app, "Comment nettoyer la lampe avec un chiffon ?")
    assert (not_found.status, not_found.language) == ("unsure", "fr")
