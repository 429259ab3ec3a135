"""Learn how owners ask, and write what MiniLM reads questions with: changes of low rank to its attention (LoRA).

    pip install jax optax
    python -m benchmarks.learn_questions INDEXES --folds 4       # try it: on each manual what the others taught
    python -m benchmarks.learn_questions INDEXES --write FILE    # learn from all of them
    python -m benchmarks.learn_questions INDEXES --held-back     # try what is installed, on manuals it was not taught

INDEXES is a folder with an index of each manual of `owners_questions/manuals.csv`, under its name, as `graphrag-tools
build` makes it. The questions are this project's own; of the manuals only hashes of their sections' paths are here.

Texts keep their vectors, so that indexes stay as they are. A question moves nearer to the best passage of the section
that answers it than to those of all other sections of its manual (softmax over sections). Titles are asked as well, so
that the manual's own words still find their sections, and the mean cosine with all sections is held where it was, so
that a cosine goes on to mean what confidence takes it for.
"""

import argparse
import csv
import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from safetensors.numpy import save_file

from graphrag_tools import ManualIndex
from graphrag_tools.embeddings.low_rank import DOWN, UP
from graphrag_tools.embeddings.minilm import MINILM, MiniLMEmbeddings
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.search.records import passage_records

QUESTIONS = Path(__file__).with_name("owners_questions")
SCALE, HOLD = 20.0, 200.0
"""What a cosine counts in the softmax, and the square of how far the mean cosine moves in the loss."""
RANK, RATE, EPOCHS, BATCH = 8, 1e-3, 2, 32
_SECTIONS, _TITLES = 450, 30
"""Sections of a manual that stand against the right one, and titles of it that are asked, at most."""
_PIECES, _PASSAGES = (16, 24, 40, 64), 2048
"""Batches are filled up to one of these many word pieces, and to a multiple of passages: few shapes to compile."""
_ASKS = (
    "How do I {}?",
    "How to {}?",
    "What is {}?",
    "{}",
    "Where do I find {}?",
    "What does {} do?",
    "tell me about {}",
)
_LAYERS, _HEADS, _WIDTH = MINILM.built.layers, MINILM.built.heads, MINILM.built.dimension
_LEARNT = [
    f"encoder.layer.{layer}.attention.self.{part}.weight" for layer in range(_LAYERS) for part in ("query", "value")
]
Changes = dict[str, Any]
Batch = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions to one manual, owners' first and then titles, each with the number of the section that answers.

    `passages` are vectors, `sections` the number of each one's section; filled up with passages of no section.
    """

    questions: list[str]
    right: np.ndarray
    by_owners: int
    passages: np.ndarray
    sections: np.ndarray
    means: np.ndarray
    """Each question's mean cosine with all sections before anything is learnt."""


def path_hash(path: Sequence[str]) -> str:
    return hashlib.sha256(" > ".join(path).encode()).hexdigest()[:16]


def asked_of(name: str, folder: Path) -> Asked:
    """Read a manual's questions, and embed the sections that answer them and some that do not."""
    with closing(ManualIndex.open(folder)) as index:
        sections = index.sections()
        records = [
            (RecordKey.parse(one.key).section, one.text) for one in passage_records(index.graph_of(sections[0].id))
        ]
    by_hash = {path_hash(section.path): section.id for section in reversed(sections)}
    with (QUESTIONS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        asked = [
            (row["question"], by_hash[row["section"]]) for row in csv.DictReader(file) if row["section"] in by_hash
        ]
    right = sorted({section for _, section in asked})
    others = sorted({section for section, _ in records} - set(right))
    random.Random(3).shuffle(others)
    number = {section: at for at, section in enumerate([*right, *others][:_SECTIONS])}
    titles = [(title, section) for title, section in _titles(sections) if section in number][:_TITLES]
    passages = [(text, number[section]) for section, text in records if section in number]
    filling = -len(passages) % _PASSAGES
    embedder = MiniLMEmbeddings()
    vectors = np.array(embedder.embed_documents([text for text, _ in passages]), dtype=np.float32)
    read_as_texts = np.array(embedder.embed_documents([question for question, _ in asked + titles]), dtype=np.float32)
    vectors = np.pad(vectors, ((0, filling), (0, 0)))
    of_sections = np.pad(np.array([at for _, at in passages]), (0, filling), constant_values=_SECTIONS)
    means = mean_of(best_by_section(read_as_texts, vectors, of_sections))
    right_ones = np.array([number[section] for _, section in asked + titles])
    return Asked([text for text, _ in asked + titles], right_ones, len(asked), vectors, of_sections, np.asarray(means))


def _titles(sections: Sequence[MenuItem]) -> list[tuple[str, str]]:
    """Return titles that one section alone has, asked in one way or another, in a mixed order."""
    mixed = random.Random(5)
    count = Counter(section.name for section in sections)
    alone = [section for section in sections if count[section.name] == 1 and 3 < len(section.name) < 60]
    mixed.shuffle(alone)
    return [(mixed.choice(_ASKS).format(section.name), section.id) for section in alone]


def best_by_section(questions: Any, passages: Any, sections: Any) -> Any:
    """Return each question's best cosine with each section, -inf where a number has no section."""
    return jax.ops.segment_max((questions @ passages.T).T, sections, num_segments=_SECTIONS + 1)[:_SECTIONS].T


def mean_of(scores: Any) -> Any:
    there = jnp.isfinite(scores)
    return jnp.where(there, scores, 0).sum(-1) / there.sum(-1)


class Reader:
    """MiniLM in float32 with changes that can be learnt."""

    def __init__(self) -> None:
        self._weights = {name: jnp.asarray(values) for name, values in MINILM.open_weights().items()}
        self._tokenizer = MINILM.open_tokenizer()
        self._tokenizer.enable_truncation(_PIECES[-1])

    def unchanged(self) -> Changes:
        keys = jax.random.split(jax.random.key(0), len(_LEARNT))
        return {
            name: (jax.random.normal(key, (_WIDTH, RANK)) / np.sqrt(_WIDTH), jnp.zeros((RANK, _WIDTH)))
            for name, key in zip(_LEARNT, keys, strict=True)
        }

    def batch(self, asked: Asked, chosen: np.ndarray) -> Batch:
        """Return some questions in word pieces, with what they are held against; filled up with the first one."""
        pieces = [self._tokenizer.encode(asked.questions[at]).ids for at in chosen]
        width = next(width for width in _PIECES if max(map(len, pieces)) <= width)
        ids, mask = np.zeros((BATCH, width), np.int32), np.zeros((BATCH, width), np.float32)
        mask[:, 0] = 1
        for row, found in enumerate(pieces):
            ids[row, : len(found)], mask[row, : len(found)] = found, 1
        filled = np.pad(chosen, (0, BATCH - len(chosen)))
        counts = (np.arange(BATCH) < len(chosen)).astype(np.float32)
        against = {"passages": asked.passages, "sections": asked.sections}
        return {
            "ids": ids,
            "mask": mask,
            "right": asked.right[filled],
            "means": asked.means[filled],
            "counts": counts,
        } | against

    def scores(self, changes: Changes, batch: Batch) -> Any:
        return best_by_section(
            self._vectors(changes, batch["ids"], batch["mask"]), batch["passages"], batch["sections"]
        )

    def loss(self, changes: Changes, batch: Batch) -> Any:
        scores = self.scores(changes, batch)
        likely = jax.nn.log_softmax(jnp.where(jnp.isfinite(scores), scores * SCALE, -1e9))
        missed = -likely[jnp.arange(BATCH), batch["right"]]
        moved = mean_of(scores) - batch["means"]
        return ((missed + HOLD * moved**2) * batch["counts"]).sum() / batch["counts"].sum()

    def _vectors(self, changes: Changes, ids: Any, mask: Any) -> Any:
        weights = self._weights
        places = weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        rows = self._normalised("embeddings.LayerNorm", weights["embeddings.word_embeddings.weight"][ids] + places)
        unseen = (1 - mask)[:, None, None, :] * -1e9
        for layer in range(_LAYERS):
            rows = self._layer(f"encoder.layer.{layer}", changes, rows, unseen)
        total = (rows * mask[:, :, None]).sum(1)
        return total / jnp.linalg.norm(total, axis=-1, keepdims=True)

    def _layer(self, name: str, changes: Changes, rows: Any, unseen: Any) -> Any:
        count, width, _ = rows.shape
        query, key, value = (
            self._product(f"{name}.attention.self.{part}", changes, rows)
            .reshape(count, width, _HEADS, -1)
            .swapaxes(1, 2)
            for part in ("query", "key", "value")
        )
        shares = jax.nn.softmax(query @ key.swapaxes(2, 3) / np.sqrt(_WIDTH // _HEADS) + unseen)
        taken = (shares @ value).swapaxes(1, 2).reshape(count, width, _WIDTH)
        rows = self._normalised(
            f"{name}.attention.output.LayerNorm", rows + self._product(f"{name}.attention.output.dense", changes, taken)
        )
        wide = jax.nn.gelu(self._product(f"{name}.intermediate.dense", changes, rows), approximate=False)
        return self._normalised(f"{name}.output.LayerNorm", rows + self._product(f"{name}.output.dense", changes, wide))

    def _product(self, name: str, changes: Changes, rows: Any) -> Any:
        product = rows @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        if f"{name}.weight" in changes:
            down, up = changes[f"{name}.weight"]
            product += rows @ down @ up
        return product

    def _normalised(self, name: str, rows: Any) -> Any:
        return (
            jax.nn.standardize(rows, epsilon=MINILM.built.epsilon) * self._weights[f"{name}.weight"]
            + self._weights[f"{name}.bias"]
        )


def learnt(reader: Reader, manuals: Sequence[Asked]) -> Changes:
    """Return the changes that the questions to these manuals teach."""
    changes, mixed = reader.unchanged(), np.random.default_rng(0)
    steps = EPOCHS * sum(-(-len(asked.questions) // BATCH) for asked in manuals)
    optimiser = optax.adamw(optax.warmup_cosine_decay_schedule(0, RATE, steps // 10, steps), weight_decay=0)
    state = optimiser.init(changes)

    @jax.jit
    def step(changes: Changes, state: Any, batch: Batch) -> tuple[Changes, Any]:
        updates, state = optimiser.update(jax.grad(reader.loss)(changes, batch), state, changes)
        return optax.apply_updates(changes, updates), state

    for _ in range(EPOCHS):
        batches = [(asked, chosen) for asked in manuals for chosen in _parts(mixed.permutation(len(asked.questions)))]
        for at in mixed.permutation(len(batches)):
            changes, state = step(changes, state, reader.batch(*batches[at]))
    return changes


def _parts(order: np.ndarray) -> list[np.ndarray]:
    return [order[start : start + BATCH] for start in range(0, len(order), BATCH)]


def ranks(reader: Reader, changes: Changes, asked: Asked) -> np.ndarray:
    """Return for each question of owners how many sections stand before the right one."""
    scores = jax.jit(reader.scores)
    parts = _parts(np.arange(asked.by_owners))
    rows = [np.asarray(scores(changes, reader.batch(asked, chosen)))[: len(chosen)] for chosen in parts]
    return _before_right(np.concatenate(rows), asked)


def _before_right(scores: np.ndarray, asked: Asked) -> np.ndarray:
    right = asked.right[: asked.by_owners]
    return (scores > scores[np.arange(len(right)), right][:, None]).sum(1)


def try_installed(manuals: dict[str, Asked]) -> None:
    """Print hits at 1 and 5 by cosine alone, with questions read as texts and as they are read."""
    before, after = {}, {}
    embedder = MiniLMEmbeddings()
    for name, asked in manuals.items():
        questions = asked.questions[: asked.by_owners]
        as_texts, as_questions = embedder.embed_documents(questions), [embedder.embed_query(one) for one in questions]
        before[name], after[name] = (
            _before_right(np.asarray(best_by_section(np.array(read), asked.passages, asked.sections)), asked)
            for read in (as_texts, as_questions)
        )
    _print_gain(before, after)


def try_out(reader: Reader, manuals: dict[str, Asked], folds: int) -> None:
    """Print hits at 1 and 5 by cosine alone, before and after, each manual by what those of other folds taught."""
    order = np.random.default_rng(0).permutation(sorted(manuals))
    before, after = {}, {}
    for fold in range(folds):
        held_back = set(order[fold::folds])
        changes = learnt(reader, [asked for name, asked in manuals.items() if name not in held_back])
        for name in sorted(held_back):
            before[name], after[name] = (ranks(reader, one, manuals[name]) for one in (reader.unchanged(), changes))
    _print_gain(before, after)


def _print_gain(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> None:
    for name in (names := sorted(before)):
        print(f"| {name} | {len(before[name])} | {_hits(before[name])} | {_hits(after[name])} |")
    count, mixed = np.array([len(before[name]) for name in names]), np.random.default_rng(1)
    drawn = [mixed.integers(0, len(names), len(names)) for _ in range(2_000)]
    for at in (1, 5):
        hits = [np.array([(found[name] < at).sum() for name in names]) for found in (before, after)]
        gained = hits[1] - hits[0]
        low, high = np.quantile([gained[one].sum() / count[one].sum() for one in drawn], [0.025, 0.975])
        shares = [found.sum() / count.sum() for found in (*hits, gained)]
        print("hits at {}: {:.3f} -> {:.3f}, {:+.3f} [{:+.3f}, {:+.3f}]".format(at, *shares, low, high))


def _hits(found: np.ndarray) -> str:
    return " / ".join(f"{(found < at).mean():.2f}" for at in (1, 5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("indexes", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--held-back", action="store_true")
    options = parser.parse_args()
    learnt_from = "no" if options.held_back else "yes"
    with (QUESTIONS / "manuals.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["learnt"] == learnt_from]
    manuals, reader = {name: asked_of(name, options.indexes / name) for name in names}, Reader()
    if options.held_back:
        try_installed(manuals)
    elif options.folds:
        try_out(reader, manuals, options.folds)
    elif options.write:
        factors = {
            f"{name}{end}": np.asarray(factor, dtype=np.float16)
            for name, both in learnt(reader, list(manuals.values())).items()
            for end, factor in zip((DOWN, UP), both, strict=True)
        }
        save_file(factors, options.write)


if __name__ == "__main__":
    main()
