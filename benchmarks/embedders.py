"""Compare the kinds of embeddings on one manual: dimensions, speed, hits. Offline ones always run.

    python -m benchmarks.embedders MANUAL [EMBEDDINGS …]

Always wordllama; further strings as the command line takes them: ollama:NAME, onnx:FOLDER, PROVIDER:NAME. Questions
are those of people. MANUAL is larkfield, the sample, or s10 from ../shared/data. Intervals are 95%, by bootstrap.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.descriptions import found, interval, subjects
from graphrag_tools import ManualIndex
from graphrag_tools.embeddings import embed_texts, open_embeddings
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.search.records import block_records

TIMED = 500


def main() -> None:
    subject = next(found for found in subjects() if found.name == sys.argv[1])
    print(f"{subject.name}\n\n| embeddings | dimensions | blocks/s | H@1 | H@5 |\n|---|--:|--:|---|---|")
    for name in ("wordllama", *sys.argv[2:]):
        with tempfile.TemporaryDirectory() as folder:
            try:
                print(f"| {name} | {row(name, f'{subject.name}={subject.source}', subject.questions, Path(folder))} |")
            except GraphRAGToolsError as error:
                print(f"| {name} | not here: {error} | | | |")


def row(name: str, source: str, questions: Path, folder: Path) -> str:
    index = ManualIndex.build([source], folder, embeddings=name)
    blocks = [record.text for record in block_records(index.graph_of(f"{index.manuals[0].id}/"))][:TIMED]
    embedder = open_embeddings(name)
    started = time.perf_counter()
    vectors = embed_texts(embedder, blocks)
    speed = len(blocks) / (time.perf_counter() - started)
    asked = read_questions(questions)
    cells = [interval(found(index, asked, k)) for k in (1, 5)]
    index.close()
    return f"{len(vectors[0])} | {speed:.0f} | {' | '.join(cells)}"


if __name__ == "__main__":
    main()
