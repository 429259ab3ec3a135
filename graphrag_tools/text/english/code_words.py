"""Words before the number of a code, or above a list of such numbers: "error 12" of a table of error codes."""

CODE_WORDS = frozenset("alarm code err error fault".split())
