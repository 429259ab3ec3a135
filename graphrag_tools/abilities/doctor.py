"""Diagnose a model: its server, its facts, its abilities, what follows from them, and what is wrong."""

from importlib.metadata import PackageNotFoundError, version

from graphrag_tools.abilities.abilities import Abilities, abilities_of, remembered
from graphrag_tools.abilities.diagnosis import Consequences, ContextInUse, Diagnosis, IndexState, Server, usual_troubles
from graphrag_tools.abilities.probe import most_calls
from graphrag_tools.errors import GraphRAGToolsError, ModelError
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.ollama import (
    LoadedModel,
    OllamaAddress,
    load_model,
    loaded_model,
    ollama_address,
    server_version,
)
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.providers import is_free, names_no_model, split_model
from graphrag_tools.progress import Progress
from graphrag_tools.stores.place import IndexPlace, place_of
from graphrag_tools.text.redaction import without_credentials

_DEFAULTS = ModelOptions()
_QUICK = 10.0
_NO_CONTEXT_THERE = (
    "Context: the address is that of an Ollama server's OpenAI-compatible side, which cannot be told a context: its "
    "default (4,096 tokens) applies and what is longer is cut without a word. Use --model ollama:{name} instead."
)


def diagnose(
    model: str,
    options: ModelOptions = _DEFAULTS,
    index: str | IndexPlace | None = None,
    *,
    redo: bool = False,
    progress: Progress | None = None,
) -> Diagnosis:
    """Return what can be found out about a model, and about an index if one is given.

    Trouble is no exception: a server that is down or a model that is missing is reported as such. A hosted
    model is probed too, which costs up to `most_calls()` short calls, unless it was before; `redo`
    probes anew.

    Raises:
        ConfigError: The string names no model.
    """
    found = _diagnose_model(model, options, redo, progress)
    return found if index is None else _add_index(found, place_of(index))


def cost_note(model: str) -> str:
    """Return what probing a hosted model costs, in words; "" for one that costs nothing."""
    if is_free(model):
        return ""
    return f"Probing {model} takes up to {most_calls()} short calls, some 16,000 tokens in all, unless it was before."


def _diagnose_model(model: str, options: ModelOptions, redo: bool, progress: Progress | None) -> Diagnosis:
    if names_no_model(model):
        return Diagnosis(model="none", provider="none", follows=Consequences())
    provider, name = split_model(model)
    if provider == "ollama":
        return _diagnose_ollama(name, ollama_address(options.base_url, options.headers), options, redo, progress)
    found = Diagnosis(model=f"{provider}:{name}", provider=provider, server=_server(provider, options))
    try:
        opened = _open_model(model, options)
        shown = _add_model(found, opened, redo, progress)
    except GraphRAGToolsError as error:
        return _unusable(found, error)
    in_force = opened.context if provider == "gguf" else None
    context = ContextInUse(trained=opened.facts.trained_context, sent=opened.context, in_force=in_force)
    shown = _add_troubles(shown.model_copy(update={"context": context}))
    trouble = _no_context_there(name, provider, options)
    return shown.model_copy(update={"troubles": (*shown.troubles, *trouble)})


def _diagnose_ollama(
    name: str, address: OllamaAddress, options: ModelOptions, redo: bool, progress: Progress | None
) -> Diagnosis:
    found_version = server_version(address, min(options.timeout, _QUICK))
    server = Server(kind="Ollama", up=found_version is not None, url=address.url, version=found_version)
    found = Diagnosis(model=f"ollama:{name}", provider="ollama", server=server)
    try:
        opened = _open_model(f"ollama:{name}", options)
        with model_errors():
            before = loaded_model(address, name, opened.facts, min(options.timeout, _QUICK))
            shown = _add_model(found, opened, redo, progress)
            if opened.context:
                load_model(address, name, opened.context, options.timeout)
            after = loaded_model(address, name, opened.facts, min(options.timeout, _QUICK))
    except ConnectionError as error:
        return _unusable(found, ModelError(f"the Ollama server at {address.url} went away: {error}. Start it again."))
    except GraphRAGToolsError as error:
        return _unusable(found, error)
    context = ContextInUse(
        trained=opened.facts.trained_context,
        sent=opened.context,
        found=before.context if before else None,
        in_force=after.context if after else None,
    )
    return _add_troubles(shown.model_copy(update={"context": context, "gpu_share": _gpu_share(after)}))


def _open_model(model: str, options: ModelOptions) -> ChatModel:
    opened = open_chat_model(model, options=options)
    if opened is None:
        raise ModelError(f"{model}: names no model that can be opened.")
    return opened


def _add_model(found: Diagnosis, model: ChatModel, redo: bool, progress: Progress | None) -> Diagnosis:
    """Add what the model is and can do. Raises ModelError if its server fails while it is probed."""
    known = None if redo else remembered(model)
    # A hosted model is probed here although it is trusted elsewhere: that is what doctor was called for.
    abilities = known or abilities_of(model, redo=True, progress=progress)
    return found.model_copy(
        update={
            "model": model.name,
            "facts": model.facts,
            "claims_tools": model.claims_tools,
            "abilities": abilities,
            "remembered": known is not None,
            "follows": _consequences(abilities),
        }
    )


def _consequences(abilities: Abilities) -> Consequences:
    return Consequences(
        tool_mode=abilities.tool_mode,
        choices=abilities.choices,
        answers=abilities.answers,
        follow_ups="model" if abilities.resolves else "code",
    )


def _add_troubles(found: Diagnosis) -> Diagnosis:
    return found.model_copy(update={"troubles": (*found.troubles, *usual_troubles(found))})


def _unusable(found: Diagnosis, error: GraphRAGToolsError) -> Diagnosis:
    return found.model_copy(update={"usable": False, "troubles": (*found.troubles, str(error))})


def _server(provider: str, options: ModelOptions) -> Server:
    if provider != "gguf":
        return Server(kind=provider, up=True, url=options.base_url and without_credentials(options.base_url))
    try:
        return Server(kind="llama.cpp in this process (xllamacpp)", up=True, version=version("xllamacpp"))
    except PackageNotFoundError:
        return Server(kind="llama.cpp in this process (xllamacpp)", up=False)


def _gpu_share(loaded: LoadedModel | None) -> float | None:
    return loaded.on_gpu / loaded.size if loaded and loaded.size else None


def _no_context_there(name: str, provider: str, options: ModelOptions) -> tuple[str, ...]:
    """Return the trouble of an OpenAI-compatible address behind which Ollama answers."""
    address = (options.base_url or "").rstrip("/")
    if provider != "openai" or not address.endswith("/v1"):
        return ()
    behind = ollama_address(address.removesuffix("/v1"))
    return (_NO_CONTEXT_THERE.format(name=name),) if server_version(behind, _QUICK) else ()


def _add_index(found: Diagnosis, folder: IndexPlace) -> Diagnosis:
    from graphrag_tools.index.backends import open_backend
    from graphrag_tools.index.index import ManualIndex

    state = IndexState(folder=str(folder), opens=False)
    try:
        manifest = open_backend(folder).manifest()
        state = state.model_copy(
            update={
                "embeddings": manifest.embeddings.name,
                "dimension": manifest.embeddings.dimension,
                "manuals": tuple(info.id for info in manifest.manuals),
            }
        )
        # Opening embeds a sentence: it shows that the embeddings can be reached, and are those of the index.
        ManualIndex.open(folder).close()
    except GraphRAGToolsError as error:
        return _unusable(found.model_copy(update={"index": state}), error)
    return found.model_copy(update={"index": state.model_copy(update={"opens": True})})
