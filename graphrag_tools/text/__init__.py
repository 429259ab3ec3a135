"""Words, characters and spelling; knows no manual and no model."""
