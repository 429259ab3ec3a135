"""Fifty users of the chat page at once: each gets an own answer, and nothing of another's."""

import asyncio

from support.protocol_user import ProtocolUser

_ASKED = {
    "How do I turn on flight mode?": "Settings › Wi-Fi › Flight mode",
    "How long can I keep a borrowed book?": "Library › Loans",
    "How do I make the battery last longer?": "Settings › Battery",
    "How do I turn on dark pages?": "Settings › Display › Dark pages",
    "What is the weather in Paris?": "",
}
USERS = 50


async def _paths_of(number: int, address: str) -> tuple[list[str], list[str], list[str]]:
    """Ask two questions as one user; return what was asked, the paths expected and the paths shown."""
    questions = list(_ASKED)
    asked = [questions[number % len(questions)], questions[(number + 1) % len(questions)]]
    async with ProtocolUser(address) as user:
        for question in asked:
            await user.ask(question)
        assert user.texts("trouble") == [""]
        return asked, user.texts("question"), user.texts("path")


async def test_fifty_users_at_once_get_their_own_answers(sample_page: str) -> None:
    for asked, questions, paths in await asyncio.gather(*(_paths_of(number, sample_page) for number in range(USERS))):
        assert questions == asked
        assert paths == [_ASKED[question] for question in asked if _ASKED[question]]
