"""Words in which people are answered, by language: refusals, hints, states, stages and what stands around a quote.

A typed table, because a language then cannot lack a word (mypy says so), and a page of words needs no message files and
no compiler of them. A manual's own language is spoken where the table has it, else English.
"""

from dataclasses import dataclass

from graphrag_tools.text.english import fillers as english
from graphrag_tools.text.language import ENGLISH


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says; braces hold what is filled in."""

    refused: str
    nearest: str
    unsure: str
    no_more: str
    other_places: str
    hint: str
    hint_alone: str
    where_is: str
    cut: str
    unverified_draft: str
    other_language: str
    """A question in `asked` to a manual in `manual`, which `embeddings` cannot bring together."""
    english_checks: str

    answered_status: str
    unsure_status: str
    not_in_manual_status: str
    unverified_status: str
    not_from_manual_status: str

    understood_as: str
    in_the_manual: str
    on_the_device: str
    menu_path: str
    from_the_manual: str
    see_also: str
    places: str
    source: str
    note: str

    reading_question: str
    searching: str
    choosing: str
    reading: str
    answering: str
    checking: str
    asking_model: str
    going_on: str
    answering_again: str

    courtesies: str
    """What says hello or thanks, as alternatives of a regular expression."""
    languages: tuple[tuple[str, str], ...]
    """What it calls languages, where not as English does."""

    def language(self, code: str, english: str) -> str:
        """Return the name of a language, the English one where this table has none."""
        return dict(self.languages).get(code, english)


_TABLE = {
    ENGLISH: Words(
        refused="The manual does not say.",
        nearest="Nearest",
        unsure="Not sure. The closest places:",
        no_more="The manual says no more about that than what you have read, in {path}.",
        other_places="The closest other places:",
        hint="Ask about {title}, for example:",
        hint_alone="Ask what the manual of {title} answers.",
        where_is="Where do I find {title}?",
        cut="The answer was cut for its length.",
        unverified_draft="What the model wrote could not be verified ({reasons})",
        other_language=(
            "The question is in {asked}, the manual in {manual}, and {embeddings} knows English alone. "
            "Ask in {manual}, or build the index with multilingual embeddings (--embeddings multilingual-e5)."
        ),
        english_checks=(
            "The manual is in {manual}: units, negation, opposites and commands were not checked, because these checks "
            "know English alone."
        ),
        answered_status="Answered from the manual",
        unsure_status="Not sure: the closest places",
        not_in_manual_status="Not in this manual",
        unverified_status="Not verified",
        not_from_manual_status="Not from the manual",
        understood_as="Understood as",
        in_the_manual="In the manual",
        on_the_device="On the device",
        menu_path="Menu path",
        from_the_manual="From the manual",
        see_also="See also",
        places="Places",
        source="Source",
        note="Note",
        reading_question="Reading the question",
        searching="Searching the manual",
        choosing="Choosing a menu item",
        reading="Reading the manual",
        answering="Answering",
        checking="Checking the answer",
        asking_model="Asking the model",
        going_on="Going on with what the model said",
        answering_again="The draft did not hold; answering again",
        courtesies=english.COURTESIES,
        languages=(),
    ),
    "de": Words(
        refused="Das steht nicht in der Anleitung.",
        nearest="Am nächsten",
        unsure="Nicht sicher. Die nächstliegenden Stellen:",
        no_more="Mehr als das Gelesene, in {path}, sagt die Anleitung dazu nicht.",
        other_places="Die nächstliegenden anderen Stellen:",
        hint="Fragen Sie etwas zu {title}, zum Beispiel:",
        hint_alone="Fragen Sie, was die Anleitung von {title} beantwortet.",
        where_is="Wo finde ich {title}?",
        cut="Die Antwort wurde wegen ihrer Länge gekürzt.",
        unverified_draft="Was das Modell schrieb, ließ sich nicht belegen ({reasons})",
        other_language=(
            "Die Frage ist auf {asked}, die Anleitung auf {manual}, und {embeddings} kann nur Englisch. Fragen Sie auf "
            "{manual}, oder bauen Sie den Index mit mehrsprachigen Embeddings (--embeddings multilingual-e5)."
        ),
        english_checks=(
            "Die Anleitung ist auf {manual}: Einheiten, Verneinung, Gegenteile und Befehle wurden nicht geprüft, weil "
            "diese Prüfungen nur Englisch können."
        ),
        answered_status="Aus der Anleitung beantwortet",
        unsure_status="Nicht sicher: die nächstliegenden Stellen",
        not_in_manual_status="Nicht in dieser Anleitung",
        unverified_status="Nicht belegt",
        not_from_manual_status="Nicht aus der Anleitung",
        understood_as="Verstanden als",
        in_the_manual="In der Anleitung",
        on_the_device="Am Gerät",
        menu_path="Menüpfad",
        from_the_manual="Aus der Anleitung",
        see_also="Siehe auch",
        places="Stellen",
        source="Quelle",
        note="Hinweis",
        reading_question="Die Frage wird gelesen",
        searching="Die Anleitung wird durchsucht",
        choosing="Ein Menüpunkt wird gewählt",
        reading="Die Anleitung wird gelesen",
        answering="Die Antwort entsteht",
        checking="Die Antwort wird geprüft",
        asking_model="Das Modell wird gefragt",
        going_on="Weiter mit dem, was das Modell sagte",
        answering_again="Der Entwurf hielt nicht; noch ein Versuch",
        courtesies=(
            "hallo|servus|moin|guten (?:tag|morgen|abend)|gute nacht|tschüss?|auf wiedersehen|"
            "danke(?: schön| dir| ihnen)?|vielen dank|besten dank|dankeschön|bitte|"
            "prima|klasse|alles klar|verstanden|gut|ja|nein"
        ),
        languages=(
            ("de", "Deutsch"),
            ("en", "Englisch"),
            ("es", "Spanisch"),
            ("fr", "Französisch"),
            ("it", "Italienisch"),
            ("ja", "Japanisch"),
            ("nl", "Niederländisch"),
            ("pl", "Polnisch"),
            ("pt", "Portugiesisch"),
            ("ru", "Russisch"),
            ("th", "Thailändisch"),
            ("zh", "Chinesisch"),
        ),
    ),
    "fr": Words(
        refused="Le manuel ne le dit pas.",
        nearest="Au plus près",
        unsure="Pas sûr. Les passages les plus proches :",
        no_more="Le manuel n’en dit pas plus que ce qui a été lu, dans {path}.",
        other_places="Les autres passages les plus proches :",
        hint="Posez une question sur {title}, par exemple :",
        hint_alone="Demandez ce à quoi répond le manuel de {title}.",
        where_is="Où est {title} ?",
        cut="La réponse a été raccourcie.",
        unverified_draft="Ce que le modèle a écrit n’a pas pu être vérifié ({reasons})",
        other_language=(
            "La question est en {asked}, le manuel en {manual}, et {embeddings} ne connaît que l’anglais. Demandez en "
            "{manual}, ou construisez l’index avec des embeddings multilingues (--embeddings multilingual-e5)."
        ),
        english_checks=(
            "Le manuel est en {manual} : unités, négations, contraires et commandes n’ont pas été vérifiés, car ces "
            "vérifications ne connaissent que l’anglais."
        ),
        answered_status="Réponse tirée du manuel",
        unsure_status="Pas sûr : les passages les plus proches",
        not_in_manual_status="Pas dans ce manuel",
        unverified_status="Non vérifié",
        not_from_manual_status="Ne vient pas du manuel",
        understood_as="Compris comme",
        in_the_manual="Dans le manuel",
        on_the_device="Sur l’appareil",
        menu_path="Chemin de menu",
        from_the_manual="Extrait du manuel",
        see_also="Voir aussi",
        places="Passages",
        source="Origine",
        note="Remarque",
        reading_question="Lecture de la question",
        searching="Recherche dans le manuel",
        choosing="Choix d’une entrée de menu",
        reading="Lecture du manuel",
        answering="Rédaction de la réponse",
        checking="Vérification de la réponse",
        asking_model="Question au modèle",
        going_on="Suite de ce que le modèle a dit",
        answering_again="Le brouillon n’a pas tenu ; nouvel essai",
        courtesies=(
            "bonjour|bonsoir|salut|coucou|au revoir|bonne (?:journée|soirée|nuit)|merci(?: beaucoup| bien)?|"
            "s['’]il (?:vous|te) plaît|d['’]accord|parfait|très bien|oui|non"
        ),
        languages=(
            ("de", "allemand"),
            ("en", "anglais"),
            ("es", "espagnol"),
            ("fr", "français"),
            ("it", "italien"),
            ("ja", "japonais"),
            ("nl", "néerlandais"),
            ("pl", "polonais"),
            ("pt", "portugais"),
            ("ru", "russe"),
            ("th", "thaï"),
            ("zh", "chinois"),
        ),
    ),
    "es": Words(
        refused="El manual no lo dice.",
        nearest="Lo más cercano",
        unsure="No es seguro. Los lugares más cercanos:",
        no_more="El manual no dice más sobre eso que lo que se ha leído, en {path}.",
        other_places="Los otros lugares más cercanos:",
        hint="Haga una pregunta sobre {title}, por ejemplo:",
        hint_alone="Pregunte lo que responde el manual de {title}.",
        where_is="¿Dónde está {title}?",
        cut="La respuesta se ha acortado.",
        unverified_draft="Lo que escribió el modelo no se pudo comprobar ({reasons})",
        other_language=(
            "La pregunta está en {asked}, el manual en {manual}, y {embeddings} solo sabe inglés. Pregunte en "
            "{manual}, o construya el índice con embeddings multilingües (--embeddings multilingual-e5)."
        ),
        english_checks=(
            "El manual está en {manual}: no se han comprobado unidades, negaciones, contrarios ni comandos, porque "
            "estas comprobaciones solo saben inglés."
        ),
        answered_status="Respondido con el manual",
        unsure_status="No es seguro: los lugares más cercanos",
        not_in_manual_status="No está en este manual",
        unverified_status="Sin comprobar",
        not_from_manual_status="No procede del manual",
        understood_as="Entendido como",
        in_the_manual="En el manual",
        on_the_device="En el aparato",
        menu_path="Ruta de menú",
        from_the_manual="Del manual",
        see_also="Véase también",
        places="Lugares",
        source="Fuente",
        note="Nota",
        reading_question="Se lee la pregunta",
        searching="Se busca en el manual",
        choosing="Se elige una opción de menú",
        reading="Se lee el manual",
        answering="Se redacta la respuesta",
        checking="Se comprueba la respuesta",
        asking_model="Se pregunta al modelo",
        going_on="Se sigue con lo que dijo el modelo",
        answering_again="El borrador no era válido; otro intento",
        courtesies=(
            "hola|buenos días|buenas(?: tardes| noches)?|adiós|hasta luego|(?:muchas )?gracias|por favor|"
            "de acuerdo|vale|perfecto|muy bien|sí"
        ),
        languages=(
            ("de", "alemán"),
            ("en", "inglés"),
            ("es", "español"),
            ("fr", "francés"),
            ("it", "italiano"),
            ("ja", "japonés"),
            ("nl", "neerlandés"),
            ("pl", "polaco"),
            ("pt", "portugués"),
            ("ru", "ruso"),
            ("th", "tailandés"),
            ("zh", "chino"),
        ),
    ),
}
SPOKEN = frozenset(_TABLE)
"""The codes of the languages that have words of their own."""
REFUSALS = tuple(words.refused for words in _TABLE.values())
"""What a refusal begins with, in any language."""

COURTESIES = "|".join(words.courtesies for words in _TABLE.values())
"""What says hello or thanks, in any language."""


def words_in(language: str) -> Words:
    """Return the words of a language, those of English for one without."""
    return _TABLE.get(language, _TABLE[ENGLISH])
