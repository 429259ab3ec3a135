"""What people are told in one language, as fields that no language can lack: mypy says so."""

from dataclasses import dataclass


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
