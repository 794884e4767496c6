"""Appeals (申诉) against a pause: what led to it, what the person says, what the hall answers, and the person told.

What somebody says may be private: it stands sealed, numbers taken out, and goes with the names of their appointments.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from hall.appointments import by_staff, lapses, people
from hall.appointments.by_staff import Pause
from hall.appointments.model import Appointment
from hall.appointments.reading import every_appointment, read_appointment
from hall.appointments.refusals import AppointmentNotFound, BanNotFound
from hall.appointments.rules import KEY_SIGNS, Key
from hall.appointments.tables import appeals, appointments, bans, slots
from hall.notices import service as notices
from hall.notices.model import Kind, by_day
from kit.clock import day_of, local, say_day
from kit.db import Tx
from kit.errors import Problem
from kit.ids import scrub

WORDS_LIMIT = 120  # characters, as in the tables
MOST_LAPSES = 12
OPEN, LIFTED, REFUSED, NONE = "等答复", "解除了", "没有解除", "没有"


class AppealOpen(Problem):
    status = 409
    code = "appeal_open"
    sentence = "这条停约已经有一个申诉在等答复，请先答复它。"


class NoAppeal(Problem):
    status = 409
    code = "no_appeal"
    sentence = "这条停约没有在等答复的申诉，可能同事刚答复过，请刷新看看。"


class BadWords(Problem):
    status = 422
    code = "bad_words"
    sentence = "这一项要写，最多{most}个字。"


@dataclass(frozen=True, slots=True)
class Appeal:
    """`is_lifted` None while nobody has answered; `said` None once it was erased."""

    id: int
    said: str | None = field(repr=False)
    made_by: str
    made_at: datetime
    is_lifted: bool | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """An appointment that was missed or cancelled; `excused_by`: who took it out of the count."""

    held: Appointment
    excused_by: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """A pause with all that staff need to judge it. `latest`: the newest of the appointments that led there."""

    pause: Pause
    is_in_force: bool
    lifted_by: str | None
    lifted_why: str | None
    lapses: tuple[Counted, ...]
    appeals: tuple[Appeal, ...]

    @property
    def latest(self) -> Appointment | None:
        return self.lapses[0].held if self.lapses else None

    @property
    def open_appeal(self) -> Appeal | None:
        return next((one for one in self.appeals if one.is_lifted is None), None)


_OF_BAN = ("id", "mark", "rule", "group_id", "matter_id", "from_at", "until_at", "lifted_at", "lifted_by", "lifted_why")
_OF_APPEAL = ("id", "said", "made_by", "made_at", "is_lifted", "answer", "answered_by", "answered_at")
_KEYS = {sign: key for key, sign in KEY_SIGNS.items()}


async def look(tx: Tx, hall_id: str, ban_id: int, now: datetime) -> Heard:
    """One pause of the hall, over or not. Raises BanNotFound, for another hall's too."""
    row = await _ban(tx, hall_id, ban_id)
    plain = (row.rule, row.group_id, row.matter_id, row.from_at, row.until_at)
    pause = Pause(row.id, _KEYS[row.mark[:1]], *plain)
    is_in_force = row.lifted_at is None and row.until_at > now
    led = await _lapses(tx, hall_id, row.mark, row.from_at)
    return Heard(pause, is_in_force, row.lifted_by, row.lifted_why, led, await _appeals(tx, ban_id))


async def _ban(tx: Tx, hall_id: str, ban_id: int) -> Any:
    columns = (bans.c[name] for name in _OF_BAN)
    row = await tx.one(select(*columns).where(bans.c.id == ban_id, bans.c.hall_id == hall_id))
    if row is None:
        raise BanNotFound()
    return row


async def _lapses(tx: Tx, hall_id: str, mark: str, until: datetime) -> tuple[Counted, ...]:
    """What the person missed or cancelled themselves at this hall before the pause began, the newest first."""
    key, value = _KEYS[mark[:1]], mark.partition(":")[2]
    theirs = people.COLUMN_OF[key] == (int(value) if key is Key.CITIZEN else value)
    ended = (appointments.c.ended_by.in_(sorted(people.OWN_LAPSE)), appointments.c.ended_at <= until)
    here = every_appointment.add_columns(appointments.c.excused_by).order_by(None)
    found = here.where(theirs, *ended, slots.c.hall_id == hall_id).order_by(appointments.c.ended_at.desc())
    rows = await tx.all(found.limit(MOST_LAPSES))
    by_id = {row.id: row.excused_by for row in rows}
    plain = every_appointment.where(appointments.c.id.in_(sorted(by_id))) if by_id else None
    held = {} if plain is None else {one.id: one for one in map(read_appointment, await tx.all(plain))}
    return tuple(Counted(held[number], excused_by) for number, excused_by in by_id.items())


async def _appeals(tx: Tx, ban_id: int) -> tuple[Appeal, ...]:
    """The newest first."""
    of_ban = select(*(appeals.c[name] for name in _OF_APPEAL)).where(appeals.c.ban_id == ban_id)
    return tuple(Appeal(*row) for row in await tx.all(of_ban.order_by(appeals.c.id.desc())))


async def awaited(tx: Tx, pauses: Collection[Pause]) -> set[int]:
    """Which of these pauses somebody appealed against and waits for an answer."""
    of_these = (appeals.c.ban_id.in_(sorted(one.id for one in pauses)), appeals.c.is_lifted.is_(None))
    return {row.ban_id for row in await tx.all(select(appeals.c.ban_id).where(*of_these))} if pauses else set()


async def appeal(tx: Tx, hall_id: str, ban_id: int, said: str, staff: str, now: datetime) -> None:
    """Somebody appeals; one at a time. Raises BanNotFound (over or lifted too), AppealOpen, BadWords."""
    found = await _in_force(tx, hall_id, ban_id, now)
    if found.open_appeal is not None:
        raise AppealOpen()
    made = {"ban_id": ban_id, "said": _words(said), "made_by": staff, "made_at": now}
    await tx.insert(insert(appeals).values(**made))


async def refuse(tx: Tx, hall_id: str, ban_id: int, answer: str, staff: str, now: datetime) -> None:
    """The pause stays; the person is told why. Raises BanNotFound, NoAppeal, BadWords."""
    found = await _in_force(tx, hall_id, ban_id, now)
    if found.open_appeal is None:
        raise NoAppeal()
    said, appeal_id = _words(answer), found.open_appeal.id
    answered = {"is_lifted": False, "answer": said, "answered_by": staff, "answered_at": now}
    await tx.run(update(appeals).where(appeals.c.id == appeal_id).values(**answered))
    who = await people.known_by(tx, (await _ban(tx, hall_id, ban_id)).mark)
    if who is not None:
        until = local(found.pause.until_at).isoformat()
        told = {"rule": found.pause.rule, "until_at": until, "answer": said.rstrip("。")}
        key = f"appeal:{appeal_id}"
        await notices.tell(tx, who, Kind.APPEAL_REFUSED, told, key, now, by_day(now), hall_id=hall_id)


async def lift(tx: Tx, hall_id: str, ban_id: int, why: str, staff: str, now: datetime) -> None:
    """The pause is over, and an appeal that waits is answered with that. Raises BanNotFound, BadWords."""
    await _in_force(tx, hall_id, ban_id, now)
    await by_staff.lift(tx, staff, ban_id, _words(why), now)


async def excuse(tx: Tx, hall_id: str, number: str, why: str, staff: str, now: datetime) -> None:
    """One lapse counts no more. Raises AppointmentNotFound, for another hall's too, BadWords."""
    held = await by_staff.found(tx, number)
    if held.hall_id != hall_id:
        raise AppointmentNotFound()
    await lapses.excuse(tx, held, staff, _words(why), now)


async def _in_force(tx: Tx, hall_id: str, ban_id: int, now: datetime) -> Heard:
    """The pause is locked: of two who act on it at once the second sees what the first has done."""
    await tx.one(select(bans.c.id).where(bans.c.id == ban_id).with_for_update())
    found = await look(tx, hall_id, ban_id, now)
    if not found.is_in_force:
        raise BanNotFound()
    return found


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= WORDS_LIMIT:
        raise BadWords(most=WORDS_LIMIT)
    return scrub(words)[:WORDS_LIMIT]


async def plain(tx: Tx, ban_id: int) -> dict[str, Any]:
    """For the trail; nothing of what the person said."""
    row = await tx.one(select(bans.c.until_at, bans.c.lifted_at).where(bans.c.id == ban_id))
    if row is None:
        return {}
    of_ban: Sequence[Appeal] = await _appeals(tx, ban_id)
    state = {None: OPEN, True: LIFTED, False: REFUSED}[of_ban[0].is_lifted] if of_ban else NONE
    return {"停约": LIFTED if row.lifted_at else f"到{say_day(day_of(row.until_at))}", "申诉": state}


async def erase(tx: Tx, marks: Iterable[str]) -> None:
    """Takes out what these people have said."""
    theirs = appeals.c.ban_id.in_(select(bans.c.id).where(bans.c.mark.in_(sorted(marks))))
    await tx.run(update(appeals).where(theirs).values(said=None))
