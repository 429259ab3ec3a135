"""From a menu item to an Answer: quoted, written or refused."""
