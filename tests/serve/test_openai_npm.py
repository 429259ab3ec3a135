"""OpenAI's API, asked by the official client for JavaScript."""

from support.api_servers import MANUAL, Api
from support.node import Node


def test_npm_client_is_answered(node: Node, api: Api) -> None:
    seen = node.run("openai_client.cjs", api.url, MANUAL)
    assert seen["models"] == [MANUAL]
    assert "Menu path: Settings > Wi-Fi > Flight mode" in seen["text"].splitlines()
    assert seen["status"] == "answered"
    assert seen["streamed"] == seen["gathered"] == seen["text"]
    assert seen["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    assert seen["finished"] == "stop"
    assert seen["responded"] == [seen["text"]] * 3
    assert seen["responseStatus"] == "answered"
    assert seen["refused"] == {"kind": "NotFoundError", "status": 404, "code": "model_not_found"}
