"""Estimates of a text's length in tokens, where no tokenizer is at hand."""

CHARACTERS_PER_TOKEN = 4
"""The usual length of a token in English: for budgets, where an error costs little."""
FEWEST_CHARACTERS_PER_TOKEN = 3
"""The length that nearly all texts exceed: for what must fit a model's context."""
