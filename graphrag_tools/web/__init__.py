"""The chat page: questions on one side, the menu with the path drawn on the other; served on this machine."""
