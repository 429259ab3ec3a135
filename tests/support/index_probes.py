"""What an index answers, asked in a process of its own: a crash ends that one and not the test."""

import contextlib
import logging
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from support.processes import HANG_SECONDS

from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex

QUESTIONS = ("How long does the battery last?", "make the letters bigger", "quiet hours")


def answers_of(index: ManualIndex) -> list[str]:
    """The items that an index finds for a few questions on the sample manual."""
    return [hit.item_id for question in QUESTIONS for hit in index.search(question)]


def _probe(folders: list[Path], answers: Connection) -> None:
    """Open the index in each folder, ask it everything once, and send what it answers or the error's name."""
    logging.disable()
    embeddings = WordLlamaEmbeddings()
    for folder in folders:
        try:
            index = ManualIndex.open(folder, embeddings)
            found = answers_of(index)
            for item in found:
                index.graph_of(item).ancestors(item)
            index.resolve("Battery")
            index.close()
        except GraphRAGToolsError as error:
            answers.send(type(error).__name__)
        except BaseException as error:  # noqa: BLE001
            answers.send(repr(error))
        else:
            answers.send(found)


def probed_answers(forks: ForkServerContext, folders: list[Path]) -> list[object]:
    """What a process of its own answers from each folder; less where it dies."""
    receiving, sending = forks.Pipe(duplex=False)
    process = forks.Process(target=_probe, args=(folders, sending))
    process.start()
    sending.close()
    found: list[object] = []
    with contextlib.suppress(EOFError):
        found.extend(receiving.recv() for _ in folders)
    process.join(HANG_SECONDS)
    receiving.close()
    return found if process.exitcode == 0 else [*found, f"the process died with {process.exitcode}"]


def answers_in(folder: Path) -> list[str]:
    """The same of the index in a folder."""
    index = ManualIndex.open(folder)
    found = answers_of(index)
    index.close()
    return found
