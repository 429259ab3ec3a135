"""Languages: which one a text is in, its stemmer and its function words."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import lru_cache

from graphrag_tools.text.english.stop_words import STOP_WORDS

ENGLISH = "en"
LANGUAGES = {
    ENGLISH: "English",
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""The languages that a manual may be in, by their ISO 639-1 codes."""
_PHRASES = {
    "zh": (
        "为什么 怎么办 怎么样 请问 怎么 怎样 如何 什么 为何 哪里 哪儿 哪个 哪些 多少 多久 几个 是否 能否 可否 可以 "
        "能不能 可不可以 是不是 有没有 应该 需要 必须 我们 我的 你的 您的 它的 这个 那个 这些 那些 想要 "
        "我 你 您 它 吗 呢 吧 的 了 地 得 是 在 把 被 和 与 或"
    ),
    "th": (
        "ทำอย่างไร อย่างไร ยังไง อะไร ที่ไหน เมื่อไหร่ เมื่อไร ทำไม เท่าไหร่ เท่าไร ได้ไหม หรือไม่ หรือเปล่า ไหม "
        "ฉัน ผม คุณ ของ ที่ ได้ ต้อง จะ และ หรือ คือ เป็น ให้"
    ),
}
"""What carries a question in a script without spaces, in which no list of single words finds it; longest first."""
_ASKING = {
    "de": "gibt möchte möchten tun tut wofür woran woher wovon womit wieso bitte bekomme bekommen kriege kriegen krieg",
    "fr": "quoi combien voudrais aimerais veux veut peux peut puis faut faudrait svp plaît obtenir",
    "es": "quiero quisiera gustaría hago hacer puedo hay favor cuánto cuánta cuántos cuántas",
    "it": "vorrei posso voglio faccio fare quanto quanta quanti quante favore",
    "pt": "quero gostaria posso faço fazer favor quanto quantos",
    "nl": "graag wil krijg krijgen alstublieft hoeveel waarvoor",
}
"""What carries a question too, and lists of function words lack that were made from texts which state."""
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_WORDS = 10
_SURELY_SPOKEN = 0.4
_LEAST_ASKED, _LEAST_FUNCTION_WORDS = 3, 2
"""Words of a question, and function words in it, that tell its language."""
_ENGLISH_SHARE = 0.2
"""Function words are some 40% of English prose and a tenth of its lists; of other languages they are some 5%."""
MOST_CHARACTERS = 200_000
"""Of a manual, so many tell its language."""
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30ff]"), 0.1),
    ("ko", re.compile(r"[\uac00-\ud7af]"), 0.3),
    ("th", re.compile(r"[\u0e01-\u0e4e]"), 0.3),
    ("zh", re.compile(r"[\u3400-\u9fff]"), 0.3),
)
"""Languages that their script gives away, and from which share of a text's letters on; Japanese before Chinese."""
_OF_OTHER_SCRIPTS = frozenset("ar bg el fa he hi ja ko ru th uk zh".split())
_LAST_LATIN = "\u024f"


def identified_language(text: str) -> str:
    """Return the code of the language that a manual's text is in; English where it is too short to tell."""
    sample = text[:MOST_CHARACTERS].lower()
    letters = sum(map(str.isalpha, sample))
    for code, script, share in _SCRIPTS:
        if letters and len(script.findall(sample)) > share * letters:
            return code
    words = _WORD.findall(sample)
    if len(words) < _ENOUGH_WORDS or _share_of_stop_words(words, ENGLISH) >= _ENGLISH_SHARE:
        return ENGLISH
    code = str(_identifier()(sample)[0])
    # Codes, names and tables look like any language: one that is meant says its function words.
    return code if _share_of_stop_words(words, code) > _share_of_stop_words(words, ENGLISH) else ENGLISH


def is_plainly_english(text: str) -> bool:
    """Whether a text has as many of English's function words as its prose has: no other language has them."""
    words = _WORD.findall(text.lower())
    return bool(words) and _share_of_stop_words(words, ENGLISH) >= _ENGLISH_SHARE


def other_language(question: str, spoken: AbstractSet[str]) -> str | None:
    """Return the code of the language that a question is surely in, None where it may be one of those `spoken`.

    A question is short: its script tells, or its function words do, where the identifier says the same.

    >>> other_language("Wie stelle ich die Uhrzeit ein?", {"en"})
    'de'
    """
    lowered = question.lower()
    letters = sum(map(str.isalpha, lowered))
    for code, script, share in _SCRIPTS:
        if letters and len(script.findall(lowered)) > max(share, 0.3) * letters:
            return None if code in spoken or (code == "zh" and "ja" in spoken) else code
    words = _WORD.findall(lowered)
    of_spoken = max((_share_of_stop_words(words, one) for one in spoken), default=0.0) if words else 0.0
    foreign = sum(letter > _LAST_LATIN and letter.isalpha() for letter in lowered)
    if of_spoken >= _SURELY_SPOKEN or (len(words) < _LEAST_ASKED and not foreign):  # most: no identifier is loaded
        return None
    code = str(_identifier()(lowered)[0])
    if spoken.isdisjoint(_OF_OTHER_SCRIPTS) and foreign >= _LEAST_ASKED and 2 * foreign > letters:
        return code if code in _OF_OTHER_SCRIPTS else None
    if len(words) < _LEAST_ASKED or (foreign and spoken.isdisjoint(_OF_OTHER_SCRIPTS)):  # or of several languages
        return None
    said = _share_of_stop_words(words, code)
    is_sure = said * len(words) >= _LEAST_FUNCTION_WORDS and said > 2 * of_spoken
    return code if is_sure and code not in spoken else None


def known_language(code: str) -> str:
    """Return the code of a language, that of English where this version knows no such.

    >>> known_language("de"), known_language("xx")
    ('de', 'en')
    """
    return code if code in LANGUAGES else ENGLISH


def stem(word: str, language: str) -> str:
    """Return the Snowball stem of a lower-case word; the word itself in a language without a stemmer."""
    stemmer = _stemmer(language)
    return stemmer(word) if stemmer else word


@lru_cache
def stop_words(language: str) -> frozenset[str]:
    """Return the function words of a language, lower case; none for one without a list."""
    if language == ENGLISH:
        return STOP_WORDS
    if language in _PHRASES:
        return frozenset(_PHRASES[language].split())
    import stop_words as lists

    name = LANGUAGES[language].lower()
    listed = lists.get_stop_words(name) if name in lists.AVAILABLE_LANGUAGES else ()
    return frozenset((*listed, *_ASKING.get(language, "").split()))


@lru_cache
def stop_stems(language: str) -> frozenset[str]:
    """Return the stems of a language's function words: "mache" is one where "machen" is."""
    return frozenset(stem(word, language) for word in stop_words(language))


@lru_cache
def phrases(language: str) -> re.Pattern[str] | None:
    """Return what finds the phrases that carry a question in an unspaced script; None for other languages."""
    if language not in _PHRASES:
        return None
    longest_first = sorted(_PHRASES[language].split(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


@lru_cache
def _stemmer(language: str) -> Callable[[str], str] | None:
    import snowballstemmer

    name = LANGUAGES[language].lower()
    found: Callable[[str], str] | None = None
    if name in snowballstemmer.algorithms():
        found = lru_cache(maxsize=50_000)(snowballstemmer.stemmer(name).stemWord)
    return found


def _share_of_stop_words(words: list[str], language: str) -> float:
    known = stop_words(language)
    return sum(word in known for word in words) / len(words)


@lru_cache
def _identifier() -> Callable[[str], tuple[str, float]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    classify: Callable[[str], tuple[str, float]] = identifier.classify
    return classify
