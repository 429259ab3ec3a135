"""A question all of whose words stand together in the manual is not said to be none of it."""

from pathlib import Path

from langchain_core.embeddings import Embeddings

from graphrag_tools.index import ManualIndex
from graphrag_tools.search.confidence import Thresholds

LAMP = "# Lampe\n" + "".join(
    f"## Teil {name}\nDer Dämmerungssensor sitzt hier am Rand, und dort steht {name}.\n\n" for name in "ABCDEFG"
)


class Far(Embeddings):
    """Vectors to which no question is near to any text."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0, 0.0, 0.1 * (len(text) % 3)] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [0.0, 1.0, 0.1 * (len(text) % 3)]


def test_all_words_of_a_question_in_one_place_are_a_reason_to_look_there(tmp_path: Path) -> None:
    (tmp_path / "lampe.md").write_text(LAMP, encoding="utf-8")
    index = ManualIndex.build([tmp_path / "lampe.md"], tmp_path / "index", embeddings=Far())

    def standing(question: str) -> str:
        return Thresholds().standing(index.confidence(index.search(question)))

    assert standing("Was ist der Dämmerungssensor?") == "unsure"
    assert standing("Was ist der Dämmerungssensor eines Flugzeugs?") == "not_in_manual"
