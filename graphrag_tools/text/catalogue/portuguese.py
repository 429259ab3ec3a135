"""What people are told in Portuguese."""

from graphrag_tools.text.catalogue.words import Words

WORDS = Words(
    refused="O manual não o diz.",
    nearest="Mais próximo",
    unsure="Não é certo. Os pontos mais próximos:",
    no_more="O manual não diz mais sobre isso do que o que já foi lido, em {path}.",
    other_places="Os outros pontos mais próximos:",
    hint="Pergunte algo sobre {title}, por exemplo:",
    hint_alone="Pergunte aquilo a que o manual de {title} responde.",
    where_is="Onde encontro {title}?",
    cut="A resposta foi encurtada.",
    unverified_draft="Não foi possível verificar o que o modelo escreveu ({reasons})",
    other_language=(
        "A pergunta está em {asked}, o manual em {manual}, e {embeddings} só conhece o inglês. Pergunte em "
        "{manual}, ou construa o índice com embeddings multilingues (--embeddings multilingual-e5)."
    ),
    english_checks=(
        "O manual está em {manual}: unidades, negação, contrários e comandos não foram verificados, porque "
        "essas verificações só conhecem o inglês."
    ),
    answered_status="Respondido a partir do manual",
    unsure_status="Não é certo: os pontos mais próximos",
    not_in_manual_status="Não está neste manual",
    unverified_status="Não verificado",
    not_from_manual_status="Não vem do manual",
    understood_as="Entendido como",
    in_the_manual="No manual",
    on_the_device="No aparelho",
    menu_path="Caminho do menu",
    from_the_manual="Do manual",
    see_also="Ver também",
    places="Pontos",
    source="Fonte",
    note="Observação",
    reading_question="A ler a pergunta",
    searching="A procurar no manual",
    choosing="A escolher uma entrada do menu",
    reading="A ler o manual",
    answering="A responder",
    checking="A verificar a resposta",
    asking_model="A perguntar ao modelo",
    going_on="A continuar com o que o modelo disse",
    answering_again="O rascunho não se confirmou; nova tentativa",
    courtesies=(
        "olá|oi|bom dia|boa (?:tarde|noite)|adeus|tchau|até logo|(?:muito )?obrigad[oa]|por favor|perfeito|ót"
        "imo|entendi"
    ),
    languages=(
        ("de", "alemão"),
        ("en", "inglês"),
        ("es", "espanhol"),
        ("fr", "francês"),
        ("it", "italiano"),
        ("ja", "japonês"),
        ("nl", "neerlandês"),
        ("pl", "polaco"),
        ("pt", "português"),
        ("ru", "russo"),
        ("th", "tailandês"),
        ("zh", "chinês"),
    ),
)
