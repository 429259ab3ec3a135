"""Calls of an OpenSearch cluster: bounded in time, whole answers or errors in words, never part of an answer."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NotReached
from opensearchpy.exceptions import OpenSearchException, SerializationError, TransportError

from graphrag_tools.errors import StoreError
from graphrag_tools.stores.errors import GenerationGone
from graphrag_tools.stores.opensearch.credentials import PREFIX, Credentials
from graphrag_tools.stores.place import StoreAddress

SECONDS_TO_ANSWER = 5.0
"""As long as a search may take on one node; another node, or the same, is then asked once more."""
SECONDS_TO_WRITE = 120.0
_TRIED_MAJOR = 2
_LOG = logging.getLogger(__name__)
_KEPT_OF_A_REASON = 300
# By what the cluster answers, or by the driver's name of what went wrong before an answer came.
_REMEDIES: Mapping[int | str, str] = {
    400: "It refuses what it was asked: is it of another version, or the index not one of this program?",
    401: f"Correct the user or the password: in the address, or {PREFIX}USER and {PREFIX}PASSWORD.",
    403: "Its user lacks rights on the index: read for questions; create_index, manage and write to build.",
    404: "The index is not there any more. Build it again, or correct the address.",
    409: "Somebody else has written there meanwhile. Wait until that build ends, then build again.",
    413: "It takes no request as large as this: raise its http.max_content_length.",
    429: "It has too much to do: try again in a moment.",
    "tls": f"Its certificate is not trusted: name the authority's in {PREFIX}CA, or correct the address.",
    "expired": "Its certificate, or an authority's, has expired: have it renewed.",
    "name": "Its certificate names another host: correct the address, or have one issued for it.",
    "plain": "It speaks no TLS there: is it opensearch:// instead of opensearch+https://, or another port?",
    "handshake": f"It ended the TLS connection: does it want a client's certificate ({PREFIX}CERT and {PREFIX}KEY)?",
    "hung up": "It hung up without an answer: try again, or is it opensearch+https:// that it wants?",
    "timeout": "It did not answer in time: is it overloaded, or just starting?",
    "host": "No such host is known: correct the address.",
    "refused": "Nothing listens there: is the server up, and its address right?",
    "proxy": "What answers there is no OpenSearch: correct the address.",
}
_UNAVAILABLE = "It is starting, stopping, or a part of it is down: try again in a moment."


_KEPT_OF_AN_ANSWER = ",".join(
    f"responses.{part}"
    for part in (
        *("error", "status", "timed_out", "_shards", "aggregations", "hits.total"),
        *("hits.hits._score", "hits.hits.fields", "hits.hits._source"),
    )
)


@dataclass(frozen=True, slots=True)
class Search:
    """A search of indices, or of those of their shards to which a routing leads.

    `by_all_shards` weighs words by how often they stand in all of them, which takes a round among the shards.
    """

    indices: Sequence[str]
    body: Mapping[str, Any]
    routing: str | None = None
    by_all_shards: bool = False

    def header(self) -> dict[str, Any]:
        """Return what stands before the search in a call of several."""
        how = {"search_type": "dfs_query_then_fetch"} if self.by_all_shards else {}
        where = {"routing": self.routing} if self.routing else {}
        return {"index": list(self.indices), "allow_partial_search_results": False, **how, **where}


class Cluster:
    """An OpenSearch cluster, called as an address and the environment say. Threads share one; a fork has its own."""

    def __init__(self, address: StoreAddress) -> None:
        self.address = address

    def __reduce__(self) -> tuple[type["Cluster"], tuple[StoreAddress]]:
        """Pickle and copy as the address."""
        return Cluster, (self.address,)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        seconds: float = SECONDS_TO_ANSWER,
        absent: Any = ...,
        **params: str,
    ) -> Any:
        """Return the answer to one call; `absent` where it is given and the cluster answers 404.

        Raises:
            Conflict: It answers that somebody else has written there.
            StoreError: It cannot be reached, refuses the call, or is no OpenSearch.
        """
        with self._errors():
            self._check_version  # noqa: B018  # once, and before anything else is made of an answer
            try:
                answer = self._client.transport.perform_request(
                    method, path, params={**params, "request_timeout": seconds}, body=body
                )
            except TransportError as error:
                if error.status_code == 404 and absent is not ...:
                    return absent
                raise
        if method != "HEAD" and not isinstance(answer, dict | list):
            raise self.failed("it answered with something that is not JSON", _REMEDIES["proxy"])
        return answer

    def search(self, searches: Sequence[Search]) -> list[dict[str, Any]]:
        """Return the answers to searches, made in one call: of each the hits, without what nobody asks for.

        Raises:
            StoreError: As `call`, and where an answer is not whole: a shard is lost, or was too slow.
        """
        if not searches:
            return []
        if not all(search.indices for search in searches):
            # To OpenSearch none would be all that there are.
            raise StoreError(f"{self.address}: found no index to search. Build again.")
        lines = "".join(f"{json.dumps(search.header())}\n{json.dumps(search.body)}\n" for search in searches)
        answered = self.call(
            "POST",
            "/_msearch",
            lines,
            seconds=SECONDS_TO_ANSWER,
            max_concurrent_searches=str(len(searches)),
            filter_path=_KEPT_OF_AN_ANSWER,
        )
        answers: list[dict[str, Any]] = answered["responses"]
        for answer in answers:
            self._check_is_whole(answer)
        return answers

    def make_index(self, name: str, body: Mapping[str, Any]) -> None:
        """Make an index; nothing to do where it is there, as after a call that was made again.

        Raises:
            StoreError: It cannot be made.
        """
        path = f"/{name}"
        if self.call("HEAD", path):
            return
        try:
            self.call("PUT", path, body, seconds=SECONDS_TO_WRITE)
        except StoreError:
            if not self.call("HEAD", path):
                raise

    def wait_for_green(self, name: str) -> None:
        """Wait until all copies of an index are there. Raises StoreError where they are not in time."""
        wait = f"{SECONDS_TO_WRITE - SECONDS_TO_ANSWER:.0f}s"
        path = f"/_cluster/health/{name}"
        answer = self.call("GET", path, seconds=SECONDS_TO_WRITE, absent=None, wait_for_status="green", timeout=wait)
        if answer is None or answer["timed_out"]:
            raise self.failed(f"{name} does not have all of its copies", _UNAVAILABLE)

    def get_many(self, places: Sequence[tuple[str, str, str]], field: str | None) -> list[dict[str, Any]]:
        """Return the sources of documents by index, id and routing, in order; {} for one that is not there.

        With a field, that alone of each.
        """
        if not places:
            return []
        wanted = [{"_index": index, "_id": identifier, "routing": routing} for index, identifier, routing in places]
        if field:
            wanted = [{**one, "_source": field} for one in wanted]
        answer = self.call("POST", "/_mget", {"docs": wanted})
        for document in answer["docs"]:
            if "error" in document:
                raise GenerationGone(str(self.failed(_reason(document["error"]), _UNAVAILABLE)))
        return [document.get("_source", {}) for document in answer["docs"]]

    def refused(self, status: int, what: str, error: Any) -> StoreError:
        """Return the error for a part of a call that the cluster has refused."""
        return self._status_error(status, f"{what}: {_reason(error)}")

    def failed(self, reason: str, remedy: str) -> StoreError:
        """Return the error for what has gone wrong."""
        hidden = Credentials.of(self.address).hide(reason.rstrip("."))
        return StoreError(f"{self.address}: OpenSearch says: {hidden}. {remedy}")

    def close(self) -> None:
        """Close the connections. A second call does nothing."""
        if "_client" in self.__dict__:
            self._client.close()

    @property
    def major_version(self) -> int:
        """The major version of the server."""
        return self._check_version

    @cached_property
    def _client(self) -> OpenSearch:
        address, given = self.address, Credentials.of(self.address)
        given.check_certificates()
        secured: dict[str, Any] = {}
        if address.encrypted:
            secured = {"use_ssl": True, "verify_certs": True, "ssl_show_warn": False}
            secured |= {"ca_certs": given.ca} if given.ca else {}
            secured |= {"client_cert": given.cert} if given.cert else {}
            secured |= {"client_key": given.key} if given.key else {}
        return OpenSearch(
            hosts=[{"host": host.strip("[]") if ":" in host else host, "port": port} for host, port in address.hosts],
            http_auth=given.login,
            timeout=SECONDS_TO_ANSWER,
            max_retries=1,
            retry_on_timeout=True,
            pool_maxsize=32,
            **secured,
        )

    @cached_property
    def _check_version(self) -> int:
        answer = self._client.transport.perform_request("GET", "/")
        version = answer.get("version", {}) if isinstance(answer, dict) else {}
        if not isinstance(version, dict) or version.get("distribution") != "opensearch":
            raise StoreError(
                f"{self.address}: something else than OpenSearch answers there ({_words(answer)}). Correct the address."
            )
        major = int(str(version["number"]).partition(".")[0])
        if major != _TRIED_MAJOR:
            _LOG.warning(
                "%s: OpenSearch %s; this program was tried with major version %d.",
                self.address,
                version["number"],
                _TRIED_MAJOR,
            )
        return major

    def _check_is_whole(self, answer: Mapping[str, Any]) -> None:
        if "error" in answer:
            failed = self._status_error(answer.get("status", 0), _reason(answer["error"]))
            # An index loses its shards a moment before it is gone.
            raise GenerationGone(str(failed)) if answer.get("status") == 503 else failed
        shards = answer["_shards"]
        if answer["timed_out"] or shards["successful"] != shards["total"]:
            reason = f"{shards['successful']} of {shards['total']} shards answered in time"
            raise self.failed(reason, _UNAVAILABLE)

    def _status_error(self, status: int, reason: str) -> StoreError:
        if status == 409:
            return Conflict(str(self.failed(reason, _REMEDIES[409])))
        if status == 404:
            return GenerationGone(str(self.failed(reason, _REMEDIES[404])))
        return self.failed(f"{status}: {reason}", _REMEDIES.get(status, _UNAVAILABLE))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SerializationError as error:
            raise self.failed("it answered with something that is not JSON", _REMEDIES["proxy"]) from error
        except NotReached as error:
            kind = _kind_of(error)
            raise StoreError(f"{self.address}: cannot be reached ({_words(error.error)}). {_REMEDIES[kind]}") from error
        except TransportError as error:
            raise self._status_error(int(error.status_code), _reason(error.info or error.error)) from error
        except OpenSearchException as error:
            raise self.failed(_words(error), _UNAVAILABLE) from error


class Conflict(StoreError):
    """Somebody else has written a document meanwhile."""


# What the driver, OpenSSL or the system says of a connection that failed; the first that is in it tells the kind.
_KINDS: Mapping[str, str] = {
    "certificate has expired": "expired",
    "certificate is not valid for": "name",
    "certificate_verify_failed": "tls",
    "wrong version number": "plain",
    "wrong_version_number": "plain",
    "record layer failure": "plain",
    "ssl": "handshake",
    "timeout": "timeout",
    "timed out": "timeout",
    "resolve": "host",
    "getaddrinfo": "host",
    "name or service": "host",
    "remotedisconnected": "hung up",
}


def _kind_of(error: NotReached) -> str:
    told = f"{type(error).__name__} {error.error} {error.info}".lower()
    return next((kind for words, kind in _KINDS.items() if words in told), "refused")


def _reason(error: Any) -> str:
    """Return why the cluster refused, of its JSON the innermost words, of a page of HTML that it is one."""
    if isinstance(error, dict):
        inner = error.get("error", error)
        if isinstance(inner, dict):
            causes = inner.get("root_cause") or [inner]
            return _words(causes[0].get("reason") or causes[0].get("type"))
        return _words(inner)
    text = str(error or "no reason given")
    return "a page of HTML" if text.lstrip().lower().startswith(("<!doctype", "<html")) else _words(text)


def _words(told: object) -> str:
    words = " ".join(str(told).split())
    return words if len(words) <= _KEPT_OF_A_REASON else f"{words[:_KEPT_OF_A_REASON]} …"
