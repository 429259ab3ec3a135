"""Learn how owners ask, and write the changes of MiniLM's attention that texts and questions are read with (LoRA).

    pip install jax optax
    python -m benchmarks.learn_questions INDEXES --write FOLDER  # learn from the manuals that are for it
    python -m benchmarks.learn_questions INDEXES --folds 4       # try it: on each manual what the others taught
    python -m benchmarks.learn_questions INDEXES --held-back     # try what is installed, on manuals it was not taught

INDEXES is a folder with an index of each manual of `owners_questions/manuals.csv`, under its name, as `graphrag-tools
build` makes it; those that are missing are left out. The questions are this project's own; of the manuals only hashes
of their sections' paths are here, and where each is published. A question without a hash is none that its manual
answers, and is not learnt from.

It goes three steps, each of which takes some minutes on two cores, the second a quarter of an hour:

1. Questions alone learn, against texts as the published model reads them. This only finds, for each question, the
   passages of wrong sections that look most like an answer.
2. One set of changes for texts and questions alike: a question moves nearer to a passage that answers it than to such
   passages and to those that answer others. Half of these changes is kept: with all of them
   no more right places of manuals held back were among the first five, and of the questions of others fewer were
   answered.
3. Questions learn again, as in the first step, against texts as they are read now.

In the first and third a question moves nearer to the best passage of the section that answers it than to those of all
other sections of its manual (softmax over sections), and the mean cosine with all sections is held where it was, so
that a cosine goes on to mean what confidence takes it for. Titles are asked as well, so that the manual's own words
still find their sections.
"""

import argparse
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from safetensors.numpy import save

from benchmarks.minilm_in_jax import Changes, MiniLM, factors
from benchmarks.owners_asked import MOST_SECTIONS, Asked, asked_of, manuals_asked
from graphrag_tools.embeddings.low_rank import with_changes
from graphrag_tools.embeddings.minilm import MINILM, MINILM_FOR_QUESTIONS, PUBLISHED
from graphrag_tools.embeddings.sentence_model import SentenceEmbeddings, SentenceModel

SCALE, HOLD = 20.0, 200.0
"""What a cosine counts in the softmax, and the square of how far the mean cosine moves in the loss."""
RATE, EPOCHS, KEPT = 1e-3, 2, 0.5
_ALONE, _TOGETHER, _WRONG = 32, 16, 2
"""Questions of a batch where they learn alone, and together with texts, there with so many wrong passages each."""
_BEST, _LIKE_ANSWERS, _SEARCHED = 2, 8, 400
"""Passages of the right section, and sections like answers, that are drawn from; passages searched for these."""
_QUESTION_WIDTHS, _PASSAGE_WIDTHS, _PASSAGES = (16, 24, 40, 64), (48, 64, 96), 2048
"""Word pieces that batches are filled up to, and what the passages of a manual are filled up to a multiple of."""
Batch = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Learnt:
    """The model that reads texts and the one that reads questions, with what was learnt for each."""

    texts: SentenceModel
    questions: SentenceModel
    files: tuple[bytes, bytes] = (b"", b"")


def learn(manuals: Sequence[Asked]) -> Learnt:
    """Return what the questions to these manuals teach, in the three steps above."""
    asking = _changed(PUBLISHED, save(factors(_learn_alone(PUBLISHED, manuals))))
    together = _learn_together(manuals, asking)
    for_texts = save(factors({name: (down, KEPT * up) for name, (down, up) in together.items()}))
    texts = _changed(PUBLISHED, for_texts)
    for_questions = save(factors(_learn_alone(texts, manuals)))
    return Learnt(texts, _changed(texts, for_questions), (for_texts, for_questions))


def _changed(model: SentenceModel, changes: bytes) -> SentenceModel:
    name = f"{model.name}-{hashlib.sha256(changes).hexdigest()[:8]}"
    return replace(model, name=name, renamed=lambda weights: with_changes(model.renamed(weights), changes))


def _embedded(model: SentenceModel, texts: list[str]) -> np.ndarray:
    embedder = type("Embeddings", (SentenceEmbeddings,), {"model": model})()
    return np.array(embedder.embed_documents(texts), dtype=np.float32)


def best_by_section(questions: Any, passages: Any, sections: Any) -> Any:
    """Return each question's best cosine with each section, -inf where a number has no section."""
    return jax.ops.segment_max((questions @ passages.T).T, sections, num_segments=MOST_SECTIONS + 1)[:MOST_SECTIONS].T


def mean_of(scores: Any) -> Any:
    there = jnp.isfinite(scores)
    return jnp.where(there, scores, 0).sum(-1) / there.sum(-1)


def _learn_alone(model: SentenceModel, manuals: Sequence[Asked]) -> Changes:
    """Return changes for questions, against texts that the model reads."""
    minilm = MiniLM(model.open_weights())

    def loss(changes: Changes, batch: Batch) -> Any:
        pieces, passages, sections, right, means, counts = batch
        scores = best_by_section(minilm.vectors(changes, pieces), passages, sections)
        likely = jax.nn.log_softmax(jnp.where(jnp.isfinite(scores), scores * SCALE, -1e9))
        missed = -likely[jnp.arange(_ALONE), right]
        return ((missed + HOLD * (mean_of(scores) - means) ** 2) * counts).sum() / counts.sum()

    def batches_of(asked: Asked) -> Callable[[np.ndarray, np.random.Generator], Batch]:
        filling = -len(asked.passages) % _PASSAGES
        passages = np.pad(_embedded(model, asked.passages), ((0, filling), (0, 0)))
        sections = np.pad(asked.sections, (0, filling), constant_values=MOST_SECTIONS)
        means = np.asarray(mean_of(best_by_section(_embedded(model, asked.questions), passages, sections)))

        def batch(chosen: np.ndarray, _mixed: np.random.Generator) -> Batch:
            pieces = minilm.pieces([asked.questions[at] for at in chosen], _QUESTION_WIDTHS, _ALONE)
            filled = np.pad(chosen, (0, _ALONE - len(chosen)))
            return pieces, passages, sections, asked.right[filled], means[filled], _there(chosen, _ALONE)

        return batch

    made = [(len(asked.questions), batches_of(asked)) for asked in manuals]
    return _trained(minilm.unchanged(), loss, made, _ALONE)


def _learn_together(manuals: Sequence[Asked], asking: SentenceModel) -> Changes:
    """Return changes for texts and questions alike; `asking` is what reads questions to find wrong passages."""
    minilm = MiniLM(PUBLISHED.open_weights())
    own = np.arange(_TOGETHER)

    def loss(changes: Changes, batch: Batch) -> Any:
        questions, passages, right_too, counts = batch
        scores = minilm.vectors(changes, questions) @ minilm.vectors(changes, passages).T
        likely = jax.nn.log_softmax(jnp.where(right_too, -1e9, scores * SCALE))
        return -(likely[own, own] * counts).sum() / counts.sum()

    def batches_of(asked: Asked) -> Callable[[np.ndarray, np.random.Generator], Batch]:
        cosines = _embedded(asking, asked.questions) @ _embedded(PUBLISHED, asked.passages).T
        drawn_from = [_passages_for(asked, at, cosines[at]) for at in range(len(asked.questions))]
        count = _TOGETHER * (1 + _WRONG)

        def batch(chosen: np.ndarray, mixed: np.random.Generator) -> Batch:
            right = [int(mixed.choice(drawn_from[at][0])) for at in chosen]
            wrong = [
                int(one)
                for at in chosen
                for one in mixed.choice(drawn_from[at][1], min(_WRONG, len(drawn_from[at][1])), replace=False)
            ]
            drawn = right + wrong
            sections = np.pad(asked.sections[drawn], (0, count - len(drawn)), constant_values=-1)
            answering = np.pad(asked.right[chosen], (0, _TOGETHER - len(chosen)), constant_values=-2)
            # Another passage of the right section is no wrong answer, and a filling is none at all.
            right_too = (sections == answering[:, None]) & (np.arange(count) != own[:, None]) | (sections < 0)
            return (
                minilm.pieces([asked.questions[at] for at in chosen], _QUESTION_WIDTHS[:3], _TOGETHER),
                minilm.pieces([asked.passages[at] for at in drawn], _PASSAGE_WIDTHS, count),
                right_too,
                _there(chosen, _TOGETHER),
            )

        return batch

    made = [(len(asked.questions), batches_of(asked)) for asked in manuals]
    return _trained(minilm.unchanged(), loss, made, _TOGETHER)


def _passages_for(asked: Asked, question: int, cosines: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Return the best passages of the right section, and the best one of each section that looks like an answer."""
    of_right = np.flatnonzero(asked.sections == asked.right[question])
    best: dict[int, int] = {}
    for passage in np.argsort(-cosines)[:_SEARCHED]:
        best.setdefault(int(asked.sections[passage]), int(passage))
    best.pop(int(asked.right[question]), None)
    return of_right[np.argsort(-cosines[of_right])][:_BEST], list(best.values())[:_LIKE_ANSWERS]


def _there(chosen: np.ndarray, count: int) -> np.ndarray:
    """Return 1 for each question of a batch, 0 for what it is filled up with."""
    return (np.arange(count) < len(chosen)).astype(np.float32)


def _trained(
    changes: Changes,
    loss: Callable[[Changes, Batch], Any],
    manuals: Sequence[tuple[int, Callable[[np.ndarray, np.random.Generator], Batch]]],
    size: int,
) -> Changes:
    """Return the changes after all questions were asked EPOCHS times, in batches of one manual each."""
    mixed = np.random.default_rng(0)
    steps = EPOCHS * sum(-(-count // size) for count, _ in manuals)
    optimiser = optax.adamw(optax.warmup_cosine_decay_schedule(0, RATE, steps // 10, steps), weight_decay=0)
    state = optimiser.init(changes)

    @jax.jit
    def step(changes: Changes, state: Any, batch: Batch) -> tuple[Changes, Any]:
        updates, state = optimiser.update(jax.grad(loss)(changes, batch), state, changes)
        return optax.apply_updates(changes, updates), state

    for _ in range(EPOCHS):
        for made, chosen in _mixed_batches(manuals, size, mixed):
            changes, state = step(changes, state, made(chosen, mixed))
    return changes


def _mixed_batches(manuals: Sequence[tuple[int, Any]], size: int, mixed: np.random.Generator) -> Iterator[Any]:
    batches = [
        (made, order[start : start + size])
        for count, made in manuals
        for order in [mixed.permutation(count)]
        for start in range(0, count, size)
    ]
    yield from (batches[at] for at in mixed.permutation(len(batches)))


def ranks(learnt: Learnt, asked: Asked) -> np.ndarray:
    """Return for each question of owners how many sections stand before the right one, by the cosine alone."""
    questions = _embedded(learnt.questions, asked.questions[: asked.by_owners])
    scores = np.asarray(best_by_section(questions, _embedded(learnt.texts, asked.passages), asked.sections))
    right = asked.right[: asked.by_owners]
    return np.asarray((scores > scores[np.arange(len(right)), right][:, None]).sum(1))


def try_installed(manuals: dict[str, Asked]) -> None:
    """Print hits at 1 and 5 with the model as published, and with what is installed."""
    installed = Learnt(MINILM, MINILM_FOR_QUESTIONS)
    _print_gain({name: (ranks(_PUBLISHED, asked), ranks(installed, asked)) for name, asked in manuals.items()})


def try_out(manuals: dict[str, Asked], folds: int) -> None:
    """Print hits at 1 and 5 before and after, each manual by what those of other folds taught."""
    order = np.random.default_rng(0).permutation(sorted(manuals))
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for fold in range(folds):
        held_back = set(order[fold::folds])
        learnt = learn([asked for name, asked in manuals.items() if name not in held_back])
        found |= {name: (ranks(_PUBLISHED, manuals[name]), ranks(learnt, manuals[name])) for name in held_back}
    _print_gain(found)


_PUBLISHED = Learnt(PUBLISHED, PUBLISHED)


def _print_gain(found: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    for name in (names := sorted(found)):
        before, after = found[name]
        print(f"| {name} | {len(before)} | {_hits(before)} | {_hits(after)} |")
    count, mixed = np.array([len(found[name][0]) for name in names]), np.random.default_rng(1)
    drawn = [mixed.integers(0, len(names), len(names)) for _ in range(2_000)]
    for at in (1, 5):
        hits = [np.array([(found[name][number] < at).sum() for name in names]) for number in (0, 1)]
        gained = hits[1] - hits[0]
        low, high = np.quantile([gained[one].sum() / count[one].sum() for one in drawn], [0.025, 0.975])
        shares = [hit.sum() / count.sum() for hit in (*hits, gained)]
        print("hits at {}: {:.3f} -> {:.3f}, {:+.3f} [{:+.3f}, {:+.3f}]".format(at, *shares, low, high))


def _hits(found: np.ndarray) -> str:
    return " / ".join(f"{(found < at).mean():.2f}" for at in (1, 5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("indexes", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    parser.add_argument("--held-back", action="store_true")
    options = parser.parse_args()
    names = manuals_asked(learnt_from=not options.held_back)
    manuals = {name: asked_of(name, options.indexes / name) for name in names if (options.indexes / name).is_dir()}
    if not manuals:
        parser.error(f"{options.indexes}: has no index of these manuals: {', '.join(names)}")
    print(f"{len(manuals)} of {len(names)} manuals have an index")
    if options.held_back:
        try_installed(manuals)
    elif options.folds:
        try_out(manuals, options.folds)
    elif options.write:
        for name, content in zip(("texts", "questions"), learn(list(manuals.values())).files, strict=True):
            (options.write / f"learnt_for_{name}.safetensors").write_bytes(content)


if __name__ == "__main__":
    main()
