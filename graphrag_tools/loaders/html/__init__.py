"""HTML manuals: pages, fragments and saved help sites, read without running or fetching anything."""
