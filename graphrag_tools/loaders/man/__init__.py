"""Pages of the Unix manual, in man's macros or mdoc's."""
