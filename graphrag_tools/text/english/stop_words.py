"""English function words, which say nothing of what a text is about."""

STOP_WORDS = frozenset(
    "a about all am an and any are as at be been being but by can could did do does doing for from get had has "
    "have having he her here him his how i if in into is it its just ll m may me might more most must my no nor "
    "not of on or our out over own please re s shall she should so some such t than that the their them then "
    "there these they this those to too up us ve very was we were what when where which while who whom whose "
    "why will with would you your".split()
)
