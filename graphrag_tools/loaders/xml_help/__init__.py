"""Mallard, DocBook and DITA: help in XML."""
