"""reStructuredText, and what Sphinx adds to it."""
