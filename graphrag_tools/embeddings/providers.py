"""The table of embeddings: each prefix with how its embeddings are opened, and what tells their weights.

Another kind of embeddings is one row more here, and a file of its own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphrag_tools.embeddings.calls import is_provider_error
from graphrag_tools.embeddings.scale import CosineScale
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.text.language import ENGLISH

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from graphrag_tools.embeddings.sentence_model import SentenceModel

DEFAULT_EMBEDDINGS = "wordllama"
"""The embeddings of every installation; `default_embeddings` prefers what is better where it is installed."""
_PATIENCE_SECONDS = 10.0
_SCALE_OF_E5 = CosineScale(related=0.915, unrelated=0.793, spread=0.0195)
"""Of the steepest ones that with everyday questions on English manuals leave .85 of the answers right, and of what has
no answer at most .10 answered. By what is measured of any embeddings these would be shy: .92 and .05."""
_ENGLISH_MODEL = re.compile(r"[-_](?:en|english)(?:$|[-_.:])|(?<!multilingual-)minilm-l\d+|all-minilm", re.IGNORECASE)
"""Models that say in their names that they know English: bge-small-en-v1.5, all-minilm."""


def _no_revision(_model: str) -> None:
    """Only the fingerprint tells these weights from others."""


@dataclass(frozen=True, slots=True)
class EmbeddingsProvider:
    """One kind of embeddings; both functions take what stands after the colon, "" where the form has none."""

    form: str
    """The string that names them, as help and errors show it: "wordllama", "ollama:NAME"."""
    open: Callable[[str], "Embeddings"]
    """Raises ModelError or ConfigError where a file or a package is missing; asks no server yet."""
    revision: Callable[[str], str | None] = _no_revision
    """Returns what changes when the weights do, without embedding; None where that cannot be told."""
    is_local: bool = True
    """Whether texts stay with this machine, or the server that its user set, and nothing is fetched."""
    english: bool = False
    """Whether they were made from English text alone, whatever the model."""
    as_minilm: bool = False
    """Whether their cosines are known to be on minilm's scale, so that it need not be measured."""
    scale: CosineScale | None = None
    """That of their cosines, where it was fitted and need not be measured."""
    note: str = ""
    """What is said of them after their name, where that helps to choose."""

    @property
    def takes_model(self) -> bool:
        """Whether a model must be named after a colon."""
        return ":" in self.form


def _open_wordllama(_model: str) -> "Embeddings":
    from graphrag_tools.embeddings.wordllama import WordLlamaEmbeddings

    return WordLlamaEmbeddings()


def _wordllama_revision(_model: str) -> str:
    from graphrag_tools.embeddings.wordllama import installed_revision

    return installed_revision()


def _open_minilm(_model: str) -> "Embeddings":
    from graphrag_tools.embeddings.minilm import MiniLMEmbeddings

    return MiniLMEmbeddings()


def _minilm_revision(_model: str) -> str:
    from graphrag_tools.embeddings.minilm import MINILM

    return MINILM.revision()


def _open_mpnet(_model: str) -> "Embeddings":
    from graphrag_tools.embeddings.mpnet import MPNetEmbeddings

    return MPNetEmbeddings()


def _mpnet_revision(_model: str) -> str:
    from graphrag_tools.embeddings.mpnet import MPNET

    return MPNET.revision()


def _open_multilingual_e5(_model: str) -> "Embeddings":
    from graphrag_tools.embeddings.multilingual_e5 import MultilingualE5Embeddings

    return MultilingualE5Embeddings()


def _multilingual_e5_revision(_model: str) -> str:
    from graphrag_tools.embeddings.multilingual_e5 import MULTILINGUAL_E5

    return MULTILINGUAL_E5.revision()


def _open_ollama(model: str) -> "Embeddings":
    from graphrag_tools.embeddings.ollama import OllamaTextEmbeddings

    return OllamaTextEmbeddings(model)


def _ollama_digest(model: str) -> str | None:
    import httpx
    import ollama

    from graphrag_tools.models.ollama import ollama_address, shown_model

    try:
        return shown_model(ollama_address(), model, _PATIENCE_SECONDS).digest or None
    except (ModelError, httpx.HTTPError, ollama.ResponseError):
        return None


def _open_onnx(folder: str) -> "Embeddings":
    from graphrag_tools.embeddings.onnx import OnnxEmbeddings

    return OnnxEmbeddings(folder)


def _open_fastembed(model: str) -> "Embeddings":
    from graphrag_tools.embeddings.fastembed import FastEmbedEmbeddings

    return FastEmbedEmbeddings(model)


PROVIDERS = {
    row.form.partition(":")[0]: row
    for row in (
        EmbeddingsProvider(
            "wordllama",
            _open_wordllama,
            revision=_wordllama_revision,
            english=True,
            as_minilm=True,
            note="quick, by single words. minilm also understands other words than the manual's",
        ),
        EmbeddingsProvider(
            "minilm",
            _open_minilm,
            revision=_minilm_revision,
            english=True,
            as_minilm=True,
            note="questions in other words than the manual's are understood. wordllama builds many times faster.",
        ),
        EmbeddingsProvider(
            "mpnet",
            _open_mpnet,
            revision=_mpnet_revision,
            english=True,
            as_minilm=True,
            note="finds more than minilm, and takes many times as long to build.",
        ),
        EmbeddingsProvider(
            "multilingual-e5",
            _open_multilingual_e5,
            revision=_multilingual_e5_revision,
            scale=_SCALE_OF_E5,
            note="manuals and questions in some hundred languages. For English alone minilm finds more.",
        ),
        EmbeddingsProvider("ollama:NAME", _open_ollama, revision=_ollama_digest),
        EmbeddingsProvider("onnx:FOLDER", _open_onnx),
        EmbeddingsProvider("fastembed:NAME", _open_fastembed, is_local=False),
    )
}
"""The embeddings of our own, by prefix; every other prefix is a provider of LangChain's."""
FORMS = f"{', '.join(row.form for row in PROVIDERS.values())} or another PROVIDER:NAME"
"""Every string that opens embeddings, in words."""


def can_be_opened(name: str) -> bool:
    """Whether a name that an index holds opens its embeddings, and is not that of an object of the user's own."""
    return ":" in name or _row(name) is not None


def is_local(name: str) -> bool:
    """Whether the embeddings of a name run here: no text leaves this machine for them, and nothing is fetched."""
    row = _row(name)
    return row is not None and row.is_local


def default_embeddings(language: str = ENGLISH) -> str:
    """Return the best of what is installed for a language (ISO 639-1), without loading anything.

    "multilingual-e5" for any language but English, else "minilm", each where its weights and their runtime are
    installed, else "wordllama".
    """
    from graphrag_tools.embeddings import minilm, multilingual_e5

    if language != ENGLISH and multilingual_e5.is_available():
        return "multilingual-e5"
    return "minilm" if minilm.is_available() else DEFAULT_EMBEDDINGS


def open_embeddings(name: str | None = None) -> "Embeddings":
    """Return the embeddings that a string names, those of `default_embeddings` for None.

    "wordllama"; "minilm", "mpnet" and "multilingual-e5", whose weights are packages; "ollama:NAME", at OLLAMA_HOST;
    "onnx:FOLDER", a model on this disk; "fastembed:NAME", fetched when first used; or any other PROVIDER:NAME of
    LangChain's init_embeddings ("openai:…", "huggingface:…"). Only the last two may cut a long text without a word.

    Raises:
        ConfigError: The string is empty or names a provider that LangChain does not know, or minilm, mpnet,
            multilingual-e5 or fastembed is not installed.
        ModelError: The provider's package is not installed, its set-up failed, or the folder lacks a file.
    """
    chosen = default_embeddings() if name is None else name
    row = _row(chosen)
    return row.open(_model(chosen)) if row else _open_with_langchain(chosen)


def own_embeddings(given: "Embeddings") -> "Embeddings":
    """Return an object that a user gave as embeddings, which need not be of LangChain's class.

    Raises:
        ConfigError: It is none.
    """
    if isinstance(given, type) or not all(hasattr(given, way) for way in ("embed_documents", "embed_query")):
        what = f"the class {given.__name__}" if isinstance(given, type) else f"of the type {type(given).__name__}"
        raise ConfigError(
            f"embeddings are {what}; expected {FORMS}, or an object that has embed_documents and embed_query, as "
            "LangChain's Embeddings have."
        )
    return given


def weights_revision(name: str) -> str | None:
    """Return what changes when the weights behind a name do; None where that cannot be told without embedding."""
    row = _row(name)
    return row.revision(_model(name)) if row else None


def is_english_only(name: str) -> bool:
    """Whether the embeddings of this name know English alone, as far as the name tells."""
    row = _row(name)
    return bool(row and row.english) or _ENGLISH_MODEL.search(name) is not None


def has_minilms_scale(name: str) -> bool:
    """Whether the cosines of embeddings with this name are known to be on minilm's scale."""
    row = _row(name)
    return row is not None and row.as_minilm


def fitted_scale(name: str) -> CosineScale | None:
    """Return the scale of the cosines of embeddings with this name, where one was fitted."""
    row = _row(name)
    return row.scale if row else None


def embeddings_note(name: str) -> str:
    """Return one sentence on the embeddings of an index, and on what minilm or wordllama in their place would give."""
    row = _row(name)
    if row is None or not row.note:
        return name
    if name != DEFAULT_EMBEDDINGS:
        return f"{name}: {row.note}"
    from graphrag_tools.embeddings.minilm import MINILM

    return f"{name}: {row.note}; {_way_to(MINILM)}"


def way_to_multilingual() -> str:
    """Return what to do for embeddings that know other languages than English."""
    from graphrag_tools.embeddings.multilingual_e5 import MULTILINGUAL_E5

    return _way_to(MULTILINGUAL_E5)


def _way_to(model: "SentenceModel") -> str:
    missing = " && ".join(model.missing_parts())
    return f"install it with: {missing}" if missing else f"it is installed: build with --embeddings {model.prefix}"


def _row(name: str) -> EmbeddingsProvider | None:
    """Return the row that a string has in the table; None for a provider of LangChain's, and for no name at all."""
    prefix, colon, model = name.partition(":")
    row = PROVIDERS.get(prefix)
    fits = row is not None and (bool(model) if row.takes_model else not colon)
    return row if fits else None


def _model(name: str) -> str:
    return name.partition(":")[2]


def _open_with_langchain(name: str) -> "Embeddings":
    if ":" not in name:
        raise ConfigError(f"embeddings {name!r}: there are none of this name. Expected {FORMS}.")
    from langchain.embeddings import init_embeddings

    try:
        return init_embeddings(name)
    except ImportError as error:
        raise ModelError(f"embeddings {name!r}: {error}") from error
    except ValueError as error:
        raise ConfigError(f"embeddings {name!r}: {error} Expected {FORMS}.") from error
    except Exception as error:
        if not is_provider_error(error):
            raise
        raise ModelError(f"embeddings {name!r}: {error}") from error
