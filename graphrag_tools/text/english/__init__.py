"""English word lists, all in one place, so that another language is another folder."""
