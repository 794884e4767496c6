"""Finds the place in the calendar that fits what was said, or offers what is near, with the reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.conversation import Choice
from bot.phrases import booking as say
from bot.turn import Turn
from hall.appointments.model import Slot, near_first
from hall.appointments.offers import Of, nearest_on_offer, on_offer
from hall.matters.model import Matter
from hall.places.model import Spans, YearNotPublished
from kit.clock import day_of, from_ms, instant_at, local, to_ms

EARLIER = re.compile(
    r"(?:再|更|往前|提前|能不能|有没有|有|想|要)?(?:早|提前)(?:一?点儿?|一?些)|更早|往前(?:挪|点|一点)|提前(?:点|些|一点)"
)
LATER = re.compile(r"(?:再|更)?(?:晚|靠后|往后|推迟)(?:一?点儿?|一?些)|更晚|往后(?:挪|推|点|一点)")
OTHERS = re.compile(
    r"(?:换|改|挑|选)(?:个|一个|一下|下|别的)?(?:时间|时候|日子|点儿?$|天$)|(?:别的|其他|其它|另外的?)(?:时间|日子|时候|时段|吗|呢|么|$)|还有(?:没有)?(?:别的|其他|其它)"
    r"|(?:都|全)?不(?:行|合适|方便|中)(?:啊|呀|的)?$|换一?个$|重选|另选|没有?合适"
)
NEXT = 3  # slots offered in place of those that did not suit
ALL = 10_000  # more than the free slots of one group in the longest window


@dataclass(frozen=True, slots=True)
class Found:
    """A slot that fits, and what to say beside it."""

    slot: Slot
    note: str = ""


async def find_slot(turn: Turn, matter: Matter) -> Found | str:
    """The slot that fits what was said, or a sentence that offers what is near."""
    form, free = turn.talk.form, await _free(turn, matter)
    days, (start, end) = form.candidate_days(), form.from_to()
    if not days and not start and not end and not form.is_soonest:
        return _offer(turn, matter, free, None, None)
    for day in days or _days_of(free):
        fitting = _within([slot for slot in free if slot.on == day], start, end)
        if fitting and form.is_soonest and not days:
            return Found(fitting[0], say.SOONEST)
        if fitting and (start or end):
            return Found(fitting[0], say.earliest_of(say.half_day(start, end), fitting[1:]) if end is not None else "")
        if fitting:
            return _offer_of_day(turn, fitting)
    wanted = instant_at(days[0], start or time(9)) if days else None
    return _offer(turn, matter, free, wanted, await _why_not(turn, matter, free, days, start, end))


def _within(free: Sequence[Slot], start: time | None, end: time | None) -> list[Slot]:
    """Slots that hold the point of time said, or begin inside the span said."""
    if end is None and start is not None:
        return [s for s in free if local(s.starts_at).time() <= start < local(s.ends_at).time()]
    return [s for s in free if (start or time.min) <= local(s.starts_at).time() < (end or time.max)]


async def _free(turn: Turn, matter: Matter) -> tuple[Slot, ...]:
    """All that can be booked now, by time: read once a turn, and whatever is said of them is said of these."""
    return await nearest_on_offer(turn.tx, Of.matter(matter), None, turn.now, n=ALL)


def _days_of(free: Sequence[Slot]) -> tuple[date, ...]:
    return tuple(dict.fromkeys(slot.on for slot in free))


async def _why_not(
    turn: Turn, matter: Matter, free: Sequence[Slot], days: Sequence[date], start: time | None, end: time | None
) -> str:
    """Why the wish cannot be met, most telling reason first."""
    if start and not _is_within(turn.hall.hours, start, end):
        turn.talk.form.start = turn.talk.form.end = ""
        return say.outside_hours(turn.hall)
    if not days:
        return say.is_full("")
    try:
        hours = turn.desk.calendar.hours(days[0], turn.hall)
    except YearNotPublished as not_published:
        return not_published.message
    if not hours:
        return say.is_closed_day(days[0], turn.desk.calendar.closed_for(days[0]))
    if start and not _is_within(hours, start, end):
        return say.outside_hours_of(days[0], hours)
    if days[0] == turn.today and start and instant_at(days[0], start) + timedelta(minutes=1) < turn.now:
        return say.is_past(None)
    released = _days_of(free)
    if days[0] not in released:
        if (why_not := (await on_offer(turn.tx, matter, days[0], turn.now)).why_not) is not None:
            return why_not.message
        last = max(released, default=None)
        if last is None or days[0] > last:
            return say.not_released(days[0], last)
    return say.is_full(say.said_time(days[0], start, end))


def _is_within(hours: Spans, start: time, end: time | None) -> bool:
    return any(opens <= start < closes or (end and start < closes and end > opens) for opens, closes in hours)


async def offer(turn: Turn, matter: Matter, wanted: datetime | None, reason: str | None) -> str:
    """Three free slots near the wish, numbered; `reason` says why it is not the wish itself."""
    return _offer(turn, matter, await _free(turn, matter), wanted, reason)


def _offer(turn: Turn, matter: Matter, free: Sequence[Slot], wanted: datetime | None, reason: str | None) -> str:
    form = turn.talk.form
    days = form.candidate_days()
    near: Sequence[Slot] = near_first(free, wanted, days)[:NEXT]
    if not form.start or form.end:  # only to a point of time is one nearer than another
        near = sorted(near, key=lambda slot: slot.starts_at)
    is_elsewhere = bool(days) and not any(slot.on in days for slot in near)
    if is_elsewhere:
        form.wished = list(form.days)
    if is_elsewhere and near:  # 下午, said next, is of the days offered
        form.days = list(dict.fromkeys(slot.on.isoformat() for slot in near))
    _offer_slots(turn, near)
    if reason is None:
        return say.ask_when(matter, near)
    is_full = is_elsewhere and reason.endswith(say.FULL)
    return say.other_times(reason, near) + (say.STAND_BY if is_full and near else "")


def _offer_of_day(turn: Turn, fitting: Sequence[Slot]) -> str:
    """A day was said but no time: a few times spread over it."""
    step = max(1, len(fitting) // 4)
    spread = list(fitting[::step])[:4]
    _offer_slots(turn, spread)
    return say.times_of_day(spread)


def _offer_slots(turn: Turn, slots: Sequence[Slot]) -> None:
    turn.talk.offer(Choice(say.slot_line(s), "slot", f"{s.id}@{to_ms(s.starts_at)}") for s in slots)


# ------------------------------------------------------------------------------------------------ another time


def wants_another_time(text: str) -> bool:
    return bool(EARLIER.search(text) or LATER.search(text) or OTHERS.search(text))


async def offer_others(turn: Turn, matter: Matter) -> str:
    """再早点, 晚一点的, 换一个: seen from the times offered or chosen last; "" when there have been none."""
    known = _times_known(turn)
    if not known:
        return ""
    free = await _free(turn, matter)
    if EARLIER.search(turn.text):
        found = [slot for slot in free if slot.starts_at < known[0]][-NEXT:]
        reason = say.EARLIER if found else say.NONE_EARLIER
    else:
        later = [slot for slot in free if slot.starts_at > known[-1]]
        found = later[:NEXT] if LATER.search(turn.text) else _spread(later, day_of(known[-1]))
        reason = say.LATER if found else say.NONE_LATER
    if not found:
        return reason
    turn.talk.form.forget_slot()
    turn.talk.asked = "when"
    _offer_slots(turn, found)
    return say.listed(reason, found)


def _times_known(turn: Turn) -> list[datetime]:
    """When the slots offered, or the one chosen, begin; by time."""
    offered = [from_ms(int(c.value.partition("@")[2])) for c in turn.talk.choices if c.act == "slot"]
    chosen = turn.talk.form.starts_at
    return sorted(offered) or ([datetime.fromisoformat(chosen)] if chosen else [])


def _spread(later: Sequence[Slot], day: date) -> list[Slot]:
    """The next morning or afternoon of the same day, then one of each of the days behind it."""
    found: dict[object, Slot] = {}
    for slot in later:
        found.setdefault((slot.on, local(slot.starts_at).hour >= 12) if slot.on == day else slot.on, slot)
    return list(found.values())[:NEXT]
