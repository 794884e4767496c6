"""Wrong guesses are counted exactly, however many come at once and whichever worker they come to."""

from datetime import timedelta

from kit import guesses
from kit.db import Database, Tx
from kit.errors import NotFound, Problem
from kit.guesses import NUMBER, SOURCE, TooManyGuesses, Try
from tests.hall.builders import MONDAY, at_once

GUESSER = guesses.tries(["address 203.0.113.9"], "ST20261123000180")


async def wrong() -> str:
    raise NotFound()


async def guess(tx: Tx) -> str | Problem:
    return await guesses.guarded(tx, GUESSER, MONDAY, wrong, NotFound)


async def unguarded(tx: Tx) -> str | Problem:
    """Looks first and counts afterwards, as one would without `hold`: nothing is there yet to be counted up."""
    if (early := await guesses.early(tx, GUESSER, MONDAY)) is not None:
        return early
    try:
        return await wrong()
    except NotFound as refusal:
        await guesses.count(tx, GUESSER, MONDAY)
        return refusal


async def test_of_forty_guesses_at_once_six_are_looked_at(db: Database) -> None:
    told = await at_once(db, *(db.transact(guess) for _ in range(40)))
    assert [type(one) for one in told].count(NotFound) == SOURCE.free + 1
    assert [type(one) for one in told].count(TooManyGuesses) == 40 - SOURCE.free - 1


async def test_control_who_does_not_hold_the_count_looks_at_all_of_them(db: Database) -> None:
    told = await at_once(db, *(db.transact(unguarded) for _ in range(40)))
    assert [type(one) for one in told].count(NotFound) == 40


async def test_of_forty_tries_at_once_six_are_judged_where_a_try_is_counted_first(db: Database) -> None:
    told = await at_once(db, *(db.transact(guesses.spend, GUESSER, MONDAY) for _ in range(40)))
    assert told.count(None) == SOURCE.free + 1
    assert [type(one) for one in told].count(TooManyGuesses) == 40 - SOURCE.free - 1


async def test_try_that_was_right_is_taken_back_and_the_others_stay(db: Database) -> None:
    source = GUESSER[0]
    for _ in range(SOURCE.free):
        assert await db.transact(guesses.spend, [source], MONDAY) is None
    for _ in range(3):
        assert await db.transact(guesses.spend, [source], MONDAY) is None
        await db.transact(guesses.take_back, source)
    assert await db.transact(guesses.spend, [source], MONDAY) is None
    assert await db.transact(guesses.spend, [source], MONDAY) is not None
    await db.transact(guesses.forgive, source)
    assert await db.transact(guesses.spend, [source], MONDAY) is None


async def test_what_is_right_is_given_and_forgives_nothing(db: Database) -> None:
    async def right() -> str:
        return "open"

    for _ in range(SOURCE.free):
        await db.transact(guess)
    assert await db.transact(guesses.guarded, GUESSER, MONDAY, right, NotFound) == "open"
    await db.transact(guess)
    refused = await db.transact(guesses.guarded, GUESSER, MONDAY, right, NotFound)
    assert isinstance(refused, TooManyGuesses)
    assert refused.details == {"retry_after_seconds": 1}
    later = MONDAY + timedelta(seconds=1)
    assert await db.transact(guesses.guarded, GUESSER, later, right, NotFound) == "open"


def test_what_is_kept_names_neither_who_nor_what() -> None:
    marks = [one.mark for one in GUESSER]
    assert [len(mark) for mark in marks] == [32, 32]
    assert Try(NUMBER, "a").mark != Try(SOURCE, "a").mark
