"""The files of a folder: which of them are read, and why others are not."""
