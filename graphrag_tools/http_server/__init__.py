"""HTTP servers: the listening socket, several processes, callers that are slow or leave, and health."""
