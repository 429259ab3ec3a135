"""Measuring answers on questions whose right section and answer are known."""
