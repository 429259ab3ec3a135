"""What the page, the API and the MCP server share as servers of HTTP: listening, processes, callers, health."""
