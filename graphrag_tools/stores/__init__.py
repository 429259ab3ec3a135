"""Where an index lives: protocols, and one file per engine."""
