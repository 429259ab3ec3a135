"""What people are told in French."""

from graphrag_tools.text.catalogue.words import Words

WORDS = Words(
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
)
