"""A folder of pages in source form (Markdown, MDX, reStructuredText, …) as one manual."""
