"""One worker's library follows what is published: from the shipped one on, within a second, whatever the database does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from kit import migrate
from kit.db import Database
from kit.live import Watch
from knowledge import entries, shipped
from knowledge.content import Content, Kind
from knowledge.entries import SHIPPED
from knowledge.keeper import Keeper
from knowledge.library import Library
from knowledge.model import Finding
from tests.databases import MariaDb
from tests.knowledge.conftest import TODAY
from tests.knowledge.entry_builders import LEAD, PARKING, a_published, parking

ASK = "大厅停车收费吗"
NOT_FREE = "要钱，每小时两元。"
GENEROUS = 5.0  # seconds; people are promised one, a busy machine may take more
QUESTIONS = [
    "个体户一个月卖9万要交增值税吗",
    "新能源车要交购置税吗",
    "财政部 税务总局公告2026年第10号讲什么",
    "食品经营许可证要带什么材料",
    "退税",
    "发票丢了怎么办",
    "大厅里能给手机充电吗",
    "怎么给猫办护照",
    "",
]


def told(library: Library, on: date = TODAY) -> tuple[str, str]:
    """(entry id, text) of what is said to the one question of these tests; empty where it is not answered."""
    found = library.find(ASK, on)
    return (found.entry_id, found.text) if found.kind == "answer" else ("", "")


def everything(library: Library) -> dict[str, Finding]:
    return {asked: library.find(asked, TODAY) for asked in QUESTIONS}


async def plant_all(db: Database, now: datetime, *more: tuple[Kind, str, Content]) -> None:
    """The shipped library and more, at once."""
    await db.transact(entries.plant, [*shipped.rows(), *more], SHIPPED, now)


async def until(is_so: Callable[[], bool], seconds: float = GENEROUS) -> bool:
    began_at = time.monotonic()
    while not is_so() and time.monotonic() - began_at < seconds:  # noqa: ASYNC110 (a person asks again and again)
        await asyncio.sleep(0.02)
    return is_so()


async def all_say(keepers: Iterable[Keeper], words: str) -> bool:
    """Whether before long each of them answers the question with these words; "": does not answer it."""
    libraries = list(keepers)
    return await until(lambda: all(words in said if words else not said for said in map(text_of, libraries)))


def text_of(keeper: Keeper) -> str:
    return told(keeper.library)[1]


async def following(db: Database, library: Library) -> tuple[Keeper, Watch]:
    """A worker's keeper that has caught up, and the watch that wakes it."""
    keeper = Keeper(library)
    await keeper.catch_up(db)
    watch = Watch(db)

    async def reload() -> None:
        keeper.refresh(db, lambda: None)

    watch.hang(entries.VERSION, reload)
    await watch.start()
    return keeper, watch


@pytest.fixture
async def workers(
    db: Database, database_url: str, library: Library, now: datetime
) -> AsyncIterator[tuple[Keeper, Keeper]]:
    """The keepers of two workers that follow, each with a database of its own; the shipped library is planted."""
    await plant_all(db, now)
    databases = [await Database(database_url).open() for _ in range(2)]
    pairs = [await following(each, library) for each in databases]
    yield pairs[0][0], pairs[1][0]
    for keeper, watch in pairs:
        await watch.stop()
        await keeper.stop()
    for each in databases:
        await each.close()


@pytest.fixture(params=["sqlite", "mariadb"])
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of each kind that no other test uses: it may be broken."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'own.db'}"
    if request.param == "mariadb":
        server: MariaDb = request.getfixturevalue("mariadb")
        server.run("DROP DATABASE IF EXISTS bangban_own")
        url = server.url("bangban_own")
    migrate.upgrade(url)
    return url


async def test_before_anything_is_planted_the_shipped_library_answers(db: Database, library: Library) -> None:
    keeper = Keeper(library)
    assert not await keeper.catch_up(db)
    assert keeper.library is library
    assert keeper.library.find(QUESTIONS[0], TODAY).entry_id == "vat-threshold"


async def test_what_is_planted_answers_like_what_is_shipped(db: Database, library: Library, now: datetime) -> None:
    await plant_all(db, now)
    keeper = Keeper(library)
    assert await keeper.catch_up(db)
    assert keeper.library is not library
    assert everything(keeper.library) == everything(library)
    assert dict(keeper.library.shelf.contents) == dict(library.shelf.contents)


async def test_catching_up_again_makes_nothing_anew(db: Database, library: Library, now: datetime) -> None:
    await plant_all(db, now)
    keeper = Keeper(library)
    await keeper.catch_up(db)
    before = keeper.library
    assert not await keeper.catch_up(db)
    assert keeper.library is before


async def test_published_edit_is_answered_by_every_worker(
    workers: tuple[Keeper, Keeper], db: Database, now: datetime
) -> None:
    assert [told(keeper.library) for keeper in workers] == [("", ""), ("", "")]
    for content in (PARKING, parking(NOT_FREE)):
        await db.transact(a_published, "parking", content, now)
        assert await all_say(workers, content["answer"])
    assert [keeper.library.find(QUESTIONS[0], TODAY).entry_id for keeper in workers] == ["vat-threshold"] * 2


async def test_edits_one_after_another_end_in_the_last_one(
    workers: tuple[Keeper, Keeper], db: Database, now: datetime
) -> None:
    for number in range(8):
        await db.transact(a_published, "parking", parking(f"第{number}号停车场。"), now)
    assert await all_say(workers, "第7号停车场")
    await asyncio.sleep(0.3)
    assert ["第7号停车场" in text_of(keeper) for keeper in workers] == [True, True]


async def test_draft_is_answered_by_nobody(workers: tuple[Keeper, Keeper], db: Database, now: datetime) -> None:
    await db.transact(a_published, "parking", PARKING, now)
    assert await all_say(workers, PARKING["answer"])
    await db.transact(entries.draft, "entry", "parking", parking(NOT_FREE), LEAD, now)
    await asyncio.sleep(1)
    assert [NOT_FREE in text_of(keeper) for keeper in workers] == [False, False]


async def test_what_is_retired_is_answered_no_more(workers: tuple[Keeper, Keeper], db: Database, now: datetime) -> None:
    await db.transact(a_published, "parking", PARKING, now)
    assert await all_say(workers, PARKING["answer"])
    await db.transact(entries.retire, "entry", "parking", LEAD, now)
    assert await all_say(workers, "")


async def rename(db: Database, name: str, becomes: str) -> None:
    async with db.tx() as tx:
        await tx.run(text(f"ALTER TABLE {name} RENAME TO {becomes}"))


async def test_database_that_fails_is_tried_again_and_the_old_answers_stay(
    own_url: str, library: Library, now: datetime
) -> None:
    db = await Database(own_url).open()
    try:
        await plant_all(db, now, ("entry", "parking", PARKING))
        keeper, swapped = Keeper(library), list[str]()
        await keeper.catch_up(db)
        await db.transact(a_published, "parking", parking(NOT_FREE), now)
        await rename(db, "knowledge_items", "elsewhere")
        keeper.refresh(db, lambda: swapped.append(text_of(keeper)))
        await asyncio.sleep(1.5)
        assert (PARKING["answer"] in text_of(keeper), swapped) == (True, [])
        await rename(db, "elsewhere", "knowledge_items")
        assert await all_say([keeper], NOT_FREE)
        assert await until(lambda: bool(swapped))
        await keeper.stop()
    finally:
        await db.close()


async def test_answers_given_before_are_dropped_only_when_the_library_is_new(
    db: Database, library: Library, now: datetime
) -> None:
    await plant_all(db, now)
    keeper, seen = Keeper(library), list[str]()
    await keeper.catch_up(db)
    keeper.refresh(db, lambda: seen.append(told(keeper.library)[1]))
    await asyncio.sleep(0.5)
    assert seen == []
    await db.transact(a_published, "parking", PARKING, now)
    keeper.refresh(db, lambda: seen.append(told(keeper.library)[1]))
    assert await until(lambda: len(seen) == 1)
    assert PARKING["answer"] in seen[0], "whoever drops old answers finds the new library in its place"
    await keeper.stop()


async def test_answering_goes_on_while_the_library_is_made_anew(db: Database, library: Library, now: datetime) -> None:
    await plant_all(db, now)
    keeper = Keeper(library)
    catching_up = asyncio.create_task(keeper.catch_up(db))
    longest, last = 0.0, time.monotonic()
    while not catching_up.done():
        await asyncio.sleep(0.001)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert await catching_up
    assert longest < 0.5


@pytest.mark.parametrize(
    ("on", "is_told"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
async def test_answer_is_given_on_its_days_only(
    db: Database, library: Library, now: datetime, on: date, is_told: bool
) -> None:
    await plant_all(db, now)
    december = PARKING | {"valid_from": "2026-12-01", "valid_to": "2026-12-31"}
    await db.transact(a_published, "parking", december, now)
    keeper = Keeper(library)
    await keeper.catch_up(db)
    assert (PARKING["answer"] in told(keeper.library, on)[1]) is is_told
