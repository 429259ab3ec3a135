import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.tool_calling.lenient_json import LenientReader, Read

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


def nested(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(nested, inner), default=0) if isinstance(value, dict | list) else 0


@given(st.dictionaries(st.text(), values, max_size=4))
def test_json_is_read_as_json(value: dict[str, object]) -> None:
    if nested(value) <= 10:
        text = json.dumps(value)
        assert LenientReader(text).read(0) == Read(json.loads(text), len(text))


@given(st.text(alphabet="{}[]\"'\\,: abc1.<|`\n", max_size=200))
def test_no_text_crashes(text: str) -> None:
    for position in range(len(text) + 1):
        read = LenientReader(text).read(position)
        assert read is None or position <= read.end <= len(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'a': True, 'b': None,}", {"a": True, "b": None}),
        ("{a: 1 , b: -2.5}", {"a": 1, "b": -2.5}),
        ("{“a”: “b”}", {"a": "b"}),
        ("{'q': 'what's up'}", {"q": "what's up"}),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}),
        ('{"a": battery life}', {"a": "battery life"}),
        ('{"a": [1, {"b": 2', {"a": [1, {"b": 2}]}),
        ('{"a": 1, "b": "cut of', {"a": 1}),
        ('{"a": {"b": 1}</tool_call>', {"a": {"b": 1}}),
        ('{"a": 1e999}', {"a": "1e999"}),
    ],
)
def test_what_models_write_instead_of_json(text: str, value: object) -> None:
    read = LenientReader(text).read(0)
    assert read is not None
    assert read.value == value


def test_number_of_too_many_digits_stays_text() -> None:
    read = LenientReader("9" * 5_000).read(0)
    assert read is not None
    assert read.value == "9" * 5_000


@pytest.mark.parametrize("text", ["", "}", '{"a" 1}', "{1: 2}", "[" * 50])
def test_what_is_no_value_is_none(text: str) -> None:
    assert LenientReader(text).read(0) is None


def test_budget_ends_all_reading() -> None:
    reader = LenientReader('["a" b' * 2_000)
    while not reader.exhausted:
        reader.read(0)
    assert reader.read(1) is None
