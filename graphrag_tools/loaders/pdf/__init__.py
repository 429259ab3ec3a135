"""PDF manuals: pages as plain data, read in a process of its own, and the sections made of them."""
