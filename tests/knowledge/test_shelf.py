"""A shelf made from the one before is the one that would be made anew."""

import pytest

from knowledge.library import Library
from knowledge.shelf import Shelf, read_contents

ENTRY, POLICY = ("entry", "simple-cancel-notice"), ("policy", "vat-2026-small-scale-threshold")


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Library.load().shelf


@pytest.mark.parametrize(
    ("key", "field", "text"),
    [(ENTRY, "answer", "改过的答案。"), (POLICY, "valid_to", "2026-11-30")],
    ids=["of an entry", "of a policy, which every entry on it is read by"],
)
def test_an_edit_is_read_as_if_all_were_read_anew(shelf: Shelf, key: tuple[str, str], field: str, text: str) -> None:
    contents = {**shelf.contents, key: {**shelf.contents[key], field: text}}  # type: ignore[index]
    edited, (_, topics, matters) = shelf.with_contents(contents), read_contents(contents)  # type: ignore[arg-type]
    assert (edited.topics, edited.matters) == (topics, matters)
    assert edited.topics != shelf.topics


def test_what_is_taken_away_is_gone_and_the_rest_is_the_same_object(shelf: Shelf) -> None:
    contents = {key: row for key, row in shelf.contents.items() if key != ENTRY}
    fewer = shelf.with_contents(contents)
    assert fewer.topics.keys() == shelf.topics.keys() - {ENTRY[1]}
    assert all(fewer.topics[key] is shelf.topics[key] for key in fewer.topics)
