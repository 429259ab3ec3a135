"""Stores of an index: protocols, and one file per engine."""
