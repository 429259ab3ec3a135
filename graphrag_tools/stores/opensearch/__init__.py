"""The stores on OpenSearch: words, vectors and graphs of a generation in two of its indices."""
