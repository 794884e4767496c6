"""Fills the booking form over several turns: matter, time, name and phone, then a yes.

Only what is missing is asked for; a correction may come at any turn and replaces just what it names.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.conversation import Choice, Form
from bot.dates import When, read_when
from bot.desk import Desk
from bot.intents import INTERROGATIVE, Intent
from bot.names import read_name
from bot.phrases import booking as say
from bot.phrases import general as phrases
from bot.phrases import guide as guide_words
from bot.turn import Turn
from hall.appointments import service as appointments
from hall.appointments.model import Slot, SlotFull, SlotGone
from hall.citizens import service as citizens
from hall.matters.matching import matching
from hall.matters.model import Matter
from hall.places.model import YearNotPublished, is_workday
from kit.clock import day_of, from_ms, instant_at, local, to_ms
from kit.errors import Problem
from kit.ids import find_phone

# "不是食品证，是营业执照": what stands after the denial counts.
DENIED = re.compile(r"不(?:是|要|办|约)[^,。;!?\s]{1,14}?(?=[,。;!?\s]|是|要|改|换|而)")
CHANGES_MATTER = re.compile(r"(?:换成|改成|改办|换办|改为|是要?办|要办|办的是|其实是|应该是|是)[^,。]{2,}")
ABOUT_TIME = re.compile(
    r"[\s,。!?、]|有没有|还有|有|空位?|号|位|时间|行不行|行|可不可以|可以|能不能|能|成|中|约|来|去|办|过去|改到?|换到?|吗|么|呢|怎么样|咋样|如何|的话?|那|是|我|想|要"
)
LOOKS_LIKE_PHONE = re.compile(r"(?:\d[\s-]?){7,}")


async def begin(turn: Turn) -> str:
    """A new booking, from whatever the first sentence already says."""
    turn.talk.leave()
    turn.talk.doing = "book"
    return await go_on(turn)


async def begin_move(turn: Turn, number: str, matter_id: str) -> None:
    """A booking form that, when confirmed, moves the appointment instead of making one."""
    turn.talk.leave()
    turn.talk.doing = "move"
    turn.talk.form = Form(matter_id=matter_id, moving=number)


async def go_on(turn: Turn) -> str:
    """Reads the sentence into the form and says what comes next."""
    talk = turn.talk
    if turn.wish.intent is Intent.YES and talk.asked == "confirm":
        return await _conclude(turn)
    if turn.wish.intent is Intent.NO and talk.asked == "confirm":
        talk.asked = "change"
        return say.WHAT_TO_CHANGE
    if turn.wish.intent is Intent.YES and talk.asked == "when" and talk.choices:
        return say.WHICH_ONE
    if turn.wish.intent is Intent.NO and talk.asked == "when":
        talk.offer(())
        return say.SAY_A_TIME
    note = read_when(_corrected(turn.text), turn.today).note
    said = await _read(turn) or await ask_next(turn)
    return f"{note}\n{said}" if note else said


def sounds_like_booking(desk: Desk, text: str, today: date) -> bool:
    """明天下午去办居住证: a day ahead and a matter, in a sentence that asks nothing, is a wish to come."""
    if INTERROGATIVE.search(text):
        return False
    when = read_when(text, today)
    return bool(when.days) and not when.is_past and bool(matching(desk.catalogue, text))


def has_news(turn: Turn) -> bool:
    """Whether the sentence says anything for the form: if not, and it is a question, it is answered as one."""
    if turn.wish.intent in (Intent.YES, Intent.NO, Intent.CHOICE):
        return True
    text = _corrected(turn.text)
    return bool(
        _is_about_time(text, turn.today)
        or find_phone(text)
        or LOOKS_LIKE_PHONE.search(text)
        or read_name(_without_times(text, turn.today), was_asked=turn.talk.asked in ("name", "name_phone"))
        or _matters_said(turn, text)
    )


def _is_about_time(text: str, today: date) -> bool:
    """周四上午行吗 is about the time; 今天天气怎么样 and 2022年免税吗 only mention one."""
    if not read_when(text, today):
        return False
    if not INTERROGATIVE.search(text):
        return True
    return len(ABOUT_TIME.sub("", _without_times(text, today))) < 2


# ------------------------------------------------------------------------------------------------ reading


async def _read(turn: Turn) -> str:
    """Enters what the sentence says; returns a sentence when something in it cannot be, else ""."""
    form, talk, text = turn.talk.form, turn.talk, _corrected(turn.text)
    if turn.wish.intent is Intent.CHOICE and (talk.choices or talk.asked):
        return _take_choice(turn)
    _read_person(turn, text)
    if said := _matters_said(turn, text):
        if len(said) > 1:
            talk.asked = "matter"
            talk.offer(Choice(m.name, "matter", m.id) for m in said)
            _read_time(form, read_when(text, turn.today))
            return guide_words.which_matter(said)
        _set_matter(form, said[0])
    when = read_when(text, turn.today)
    if when.is_past:
        talk.offer(())
        return say.is_past(when.days[0] if when.days else None) + "\n" + await ask_next(turn)
    _read_time(form, when)
    if LOOKS_LIKE_PHONE.search(text) and not find_phone(text) and not when:
        talk.asked = "phone"
        return say.BAD_PHONE
    if talk.asked == "matter" and not form.matter_id and not when and turn.wish.intent is not Intent.BOOK:
        return say.MATTER_NOT_FOUND
    return ""


def _take_choice(turn: Turn) -> str:
    chosen = turn.talk.chosen(turn.choice)
    if chosen is None:
        return phrases.NO_SUCH_CHOICE
    if chosen.act == "matter" and (matter := turn.matter(chosen.value)):
        _set_matter(turn.talk.form, matter)
    elif chosen.act == "slot":
        slot_id, _, starts_ms = chosen.value.partition("@")
        _set_slot(turn.talk.form, int(slot_id), from_ms(int(starts_ms)))
    turn.talk.offer(())
    return ""


def _read_person(turn: Turn, text: str) -> None:
    form, asked = turn.talk.form, turn.talk.asked
    if phone := find_phone(text):
        form.phone = phone
    rest = _without_times(re.sub(r"[\d\s+\-]{11,}", " ", text), turn.today)
    if form.moving:
        return
    if name := read_name(rest, was_asked=asked in ("name", "name_phone")):
        form.name = name


def _matters_said(turn: Turn, text: str) -> list[Matter]:
    """Which matters the sentence means, where it may mean one: at the start, when asked, or in a correction."""
    form = turn.talk.form
    is_new = turn.wish.intent is Intent.BOOK or CHANGES_MATTER.search(turn.text)
    if form.moving or (form.matter_id and not is_new):
        return []
    offered = [m for c in turn.talk.choices if c.act == "matter" and (m := turn.matter(c.value))]
    if (among := matching(offered, text)) and len(among) == 1:
        return among
    bookable = [m for m in matching(turn.desk.catalogue, text) if m.is_open_to_booking]
    return [m for m in bookable if m.id != form.matter_id][:5] if form.matter_id else bookable[:5]


def _read_time(form: Form, when: When) -> None:
    if not when:
        return
    if when.days or when.any:
        form.forget_slot(keep_hour=not when.any)
        form.days = [day.isoformat() for day in when.days]
    if when.start or when.end:
        form.start = when.start.isoformat("minutes") if when.start else ""
        form.end = when.end.isoformat("minutes") if when.end else ""
        form.forget_slot()


def _set_matter(form: Form, matter: Matter) -> None:
    if form.matter_id != matter.id:
        form.matter_id = matter.id
        form.forget_slot(keep_hour=True)


def _set_slot(form: Form, slot_id: int, starts_at: datetime) -> None:
    form.slot_id, form.starts_at = slot_id, starts_at.isoformat()
    form.days = [day_of(starts_at).isoformat()]


def _corrected(text: str) -> str:
    return DENIED.sub(" ", text)


def _without_times(text: str, today: date) -> str:
    for part in read_when(text, today).said.split():
        text = text.replace(part, " ")
    return text


# ------------------------------------------------------------------------------------------------ asking


async def ask_next(turn: Turn) -> str:
    """The next thing missing, or the form to confirm."""
    form, talk = turn.talk.form, turn.talk
    matter = turn.matter(form.matter_id)
    if matter is None:
        talk.asked = "matter"
        talk.offer(())
        return say.ASK_MATTER
    note = ""
    if not form.slot_id:
        found = await _find_slot(turn, matter)
        if isinstance(found, str):
            talk.asked = "when"
            return found
        note = found[1]
        _set_slot(form, found[0].id, found[0].starts_at)
    talk.offer(())
    if form.moving:
        return await _confirm_move(turn, matter, note)
    is_known = await _fill_from_last_time(turn)
    if not form.name or not form.phone:
        missing = [("name", form.name), ("phone", form.phone)]
        talk.asked = "_".join(what for what, value in missing if not value)
        chosen = f"{matter.name}，{phrases.slot_start(datetime.fromisoformat(form.starts_at))}{note}\n"
        return chosen + {"name_phone": say.ASK_NAME_PHONE, "name": say.ASK_NAME, "phone": say.ASK_PHONE}[talk.asked]
    talk.asked = "confirm"
    starts_at = datetime.fromisoformat(form.starts_at)
    return say.confirm(matter, starts_at, form.name, form.phone, turn.hall, note, is_known)


async def _confirm_move(turn: Turn, matter: Matter, note: str) -> str:
    turn.talk.asked = "confirm"
    old = await appointments.look(turn.tx, (await turn.citizen()).id, turn.talk.form.moving)
    return say.confirm_move(old, matter.name, datetime.fromisoformat(turn.talk.form.starts_at), note)


async def _fill_from_last_time(turn: Turn) -> bool:
    """Name and phone of the last booking, where the citizen gave none now. True when both were taken from there."""
    form = turn.talk.form
    if form.name and form.phone:
        return False
    citizen = await turn.citizen()
    if not citizen.name or not citizen.phone or (form.name and form.name != citizen.name):
        return False
    fresh = not form.name and not form.phone
    form.name, form.phone = form.name or citizen.name, form.phone or citizen.phone
    return fresh


async def _find_slot(turn: Turn, matter: Matter) -> tuple[Slot, str] | str:
    """The slot that fits what was said with a note beside it, or a sentence that offers what is near."""
    form = turn.talk.form
    days, (start, end) = form.candidate_days(), form.from_to()
    if not days and not start and not end:
        return await _offer(turn, matter, None, None)
    for day in days or await _released_days(turn, matter):
        fitting = _within(
            await appointments.free_slots(turn.tx, turn.hall.id, matter.group_id, day, turn.now), start, end
        )
        if fitting and (start or end):
            return fitting[0], _others(fitting, start, end)
        if fitting:
            return await _offer_of_day(turn, fitting)
    wanted = instant_at(days[0], start or time(9)) if days else None
    return await _offer(turn, matter, wanted, await _why_not(turn, matter, days, start, end))


def _others(fitting: Sequence[Slot], start: time | None, end: time | None) -> str:
    return say.earliest_of(say.half_day(start, end), fitting[1:]) if end is not None else ""


def _within(free: Sequence[Slot], start: time | None, end: time | None) -> list[Slot]:
    """Slots that hold the point of time said, or begin inside the span said."""
    if end is None and start is not None:
        return [s for s in free if local(s.starts_at).time() <= start < local(s.ends_at).time()]
    return [s for s in free if (start or time.min) <= local(s.starts_at).time() < (end or time.max)]


async def _released_days(turn: Turn, matter: Matter) -> tuple[date, ...]:
    near = await appointments.nearest(turn.tx, turn.hall.id, matter.group_id, None, turn.now, n=200)
    return tuple(dict.fromkeys(slot.on for slot in near))


async def _why_not(turn: Turn, matter: Matter, days: Sequence[date], start: time | None, end: time | None) -> str:
    """Why the wish cannot be met, most telling reason first."""
    if start and not any(
        opens <= start < closes or (end and start < closes and end > opens) for opens, closes in turn.hall.hours
    ):
        turn.talk.form.start = turn.talk.form.end = ""
        return say.outside_hours(turn.hall)
    if not days:
        return say.is_full("")
    released = await _released_days(turn, matter)
    try:
        if not is_workday(days[0]):
            return say.is_closed_day(days[0])
    except YearNotPublished as not_published:
        return not_published.message
    if days[0] == turn.today and start and instant_at(days[0], start) + timedelta(minutes=1) < turn.now:
        return say.is_past(None)
    last = max(released, default=None)
    if last is None or days[0] > last:
        return say.not_released(days[0], last)
    return say.is_full(say.said_time(days[0], start, end))


async def _offer(turn: Turn, matter: Matter, wanted: datetime | None, reason: str | None) -> str:
    days = turn.talk.form.candidate_days()
    near = await appointments.nearest(turn.tx, turn.hall.id, matter.group_id, wanted, turn.now, 3, days)
    _offer_slots(turn, near)
    return say.ask_when(matter, near) if reason is None else say.other_times(reason, near)


async def _offer_of_day(turn: Turn, fitting: Sequence[Slot]) -> str:
    """A day was said but no time: a few times spread over it."""
    step = max(1, len(fitting) // 4)
    spread = list(fitting[::step])[:4]
    _offer_slots(turn, spread)
    return say.times_of_day(spread)


def _offer_slots(turn: Turn, slots: Sequence[Slot]) -> None:
    turn.talk.offer(Choice(say.slot_line(s), "slot", f"{s.id}@{to_ms(s.starts_at)}") for s in slots)


# ------------------------------------------------------------------------------------------------ concluding


async def _conclude(turn: Turn) -> str:
    """Books or moves; a place that went meanwhile is said to be gone and the nearest offered."""
    form = turn.talk.form
    matter = turn.matter(form.matter_id)
    if matter is None:
        turn.talk.leave()
        return say.MATTER_NOT_FOUND
    try:
        async with turn.tx.attempt():
            return await (_move(turn, matter) if form.moving else _book(turn, matter))
    except (SlotFull, SlotGone) as gone:
        form.forget_slot()
        turn.talk.asked = "when"
        wanted = instant_at(form.candidate_days()[0], form.from_to()[0] or time(9)) if form.days else None
        return await _offer(turn, matter, wanted, say.just_taken(isinstance(gone, SlotFull)))
    except Problem as refusal:
        turn.talk.leave()
        return refusal.message


async def _book(turn: Turn, matter: Matter) -> str:
    form, citizen = turn.talk.form, await turn.citizen()
    made = await appointments.book(turn.tx, citizen, form.slot_id, matter, form.name, form.phone, turn.now)
    await citizens.remember(turn.tx, citizen.id, form.name, form.phone)
    turn.talk.leave()
    turn.why = replace(turn.why, more={"number": made.number})
    return say.booked(made, matter, turn.hall)


async def _move(turn: Turn, matter: Matter) -> str:
    form, citizen = turn.talk.form, await turn.citizen()
    moved = await appointments.reschedule(turn.tx, citizen.id, form.moving, form.slot_id, turn.now)
    turn.talk.leave()
    return say.moved(moved, matter.name)
