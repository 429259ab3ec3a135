"""English words of a line that only points elsewhere: "See also", "For more information, refer to the section"."""

POINTING = frozenset(
    "additional chapter detail details follow following further go guide information learn link links look more next "
    "page please read refer reference related section see subject topic topics visit".split()
)
