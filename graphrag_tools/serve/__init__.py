"""Manuals over HTTP, as models that any chat client can ask: OpenAI's API, Ollama's, and a JSON API of its own.

    app = application(Manuals(index), Address())
    asyncio.run(serve_until_signal(app, Address(), print))

Needs the extra `serve`.
"""
