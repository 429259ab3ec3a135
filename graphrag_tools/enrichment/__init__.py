"""Descriptions and questions written by a model when an index is built; optional."""
