"""What people are told in German."""

from graphrag_tools.text.catalogue.words import Words

WORDS = Words(
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
)
