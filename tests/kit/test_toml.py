"""What is written as TOML is read back as it was, whatever signs are in it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import toml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(lambda text: text.replace("\r", ""))
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers(-(2**62), 2**62),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["name", "steps", "materials"]), VALUES, max_size=3))
def test_table_is_read_back_as_it_was_written(pairs: dict[str, object]) -> None:
    written = {key: value for key, value in pairs.items() if not _has_lines_inside(value)}
    assert tomllib.loads(toml.table("matter", written)) == {"matter": [written]}


def _has_lines_inside(value: object) -> bool:
    """TOML 1.0 has no line breaks within an inline table."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    is_broken = isinstance(value, dict) and any("\n" in str(each) for each in value.values())
    return is_broken or any(_has_lines_inside(each) for each in inside)


@pytest.mark.parametrize(("text", "place"), [("a = 1\nb = [\n\n", "文件末尾"), ("a = 1\nb == 2", "第2行第4个字附近")])
def test_mistake_is_told_by_its_place(text: str, place: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as broken:
        tomllib.loads(text)
    assert place in toml.fault(broken.value)
