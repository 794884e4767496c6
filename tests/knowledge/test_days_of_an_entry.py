"""An entry that has days is told of those days only, its first and its last among them: a plain answer, one tied to a
matter, and a matter's own entry alike.
"""

from datetime import date, datetime

import pytest

from kit.db import Database
from knowledge.content import Content
from knowledge.keeper import Keeper
from knowledge.library import Library
from knowledge.model import Finding
from tests.knowledge.conftest import TODAY, day
from tests.knowledge.entry_builders import a_published

RESIDENCE = "matter/residence-permit"
ASKED = "办居住证有住宿补贴吗"
SAYS = "补三百元，到二楼领。"
SUBSIDY: Content = {"question": "办居住证有住宿补贴吗？", "answer": SAYS, "matter": "residence-permit"}
DECEMBER = {"valid_from": "2026-12-01", "valid_to": "2026-12-31"}
DAYS = [
    (date(2026, 11, 30), False),
    (date(2026, 12, 1), True),
    (date(2026, 12, 31), True),
    (date(2027, 1, 1), False),
]
LONG_BEFORE, LONG_AFTER = date(2001, 1, 1), date(2099, 1, 1)


def holding(library: Library, entry_id: str, content: Content) -> Library:
    """The library with one more entry, or another content for one it has."""
    return library.with_contents({**library.shelf.contents, ("entry", entry_id): content})


@pytest.fixture(scope="module")
def dated(library: Library) -> Library:
    return holding(library, "subsidy", SUBSIDY | DECEMBER)


@pytest.fixture(scope="module")
def matter_of_december(library: Library) -> Library:
    return holding(library, RESIDENCE, library.shelf.contents["entry", RESIDENCE] | DECEMBER)


def is_told(found: Finding) -> bool:
    assert (found.kind == "answer") is (SAYS in found.text), found
    return found.kind == "answer"


@pytest.mark.parametrize(("on", "holds"), DAYS)
def test_answer_tied_to_a_matter_is_given_on_its_days_only(dated: Library, on: date, holds: bool) -> None:
    assert is_told(dated.find(ASKED, on)) is holds
    assert is_told(dated.entry("subsidy", on)) is holds


@pytest.mark.parametrize(("on", "holds"), DAYS)
def test_day_that_is_asked_about_counts_and_not_today(dated: Library, on: date, holds: bool) -> None:
    about = day(on.isoformat())
    assert is_told(dated.find(ASKED, TODAY, about)) is holds
    assert is_told(dated.entry("subsidy", date(2026, 12, 15), about)) is holds


def test_out_of_its_days_it_is_said_plainly_and_left_to_a_person(dated: Library) -> None:
    found = dated.find(ASKED, date(2027, 1, 1))
    assert (found.kind, found.entry_id, found.needs_person) == ("person", "subsidy", True)
    assert found.valid == (date(2026, 12, 1), date(2026, 12, 31))
    assert found.text.startswith("您问的是2027年1月1日的事。那时的规定我手头没有核实过的文件，不敢乱说")
    assert dated.entry("subsidy", TODAY, day("2027-01-01")).on == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("content", "on", "holds"),
    [
        (SUBSIDY, LONG_BEFORE, True),
        (SUBSIDY, LONG_AFTER, True),
        (SUBSIDY | {"valid_from": "2026-12-01"}, LONG_BEFORE, False),
        (SUBSIDY | {"valid_from": "2026-12-01"}, LONG_AFTER, True),
        (SUBSIDY | {"valid_to": "2026-12-31"}, LONG_BEFORE, True),
        (SUBSIDY | {"valid_to": "2026-12-31"}, LONG_AFTER, False),
    ],
)
def test_side_without_a_day_is_open(library: Library, content: Content, on: date, holds: bool) -> None:
    assert is_told(holding(library, "subsidy", content).find(ASKED, on)) is holds


@pytest.mark.parametrize(("on", "holds"), DAYS)
@pytest.mark.parametrize("aspect", ["", "/materials", "/where"])
def test_matter_itself_may_have_days(matter_of_december: Library, on: date, holds: bool, aspect: str) -> None:
    assert (matter_of_december.entry(RESIDENCE + aspect, on).kind == "answer") is holds
    assert (matter_of_december.find("居住证要带什么材料", on).kind == "answer") is holds


@pytest.mark.parametrize(("on", "holds"), DAYS)
def test_what_may_not_be_told_is_not_offered(dated: Library, on: date, holds: bool) -> None:
    found = dated.find("住房有没有补助", on)
    assert found.kind == ("suggest" if holds else "unknown")
    assert ("subsidy" in dict(found.suggestions)) is holds


@pytest.mark.parametrize(("on", "holds"), DAYS)
def test_choice_we_ask_back_with_leaves_out_what_may_not_be_told(library: Library, on: date, holds: bool) -> None:
    refund = "matter/tax-refund-overpaid"
    dated = holding(library, refund, library.shelf.contents["entry", refund] | DECEMBER)
    found = dated.find("退税", on)
    assert (found.kind, f"{refund}/general" in dict(found.suggestions)) == ("ask_back", holds)


@pytest.mark.parametrize(
    ("on", "says"), [(date(2026, 12, 31), SAYS), (date(2027, 1, 1), "补五百元。"), (date(2027, 6, 1), "补五百元。")]
)
def test_of_two_years_answers_the_one_that_holds_is_given(dated: Library, on: date, says: str) -> None:
    both = holding(dated, "subsidy-2027", SUBSIDY | {"answer": "补五百元。", "valid_from": "2027-01-01"})
    found = both.find(ASKED, on)
    assert (found.kind, found.text.partition("\n")[0]) == ("answer", says)
    near = both.find("居住证有住宿补贴吗", on)
    assert near.entry_id == found.entry_id or found.entry_id in dict(near.suggestions)


@pytest.mark.parametrize("entry_id", ["subsidy", "subsidy/materials"])
def test_picked_suggestion_of_a_matter_answers_whatever_its_id(library: Library, entry_id: str) -> None:
    content = SUBSIDY if entry_id == "subsidy" else SUBSIDY | {"answer": ""}
    found = holding(library, "subsidy", content).entry(entry_id, TODAY)
    assert (found.kind, found.entry_id, found.matter) == ("answer", entry_id, "residence-permit")


async def test_published_answer_tied_to_a_matter_has_its_days(db: Database, library: Library, now: datetime) -> None:
    await db.transact(a_published, "subsidy", SUBSIDY | DECEMBER, now)
    keeper = Keeper(library)
    await keeper.catch_up(db)
    assert [is_told(keeper.library.find(ASKED, on)) for on, _ in DAYS] == [holds for _, holds in DAYS]
