"""Markdown as people write it: its dialects brought to CommonMark and HTML, partials put where they are used."""
