"""The sample hall's last three weeks, in the demo only, so that its figures have something to tell.

Put down as rows and not by the verbs, since nobody can be called in the past. Nothing of it is anybody's: tickets,
cases, appointments and ratings belong to no person, and who did it all is 示例.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from hall.appointments.model import Relation
from hall.appointments.model import State as Kept
from hall.appointments.tables import appointments, slots
from hall.cases import rows as case_rows
from hall.cases.model import State as Stage
from hall.cases.model import What as Step
from hall.cases.tables import case_facts, cases
from hall.citizens import service as citizens
from hall.matters import service as matters
from hall.matters.model import Group, Matter
from hall.places import service as places
from hall.places.calendar import Calendar
from hall.places.tables import counters
from hall.queue.model import State, What
from hall.queue.tables import ticket_counters, ticket_facts, tickets
from hall.ratings.model import Channel, Kind
from hall.ratings.tables import ratings
from kit.clock import day_of, instant_at
from kit.db import Tx
from kit.ids import with_check
from kit.secrets import readable_code

Row = dict[str, Any]
SAMPLE = "示例"
WORKDAYS, FEWEST, MOST = 15, 20, 36  # days of the past, tickets on each
MOST_BACK = 40  # days in which so many workdays are found
BUSY_HOURS = (9, 10, 10, 11, 13, 14, 15)
LEVELS = (5, 5, 5, 4, 4, 4, 3)  # none so bad that somebody would have to answer
RATED, MISSED, LEFT, DID_NOT_COME, HANDED_IN, LATE = 0.3, 0.06, 0.05, 0.12, 0.2, 0.08  # shares
MOST_WORKDAYS = 12  # that a case takes
FIRST_SLOT, SLOT_MINUTES, BOOKED = time(9), 30, 6


@dataclass(frozen=True, slots=True)
class _Hall:
    id: str
    counters: Sequence[Any]  # rows: id, number, groups
    groups: dict[str, Group]
    matters: dict[int, list[Matter]]  # by group
    calendar: Calendar


async def fill(tx: Tx, hall_id: str, now: datetime) -> str:
    """Once: where there are tickets of an earlier day already, nothing is added."""
    today = day_of(now)
    earlier = select(tickets.c.id).where(tickets.c.hall_id == hall_id, tickets.c.on < today).limit(1)
    if await tx.value(earlier) is not None:
        return "前些天的示例数字：已经有了，没有改动。"
    hall = await _read(tx, hall_id)
    back = [today - timedelta(days=n) for n in range(MOST_BACK, 0, -1)]
    days = [day for day in back if hall.calendar.knows(day.year) and hall.calendar.is_workday(day)][-WORKDAYS:]
    for day in days:
        chance = Random(day.toordinal())  # noqa: S311 (sample figures)
        await _tickets(tx, hall, day, chance)
        await _bookings(tx, hall, day, now, chance)
        await _cases(tx, hall, day, today, chance)
    return f"前些天的示例数字：{len(days)}个工作日，“效能”页上看得到。"


async def _read(tx: Tx, hall_id: str) -> _Hall:
    every = await matters.catalogue(tx, hall_id)
    groups = {group.letter: group for group in await matters.groups(tx, hall_id)}
    of_group = {group.id: [one for one in every if one.group_id == group.id] for group in groups.values()}
    own = select(counters.c.id, counters.c.number, counters.c.groups).where(counters.c.hall_id == hall_id)
    rows = await tx.all(own.order_by(counters.c.number))
    return _Hall(hall_id, rows, groups, of_group, await places.calendar(tx, hall_id))


# ------------------------------------------------------------------------------------------------ the queue


async def _tickets(tx: Tx, hall: _Hall, day: date, chance: Random) -> None:
    made = [_ticket(hall, day, chance) for _ in range(chance.randint(FEWEST, MOST))]
    made.sort(key=lambda one: one[0]["taken_at"])
    last = dict.fromkeys((group.id for group in hall.groups.values()), 0)
    for row, _ in made:
        last[row["group_id"]] += 1
        row["number"] += f"{last[row['group_id']]:03d}"
    await tx.insert_all(tickets, [row for row, _ in made])
    same = {"hall_id": hall.id, "on": day, "privileged_run": 0}
    await tx.insert_all(ticket_counters, [{**same, "group_id": one, "last": number} for one, number in last.items()])
    of_day = select(tickets.c.id, tickets.c.number).where(tickets.c.hall_id == hall.id, tickets.c.on == day)
    ids = {row.number: row.id for row in await tx.all(of_day)}
    blank = {"hall_id": hall.id, "by": SAMPLE, "note": None}
    steps = [(ids[row["number"]], *step) for row, counter in made for step in _steps(row, counter)]
    told = [
        {**blank, "ticket_id": one, "what": what, "at": at, "counter_id": counter} for one, what, at, counter in steps
    ]
    await tx.insert_all(ticket_facts, told)
    served = [(row, counter) for row, counter in made if row["state"] == State.SERVED and chance.random() < RATED]
    given = [_rating(hall, day, ids[row["number"]], row, counter, chance) for row, counter in served]
    await tx.insert_all(ratings, given)


def _ticket(hall: _Hall, day: date, chance: Random) -> tuple[Row, Any]:
    """A row, its number still without digits, and the counter that called it."""
    counter = chance.choice(hall.counters)
    letter = chance.choice(counter.groups)
    group = hall.groups[letter]
    matter = chance.choice(hall.matters[group.id])
    taken = instant_at(day, time(chance.choice(BUSY_HOURS), chance.randrange(60), chance.randrange(60)))
    called = taken + timedelta(seconds=chance.randrange(40, 1500))
    serving = called + timedelta(seconds=chance.randrange(15, 70))
    ended = serving + timedelta(seconds=chance.randrange(150, 1300))
    row = {
        "hall_id": hall.id,
        "group_id": group.id,
        "on": day,
        "number": letter,
        "state": State.SERVED,
        "taken_at": taken,
        "queued_at": taken,
        "matter_id": matter.id,
        "counter_id": counter.id,
        "calls": 1,
        "called_at": called,
        "serving_at": serving,
        "ended_at": ended,
    }
    fate = chance.random()
    if fate < MISSED:
        row |= {"state": State.MISSED, "serving_at": None, "ended_at": called + timedelta(minutes=4)}
    elif fate < MISSED + LEFT:
        row |= {
            "state": State.LEFT,
            "counter_id": None,
            "calls": 0,
            "called_at": None,
            "serving_at": None,
            "ended_at": called,
        }
    return row, counter


def _steps(row: Row, counter: Any) -> list[tuple[What, datetime, int | None]]:
    steps: list[tuple[What, datetime, int | None]] = [(What.TAKEN, row["taken_at"], None)]
    if row["called_at"]:
        steps.append((What.CALLED, row["called_at"], counter.id))
    if row["serving_at"]:
        steps.append((What.SERVING, row["serving_at"], counter.id))
    return [*steps, (What(row["state"]), row["ended_at"], row["counter_id"])]


def _rating(hall: _Hall, day: date, ticket_id: int, row: Row, counter: Any, chance: Random) -> dict[str, Any]:
    what = {"number": row["number"], "matter_id": row["matter_id"], "counter": counter.number, "dealing_id": ticket_id}
    how = {"level": chance.choice(LEVELS), "reasons": [], "wants_call": False, "channel": Channel.SAMPLE}
    return {"hall_id": hall.id, "kind": Kind.TICKET, "on": day, "at": row["ended_at"], **what, **how}


# ------------------------------------------------------------------------------------------------ bookings and cases


async def _bookings(tx: Tx, hall: _Hall, day: date, now: datetime, chance: Random) -> None:
    group = chance.choice(list(hall.groups.values()))
    begins = instant_at(day, FIRST_SLOT)
    times = {"starts_at": begins, "ends_at": begins + timedelta(minutes=SLOT_MINUTES)}
    places_of = {"capacity": BOOKED, "booked": BOOKED, "reserve": 0, "reserve_booked": 0}
    slot = await tx.insert(insert(slots).values(hall_id=hall.id, group_id=group.id, on=day, **times, **places_of))
    nobody = await citizens.meet(tx, "sample:past", now)
    made = []
    for n in range(BOOKED):
        matter = chance.choice(hall.matters[group.id])
        is_missed = chance.random() < DID_NOT_COME
        state = {"state": Kept.NO_SHOW if is_missed else Kept.ARRIVED, "is_reserve": False, "relation": Relation.SELF}
        ended = {"ended_at": times["ends_at"] if is_missed else None, "ended_by": "job" if is_missed else None}
        what = {"citizen_id": nobody.id, "slot_id": slot, "matter_id": matter.id, "matter_name": matter.name}
        at = {"booked_at": begins - timedelta(days=1), "changed_at": begins}
        made.append({"number": with_check(f"YY{day:%Y%m%d}{9000 + n}"), **what, **at, **state, **ended})
    await tx.insert_all(appointments, made)


async def _cases(tx: Tx, hall: _Hall, day: date, today: date, chance: Random) -> None:
    taken = select(tickets.c.id, tickets.c.matter_id, tickets.c.ended_at)
    served = taken.where(tickets.c.hall_id == hall.id, tickets.c.on == day, tickets.c.state == State.SERVED)
    every = {one.id: one for group in hall.matters.values() for one in group}
    handed_in = [row for row in await tx.all(served.order_by(tickets.c.id)) if chance.random() < HANDED_IN]
    for n, row in enumerate(handed_in):
        await _case(tx, hall, every[row.matter_id], row, 9000 + n, day, today, chance)


async def _case(
    tx: Tx, hall: _Hall, matter: Matter, ticket: Any, n: int, day: date, today: date, chance: Random
) -> None:
    """Accepted at once; most are concluded in good time, a few a day late, those of the last days are in hand."""
    number = with_check(f"ST{day:%Y%m%d}{n}")
    promised = matter.promised_days if matter.days_unit else None
    days = 1 + (chance.randrange(promised) if promised and chance.random() > LATE else promised or 0)
    ahead = hall.calendar.next_workdays(day, min(days, MOST_WORKDAYS))
    is_over = len(ahead) == min(days, MOST_WORKDAYS) and ahead[-1] < today
    ended_at = instant_at(ahead[-1], time(15, 30)) if is_over else None
    row = {
        "number": number,
        "hall_id": hall.id,
        "matter_id": matter.id,
        "matter_name": matter.name,
        "code_digest": case_rows.digest(number, readable_code(6)),
        "state": Stage.CONCLUDED if ended_at else Stage.ACCEPTED,
        "received_on": day,
        "accepted_on": day,
        "is_deemed": False,
        "promised": promised,
        "legal": matter.legal_days if matter.days_unit else None,
        "unit": matter.days_unit,
        "lists": 0,
        "ended_at": ended_at,
        "ticket_id": ticket.id,
    }
    case_id = await tx.insert(insert(cases).values(**row))
    steps = [(Step.OPENED, Stage.RECEIVED, ticket.ended_at), (Step.ACCEPTED, Stage.ACCEPTED, ticket.ended_at)]
    steps += [(Step.CONCLUDED, Stage.CONCLUDED, ended_at)] if ended_at else []
    told = [{"case_id": case_id, "what": what, "state": state, "at": at, "note": SAMPLE} for what, state, at in steps]
    await tx.insert_all(case_facts, told)
