"""Word documents and OpenDocument texts: headings by style, or by their looks where no style names them."""
