"""What people are told in Dutch."""

from graphrag_tools.text.catalogue.words import Words

WORDS = Words(
    refused="De handleiding zegt dat niet.",
    nearest="Het dichtst daarbij",
    unsure="Niet zeker. De dichtstbijzijnde plaatsen:",
    no_more="Meer dan wat al gelezen is, in {path}, zegt de handleiding daar niet over.",
    other_places="De dichtstbijzijnde andere plaatsen:",
    hint="Stel een vraag over {title}, bijvoorbeeld:",
    hint_alone="Vraag wat de handleiding van {title} beantwoordt.",
    where_is="Waar vind ik {title}?",
    cut="Het antwoord is ingekort.",
    unverified_draft="Wat het model schreef, kon niet worden bevestigd ({reasons})",
    other_language=(
        "De vraag is in het {asked}, de handleiding in het {manual}, en {embeddings} kent alleen Engels. "
        "Vraag in het {manual}, of bouw de index met meertalige embeddings (--embeddings multilingual-e5)."
    ),
    english_checks=(
        "De handleiding is in het {manual}: eenheden, ontkenning, tegendelen en opdrachten zijn niet "
        "gecontroleerd, omdat deze controles alleen Engels kennen."
    ),
    answered_status="Beantwoord uit de handleiding",
    unsure_status="Niet zeker: de dichtstbijzijnde plaatsen",
    not_in_manual_status="Niet in deze handleiding",
    unverified_status="Niet bevestigd",
    not_from_manual_status="Niet uit de handleiding",
    understood_as="Begrepen als",
    in_the_manual="In de handleiding",
    on_the_device="Op het apparaat",
    menu_path="Menupad",
    from_the_manual="Uit de handleiding",
    see_also="Zie ook",
    places="Plaatsen",
    source="Bron",
    note="Opmerking",
    reading_question="De vraag wordt gelezen",
    searching="De handleiding wordt doorzocht",
    choosing="Een menu-item wordt gekozen",
    reading="De handleiding wordt gelezen",
    answering="Het antwoord wordt gemaakt",
    checking="Het antwoord wordt gecontroleerd",
    asking_model="Het model wordt gevraagd",
    going_on="Verder met wat het model zei",
    answering_again="Het concept hield geen stand; nog een poging",
    courtesies=(
        "hallo|hoi|goede(?:morgen|middag|navond)|goeden?dag|tot ziens|dank(?: je| u)?(?: wel)?|bedankt|hartel"
        "ijk dank|alstublieft|prima|begrepen"
    ),
    languages=(
        ("de", "Duits"),
        ("en", "Engels"),
        ("es", "Spaans"),
        ("fr", "Frans"),
        ("it", "Italiaans"),
        ("ja", "Japans"),
        ("nl", "Nederlands"),
        ("pl", "Pools"),
        ("pt", "Portugees"),
        ("ru", "Russisch"),
        ("th", "Thais"),
        ("zh", "Chinees"),
    ),
)
