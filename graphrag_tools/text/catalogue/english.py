"""What people are told in English."""

from graphrag_tools.text.catalogue.words import Words
from graphrag_tools.text.english import fillers as english

WORDS = Words(
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
)
