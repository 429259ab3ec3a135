"""The workflow in a FastAPI application of your own: one index and one workflow for all requests and event loops.

python examples/fastapi_app.py --model ollama:llama3.2:3b --port 8020
curl 'http://127.0.0.1:8020/ask?question=How+do+I+turn+on+flight+mode'

Needs `fastapi` and `uvicorn` (extra serve). `graphrag-tools serve` is a finished server; this is for an application
that has other routes too. With several workers (`uvicorn --workers`) each opens its own index: they share nothing.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException
from langgraph.graph.state import CompiledStateGraph

from graphrag_tools import Answer, ConfigError, GraphRAGToolsError, ManualIndex, ModelError, aask, manual_workflow

SAMPLE = Path(__file__).parent / "sample_manual"


def application(workflow: "CompiledStateGraph[Any, Any, Any, Any]") -> FastAPI:
    app = FastAPI(title="Ask the manual")

    @app.get("/ask")
    async def asked(question: str) -> Answer:
        try:
            return await aask(workflow, question)
        except ConfigError as error:
            raise HTTPException(422, str(error)) from error
        except ModelError as error:
            raise HTTPException(503, str(error)) from error

    return app


def main() -> int:
    import uvicorn

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="none")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    parser.add_argument("--port", type=int, default=8020)
    options = parser.parse_args()
    try:
        workflow = manual_workflow(ManualIndex.build([options.manual], options.index), options.model)
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    uvicorn.run(application(workflow), host="127.0.0.1", port=options.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
