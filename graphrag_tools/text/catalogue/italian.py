"""What people are told in Italian."""

from graphrag_tools.text.catalogue.words import Words

WORDS = Words(
    refused="Il manuale non lo dice.",
    nearest="Più vicino",
    unsure="Non è certo. I punti più vicini:",
    no_more="Il manuale non ne dice più di quanto si è letto, in {path}.",
    other_places="Gli altri punti più vicini:",
    hint="Fai una domanda su {title}, per esempio:",
    hint_alone="Chiedi ciò a cui risponde il manuale di {title}.",
    where_is="Dove trovo {title}?",
    cut="La risposta è stata accorciata.",
    unverified_draft="Ciò che ha scritto il modello non ha potuto essere verificato ({reasons})",
    other_language=(
        "La domanda è in {asked}, il manuale in {manual}, e {embeddings} conosce solo l’inglese. Chiedi in "
        "{manual}, o costruisci l’indice con embeddings multilingue (--embeddings multilingual-e5)."
    ),
    english_checks=(
        "Il manuale è in {manual}: unità, negazione, contrari e comandi non sono stati controllati, perché "
        "questi controlli conoscono solo l’inglese."
    ),
    answered_status="Risposta dal manuale",
    unsure_status="Non è certo: i punti più vicini",
    not_in_manual_status="Non in questo manuale",
    unverified_status="Non verificato",
    not_from_manual_status="Non dal manuale",
    understood_as="Inteso come",
    in_the_manual="Nel manuale",
    on_the_device="Sul dispositivo",
    menu_path="Percorso del menu",
    from_the_manual="Dal manuale",
    see_also="Vedi anche",
    places="Punti",
    source="Fonte",
    note="Nota",
    reading_question="Si legge la domanda",
    searching="Si cerca nel manuale",
    choosing="Si sceglie una voce di menu",
    reading="Si legge il manuale",
    answering="Si prepara la risposta",
    checking="Si controlla la risposta",
    asking_model="Si chiede al modello",
    going_on="Si prosegue con ciò che ha detto il modello",
    answering_again="La bozza non ha retto; un altro tentativo",
    courtesies=(
        "ciao|salve|buongiorno|buonasera|buona (?:giornata|serata|notte)|arrivederci|grazie(?: mille| tante)?"
        "|molte grazie|per favore|perfetto|ottimo|capito|va bene"
    ),
    languages=(
        ("de", "tedesco"),
        ("en", "inglese"),
        ("es", "spagnolo"),
        ("fr", "francese"),
        ("it", "italiano"),
        ("ja", "giapponese"),
        ("nl", "olandese"),
        ("pl", "polacco"),
        ("pt", "portoghese"),
        ("ru", "russo"),
        ("th", "tailandese"),
        ("zh", "cinese"),
    ),
)
