"""What people are told in Spanish."""

from graphrag_tools.text.catalogue.words import Words

WORDS = Words(
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
)
