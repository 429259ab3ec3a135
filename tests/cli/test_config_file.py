"""The config file: what it gives each command, and how a mistake in it is said."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from graphrag_tools.cli.settings import CONFIG_NAME, Known, Setting, find_config, read_config
from graphrag_tools.errors import ConfigError

TEXT = Annotated[str, Field(strict=True)]
INDEX = Setting("index", "index", TEXT, is_path=True)
MODEL = Setting("model", "model", TEXT)
MODELS = Setting("model", "model", list[TEXT], many=True)
MODE = Setting("tool-mode", "tool_mode", Literal["auto", "schema"])
CONTEXT = Setting("context", "context", Annotated[int, Field(strict=True, ge=256)])
SHARE = Setting("share", "share", Annotated[float, Field(strict=True, ge=0, le=1)])
REDO = Setting("redo", "redo", Annotated[bool, Field(strict=True)])
SHARED = {setting.key: setting for setting in (INDEX, MODEL, MODE, CONTEXT)}
KNOWN = Known(
    SHARED,
    {
        "ask": SHARED | {"share": SHARE},
        "eval": {"index": INDEX, "model": MODELS},
        "doctor": {"model": MODEL, "redo": REDO},
    },
)


def read(folder: Path, text: str) -> dict[str, dict[str, Any]]:
    file = folder / CONFIG_NAME
    file.write_text(text, encoding="utf-8")
    return read_config(file, KNOWN)


def test_the_top_holds_for_every_command_that_has_the_option(tmp_path: Path) -> None:
    found = read(tmp_path, 'tool-mode = "schema"\ncontext = 512\nmodel = "none"')
    assert found["ask"] == {"tool_mode": "schema", "context": 512, "model": "none"}
    assert found["doctor"] == {"model": "none"}


def test_a_table_goes_before_the_top(tmp_path: Path) -> None:
    found = read(tmp_path, 'model = "small"\n[doctor]\nmodel = "large"\nredo = true')
    assert found["doctor"] == {"model": "large", "redo": True}
    assert found["ask"] == {"model": "small"}


def test_an_option_that_takes_several_takes_one_or_a_list(tmp_path: Path) -> None:
    assert read(tmp_path, 'model = "a"')["eval"] == {"model": ["a"]}
    assert read(tmp_path, '[eval]\nmodel = "a"')["eval"] == {"model": ["a"]}
    assert read(tmp_path, '[eval]\nmodel = ["a", "b"]')["eval"] == {"model": ["a", "b"]}


def test_a_whole_number_is_a_share_too(tmp_path: Path) -> None:
    assert read(tmp_path, "[ask]\nshare = 0")["ask"] == {"share": 0}


def test_an_address_is_no_path_of_that_folder(tmp_path: Path) -> None:
    address = "postgresql://desk@db.example.org/chats"
    assert read(tmp_path, f'index = "{address}"')["ask"]["index"] == address


def test_a_relative_path_is_taken_from_the_folder_of_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, 'index = "my/index"')["ask"]["index"] == str(tmp_path / "my" / "index")
    assert read(tmp_path, 'index = "/my/index"')["ask"]["index"] == "/my/index"
    assert read(tmp_path, 'index = "~/index"')["ask"]["index"] == str(Path.home() / "index")


def test_an_empty_file_sets_nothing(tmp_path: Path) -> None:
    assert not any(read(tmp_path, "").values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\n# words\nmodle = "x"', "line 3: modle is not known here; did you mean model?"),
        ('tool_mode = "auto"', "line 1: tool_mode is not known here; did you mean tool-mode?"),
        (
            "zzz = 1",
            "line 1: zzz is not known here; expected one of ask, context, doctor, eval, index, model, tool-mode.",
        ),
        ("share = 0.5", "line 1: share is not known here; it belongs to [ask]."),
        ("[doctor]\nrdo = true", "line 2: doctor.rdo is not known here; did you mean redo?"),
        ("[chat]\nthread = 'me'", "line 1: chat is not known here; "),
        ('context = "big"', "line 1: context is 'big'; expected a valid integer."),
        ("context = 12", "line 1: context is 12; expected a number greater than or equal to 256."),
        ("context = true", "line 1: context is True; expected a valid integer."),
        ("model = 3", "line 1: model is 3; expected a valid string."),
        ('model = ["a", "b"]', "line 1: model is ['a', 'b']; expected a valid string."),
        ('tool-mode = "fast"', "line 1: tool-mode is 'fast'; expected 'auto' or 'schema'."),
        ("index = 3", "line 1: index is 3; expected a valid string."),
        ('context = 512\n\n[ask]\n"share" = 2', "line 4: ask.share is 2; expected a number less than or equal to 1."),
        ("[doctor]\nredo = 'yes'", "line 2: doctor.redo is 'yes'; expected a valid boolean."),
        ("doctor.redo = 1", "line 1: doctor.redo is 1; expected a valid boolean."),
        ("[eval]\nmodel = [1]", "line 2: eval.model is [1]; expected a valid string."),
        ("ask = 3", "line 1: ask is 3; expected a table [ask] of its options."),
        ("model = x", "is not TOML: Invalid value (at line 1, column 9)"),
    ],
)
def test_a_mistake_is_said_with_file_line_and_what_is_expected(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as failed:
        read(tmp_path, text)
    assert str(tmp_path / CONFIG_NAME) in str(failed.value)
    assert said in str(failed.value)


def test_a_key_is_looked_for_in_its_own_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 5: doctor\.model is 3"):
        read(tmp_path, '[ask]\nmodel = "a"\n\n[doctor]\nmodel = 3')


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere.toml: cannot be read as a config file \(No such file"):
        read_config(tmp_path / "nowhere.toml", KNOWN)
    (tmp_path / CONFIG_NAME).write_bytes(b'model = "\xff"')
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        read_config(tmp_path / CONFIG_NAME, KNOWN)


def test_the_file_is_found_in_its_folder_alone(tmp_path: Path) -> None:
    assert find_config(tmp_path) is None
    (tmp_path / CONFIG_NAME).write_text("")
    (tmp_path / "below").mkdir()
    assert find_config(tmp_path) == tmp_path / CONFIG_NAME
    assert find_config(tmp_path / "below") is None
