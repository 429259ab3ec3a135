"""What site generators say of a folder's pages: their order, titles and addresses, the words that they share."""
