"""Answers made from a menu item: quoted, written or refused."""
