"""Fills the sample hall. Running it again changes nothing; on a later day it adds the slots that are new."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from cli import sample_cases, sample_guide, sample_ratings
from hall.appointments import service as appointments
from hall.appointments import slots
from hall.appointments.model import Form, Request
from hall.citizens import service as citizens
from hall.matters import service as matters
from hall.matters.model import Group, Matter
from hall.places import service as places
from hall.places.model import Counter, Hall, HallNotFound
from kit.clock import instant_at, say_day
from kit.db import Database, Tx

HERE = Path(__file__).resolve().parent
SAMPLE = "示例"  # who planned the slots
MATTERS = HERE.parent / "knowledge" / "data" / "matters.toml"


@dataclass(frozen=True, slots=True)
class Sample:
    """What sample.toml and matters.toml say."""

    plan: dict[str, Any]
    matters: list[dict[str, Any]]

    @property
    def hall(self) -> Hall:
        written = self.plan["hall"]
        hours = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in written["hours"])
        return Hall(written["id"], written["name"], None, None, hours, is_sample=True)


def read() -> Sample:
    return Sample(
        tomllib.loads((HERE / "sample.toml").read_text("utf-8")),
        tomllib.loads(MATTERS.read_text("utf-8"))["matter"],
    )


def catalogue(sample: Sample, groups: Sequence[Group]) -> tuple[Matter, ...]:
    """Every matter of matters.toml, in the group its theme belongs to, with the words people use for it."""
    return sample_guide.catalogue(sample.plan, sample.matters, groups)


async def fill(db: Database, now: datetime) -> list[str]:
    """Lines that say what was done, with the numbers and query codes of the sample cases."""
    sample = read()
    said = [await db.transact(_found, sample)]
    said.append(await db.transact(sample_guide.fill, sample.plan, sample.matters, sample.hall.id, now))
    said += await db.transact(_open_slots, sample, now)
    said.append("下面是示例办件，可以用“进度 编号 查询码”来查：")
    for written in sample.plan["case"]:
        said.append(await db.transact(sample_cases.enter, sample.hall.id, written))
    codes = {written["body"]: written["code"] for written in sample.plan["case"]}
    for written in sample.plan["rating"]:
        await db.transact(sample_ratings.say, sample.hall.id, codes, written)
    return said


async def _found(tx: Tx, sample: Sample) -> str:
    hall = sample.hall
    try:
        await places.hall(tx, hall.id)
    except HallNotFound:
        await places.found(tx, hall)
    else:
        return f"{hall.name}：已经建好，事项和窗口没有改动。"
    groups = [await matters.add_group(tx, hall.id, g["letter"], g["name"]) for g in sample.plan["group"]]
    for matter in (everything := catalogue(sample, groups)):
        await matters.add(tx, matter)
    names = {group.letter: group.name for group in groups}
    for number, letters in (counters := sample.plan["counters"]).items():
        name = "、".join(names[letter] for letter in letters)
        await places.add_counter(tx, Counter(hall.id, int(number), f"{name}（示例）", tuple(letters)))
    return f"{hall.name}：新建了{len(everything)}个事项、{len(groups)}个业务组、{len(counters)}个窗口。"


async def _open_slots(tx: Tx, sample: Sample, now: datetime) -> list[str]:
    groups = {group.letter: group for group in await matters.groups(tx, sample.hall.id)}
    await _plan(tx, sample, groups, now)
    calendar = await places.calendar(tx, sample.hall.id)
    wanted, minutes = sample.plan["hall"]["days_ahead"], sample.plan["hall"]["slot_minutes"]
    made = await slots.make_ahead(tx, sample.hall, calendar, wanted, now)
    if not made.days:
        return ["放假安排还没有公布，暂时放不了示例号源。"]
    await _book_out(tx, sample, groups, made.days[0], now)
    said = [f"示例号源：{say_day(made.days[0])}到{say_day(made.days[-1])}，新放{made.new}个时段，每段{minutes}分钟。"]
    if made.is_short:
        said.append(f"往后的放假安排还没有公布，只放了{len(made.days)}个工作日的号。")
    return said


async def _plan(tx: Tx, sample: Sample, groups: dict[str, Group], now: datetime) -> None:
    """Plans that somebody has changed since stay as they are."""
    there = {plan.group_id for plan in await slots.plans(tx, sample.hall.id)}
    minutes = sample.plan["hall"]["slot_minutes"]
    for written in sample.plan["group"]:
        group = groups[written["letter"]]
        if group.id not in there:
            await slots.set_plan(tx, group, minutes, written["capacity"], written["reserve"], SAMPLE, now)


async def _book_out(tx: Tx, sample: Sample, groups: dict[str, Group], on: date, now: datetime) -> None:
    for letter, start, matter_id in sample.plan["booking"]["busy"]:
        group = groups[letter]
        free = await appointments.free_slots(tx, group.hall_id, group.id, on, now)
        starts_at = instant_at(on, time.fromisoformat(start))
        slot = next((slot for slot in free if slot.starts_at == starts_at), None)
        matter = await matters.matter(tx, group.hall_id, matter_id)
        for place in range(slot.left if slot else 0):
            citizen = await citizens.meet(tx, f"sample:{on}:{place}", now)
            assert slot is not None, "no slot has no places"
            form = Form("示例群众", f"1380000{place:04d}")
            await appointments.book(tx, Request(citizen.id, slot.id, matter, form), now)
