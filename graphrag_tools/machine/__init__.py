"""This machine: its cores, the cache and databases in its files, its own addresses, and how the package came to it."""
