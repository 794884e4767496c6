"""Editors who type at the same moment each have an index made, in threads, over one vocabulary."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest

from knowledge.index import Index, Vocabulary
from knowledge.library import Library
from knowledge.model import Entry

AT_ONCE = 6


@pytest.fixture
def vocabulary() -> Iterator[Vocabulary]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield Vocabulary(Library.load().shelf.search.index.vocabulary.lexicon)
    sys.setswitchinterval(before)


def mixes_up(vocabulary: Any) -> bool:
    """After each has read words that nobody had before: whether some number is two tokens', or of another kind."""

    def build(editor: int) -> Index:
        typed = (chr(0x4E00 + editor * 400 + n) + chr(0x6E00 + editor * 400 + n) for n in range(300))
        return Index.build([Entry(f"e{n}", text) for n, text in enumerate(typed)], vocabulary)

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(build, range(AT_ONCE)))
    except IndexError:
        return True
    told = [(number, kind) for kind, known in enumerate(vocabulary._numbers) for number in known.values()]
    return sorted(told) != list(enumerate(vocabulary._kinds))


def test_what_editors_type_at_once_mixes_up_no_words(vocabulary: Vocabulary) -> None:
    assert not mixes_up(vocabulary)
    assert len(vocabulary) > AT_ONCE * 300


def test_control_without_the_guard_words_are_mixed_up(vocabulary: Vocabulary) -> None:
    vocabulary.growing = nullcontext()  # type: ignore[assignment]
    assert mixes_up(vocabulary)
