"""Agencies and life events: entered, changed, found in a sentence; made only of what is there."""

from dataclasses import replace
from datetime import time

import pytest

from hall.matters import agencies, life_events
from hall.matters import service as matters
from hall.matters.matching import named_in
from hall.matters.model import (
    Agency,
    AgencyNotFound,
    Audience,
    BadEntry,
    Codes,
    LifeEvent,
    LifeEventNotFound,
    Matter,
    Place,
    Question,
)
from kit.db import Database
from tests.hall.builders import HALL, a_group, a_hall, a_matter

OFFICE = Agency("market", HALL.id, "区市场监督管理局", ("市监局", "工商局"))
SHOP = LifeEvent("shop", HALL.id, "开一家小店", Audience.SOLE_TRADER, ("开店",), ("licence",))


@pytest.fixture
async def matter(db: Database) -> Matter:
    async with db.tx() as tx:
        await a_hall(tx)
        return await a_matter(tx, await a_group(tx))


async def test_matter_keeps_everything_that_is_entered(db: Database, matter: Matter) -> None:
    whole = replace(
        matter,
        codes=Codes("000131001000", "11211302MB0000000X", None),
        agency_id="market",
        audiences=(Audience.COMPANY, Audience.SOLE_TRADER),
        conditions=("有固定的经营场所",),
        fee_basis="《示例收费办法》",
        places=(Place("街道窗口", "示例路1号", None),),
        questions=(Question("多久有效？", "5年"), Question("能代办吗？")),
        to_confirm=("承诺时限",),
        is_typical=False,
    )
    await db.transact(matters.set_matter, whole)
    assert await db.consult(matters.matter, HALL.id, matter.id) == whole
    other = replace(whole, id="other")
    await db.transact(matters.set_matter, other)
    assert await db.consult(matters.catalogue, HALL.id) == (whole, other)


async def test_agency_is_entered_and_changed(db: Database, matter: Matter) -> None:
    known = replace(OFFICE, phone="0421-0000000", hours=((time(9), time(12)),))
    async with db.tx() as tx:
        await agencies.set_agency(tx, OFFICE)
        assert await agencies.agency(tx, HALL.id, "market") == OFFICE
        await agencies.set_agency(tx, known)
    async with db.read() as tx:
        assert await agencies.agencies(tx, HALL.id) == (known,)
        with pytest.raises(AgencyNotFound):
            await agencies.agency(tx, HALL.id, "none")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "名称要写"),
        ({"phone": "1" * 65}, "电话最多64个字"),
        ({"hours": ((time(12), time(9)),)}, "先开后关"),
    ],
)
async def test_agency_that_cannot_be_is_refused(db: Database, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(BadEntry, match=said):
        await db.transact(agencies.set_agency, replace(OFFICE, **wrong))


async def test_life_event_is_made_of_matters_that_are_there(db: Database, matter: Matter) -> None:
    await db.transact(life_events.set_event, SHOP, {matter.id})
    assert await db.consult(life_events.events, HALL.id) == (SHOP,)
    for wrong in (("licence", "none"), (), ("licence", "licence")):
        with pytest.raises(BadEntry):
            await db.transact(life_events.set_event, replace(SHOP, matters=wrong), {matter.id})
    await db.transact(life_events.drop, HALL.id, SHOP.id)
    assert await db.consult(life_events.events, HALL.id) == ()
    with pytest.raises(LifeEventNotFound):
        await db.transact(life_events.drop, HALL.id, SHOP.id)


async def test_life_events_asked_for_most_come_first(db: Database, matter: Matter) -> None:
    wanted = [replace(SHOP, id="z", position=1), replace(SHOP, id="y", position=2), replace(SHOP, id="a")]
    async with db.tx() as tx:
        for event in reversed(wanted):
            await life_events.set_event(tx, event, {matter.id})
    assert list(await db.consult(life_events.events, HALL.id)) == wanted


def test_life_event_leaves_out_what_the_hall_no_longer_has() -> None:
    assert life_events.matters_of(SHOP, ()) == ()


def test_the_longest_name_in_a_sentence_is_meant() -> None:
    restaurant = replace(SHOP, id="food", name="开饭店", aliases=("开店卖饭",))
    assert named_in((SHOP, restaurant), "我想开店卖饭都要办哪些事") == restaurant
    assert named_in((SHOP, restaurant), "今天下雨") is None


async def test_withdrawn_matter_stands_in_no_catalogue_but_what_was_begun_finds_it(
    db: Database, matter: Matter
) -> None:
    gone = replace(matter, is_withdrawn=True)
    await db.transact(matters.set_matter, gone)
    async with db.read() as tx:
        assert await matters.catalogue(tx, HALL.id) == ()
        assert await matters.catalogue(tx, HALL.id, with_withdrawn=True) == (gone,)
        assert await matters.matter(tx, HALL.id, matter.id) == gone
