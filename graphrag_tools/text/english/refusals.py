"""Phrases that refuse, in English: the one list of how a model says "there is no answer in this manual"."""

import re
from functools import cache

BARE = frozenset(
    "n a|na|none|null|nil|nothing|no answer|no answer found|no information|no idea|no result|no results|no match|"
    "no matches|nothing found|nothing relevant|not found|not available|not applicable|not mentioned|not specified|"
    "not covered|not documented|not answerable|not sure|not stated|not provided|unknown|unanswerable|undefined|"
    "unanswered|idk|out of scope|not in manual|not in the manual".split("|")
)
"""Whole texts, folded, that are nothing but a refusal."""
_WORD_LISTS = {
    "manual": "manual guide documentation handbook",
    "text": "manuals? user_?guides? guides? handbooks? documents? documentation booklet instructions texts? passages? "
    "sections? chapters? pages? excerpts? contexts? information materials? contents? sources? entry entries "
    "menu_items? items? search_results? results? descriptions? searches search",
    "thing": "answers? information info mention sections? menu_items? items? entry entries topics? results? matches "
    "match details? instructions? references? documentation guidance passages? data pages? chapters? explanations? "
    "descriptions? indication hint trace evidence clue",
    "mention": "mentions? says? covers? describes? explains? addresses address discusses discuss specifies specify "
    "answers?",
    "say": "mentions? says? covers? contains? provides? specifies specify answers? includes? explains? describes? "
    "states? gives? addresses address tells? discusses discuss details? documents? indicates? lists? refers? offers? "
    "reveals? touches touch deals? talks? speaks? clarifies clarify go_into goes_into "
    "(?:have|has)_(?:any|anything|an|the|enough|such) help_with_(?:the|this|that|your)",
    "said": "mentioned covered described specified stated provided included found available explained documented "
    "addressed discussed answered listed given detailed contained part present there indicated",
    "find": "find found see seen saw locate located discover discovered return returned get got turn_up turned_up "
    "came_across have had has yield yielded",
    "cannot": "cannot can't can_not could_not couldn't",
    "does not": "does_not doesn't do_not don't did_not didn't",
    "not": "not \\w+n't never nowhere",
    "the": "the this that these those any your its",
}
_CLASSES = {name: f"(?:{'|'.join(words.split()).replace('_', ' ')})" for name, words in _WORD_LISTS.items()}
# "~3" stands for up to three words more, as few as possible; "~" for one or none.
_PHRASES = (
    # What the manual or its sections do not say.
    "<text>~7 (?:<does not>|<cannot>|fails? to|failed to|never|nowhere)(?: (?:seem|appear) to)?~ <say>",
    "<text>~3 (?:says?|said|contains?|ha[sd]|have|gives?|offers?|provides?|makes?|includes?|lists?) "
    "(?:no|nothing|neither|little)",
    "<text>~3 (?:is|are|remains?) (?:silent|unclear|of no help|of no use|no help)",
    "<text>~3 (?:lacks?|omits?|leaves? (?:this|that|it|the question) open)",
    "(?:it|this|that|they|these) (?:<does not>|never)~ <mention>",
    "neither~6 nor~6 <mention>",
    "neither <mention> nor",
    # What is not said, covered or found in the manual.
    "<not>~ <said>~2 (?:in|by|of|within|from|among|under|to)(?: <the>)?~3 <text>",
    "<not>~ (?:mentioned|documented|addressed|discussed|answered)",
    "not in(?: (?:the|this|your))?~ <manual>(?!(?: \\w+)? mode)",
    "(?:absent|missing) from (?:the|this)~ (?:<manual>|text)",
    "<not> (?:appear|exist|occur|feature)s?~2 (?:in|within) <the>~ <text>",
    "(?:not|\\w+n't) (?:something|anything|what|one|(?:a|the) \\w+)(?: that| which)? (?:the|this)~ <text>",
    "(?:information|answers?|details?)~3(?: (?:is|are|was|were))? (?:not|isn't|aren't|wasn't) (?:<said>|here)",
    # What the model cannot do or did not find.
    "(?:i'm|i am|i was|we are|we're|we were)~ (?:sorry|afraid|unable|not (?:able|sure|allowed|aware|certain))",
    "(?:i|we) (?:wasn't|weren't|was not|were not|aren't) (?:able|sure|aware|certain)",
    "sorry|my apologies|i apologi[sz]e|no idea|came up empty",
    "(?:i|we)(?: still)? (?:<cannot>|do not|don't|did not|didn't|won't|will not|have not|haven't|have no|had no)",
    "(?:i|we|the search(?:es)?|my search(?:es)?)~ <find> (?:nothing|no|none|neither|not any)",
    "(?:found|returned|yielded) (?:nothing|no~ <thing>|empty)",
    "(?:<cannot>|unable to|not able to|not possible to)(?: be)? (?:help|assist|answer(?:ed)?)"
    "(?=[.,;!]|$| (?:with|you|in|from|by|based|here|that|this|it|any|(?:the|your) question)\\b)",
    "(?:(?<=^)|(?<=[.,] ))(?:<cannot>|(?:was |were )?unable to|not able to|failed to|did not|didn't) "
    "(?:find|locate|determine|confirm|see)",
    "(?:<thing>|it|this|that) <cannot> be (?:found|located|determined|confirmed)",
    "as an? (?:ai|language model|assistant)",
    "(?:insufficient|not enough|too little) (?:information|context|details?|data)",
    "not answer(?:able|ed)|unanswer(?:able|ed)",
    # No answer, no section, none of the items, nothing in the manual.
    "(?:there(?:'s| is| are| was| were| exists?| seems to be| appears to be)|it has|has|have) "
    "(?:no|nothing|not any|none)(?:~2 <thing>|~5 <text>|~2 about)",
    "there (?:isn't|aren't|wasn't|is not|are not) (?:any|a|an)~2 <thing>",
    "no such (?:thing|setting|option|feature|item|topic|information|section)|no information|no mention",
    "no~2 <thing>~4 (?:found|available|about|covers?|answers?|match(?:es)?|mentions?|describes?|explains?|deals?|"
    "addresses|says?|fits?|given|exists?|for this|on this|that~ question|(?:in|of) (?:the|this)~ <text>)",
    "(?:none|neither|not one) of (?:the|these|those|its|them|what)~9 (?:<say>|is about|are about|fits?|match(?:es)?)",
    "(?:nothing|nowhere|not anything)~3 (?:in|from|within) <the>~2 <text>",
    "nothing~4 (?:came up|turned up|fits|matches|(?:was|is|can be|could be|has been)~ (?:found|said|mentioned|given))",
    # Outside the scope, unrelated.
    "(?:outside|beyond|out of)(?: of)?(?: the)? scope",
    "(?:outside|beyond)(?: of)?(?: what)? (?:the|this)~ <manual>",
    "(?:unrelated to|nothing to do with|not(?: directly)? (?:related to|relevant to|about)|irrelevant to) "
    "<the>~ (?:<manual>|text|section|device|product|question)",
)


def _expanded(phrase: str) -> str:
    whole = re.sub(r"<([a-z ]+)>", lambda found: _CLASSES[found[1]], phrase)
    return re.sub(r"~(\d?)", lambda found: rf"(?: \w+){{0,{found[1] or 1}}}?", whole)


@cache
def refusing() -> re.Pattern[str]:
    """Return what finds the words of a plain sentence that refuse; compiled when first wanted, for it takes long."""
    return re.compile("|".join(rf"\b(?:{_expanded(phrase)})\b" for phrase in _PHRASES), re.IGNORECASE)
