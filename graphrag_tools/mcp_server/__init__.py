"""The tools, the manuals and a prompt as an MCP server, over standard input and output or HTTP.

    server = manual_server(ManualIndex.open("manual-index"))
    asyncio.run(serve_stdio(server))

Needs the extra `mcp`.
"""
