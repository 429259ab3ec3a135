"""AsciiDoc, brought to Markdown line by line."""
