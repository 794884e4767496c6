"""Fills the booking form over several turns: matter, time, name and phone, then a yes.

Only what is missing is asked for; a correction may come at any turn and replaces just what it names.
"""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot import form_reading, offers
from bot.conversation import Form
from bot.dates import When, read_when
from bot.form_reading import elsewhere, has_news, is_only_hour, is_only_time, sounds_like_booking
from bot.intents import CHINESE_DIGITS, Intent
from bot.offers import wants_another_time
from bot.phrases import booking as say
from bot.phrases import errands as errands_words
from bot.phrases import general as phrases
from bot.phrases import guide as guide_words
from bot.relations import read_relation
from bot.turn import Turn
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Relation, Request, Slot
from hall.appointments.model import Form as Booking
from hall.appointments.refusals import MatterShut, NeedsKey, SlotFull, SlotGone
from hall.citizens import service as citizens
from hall.matters.matching import matching
from hall.matters.model import Matter
from kit.clock import instant_at, local
from kit.errors import Problem

__all__ = [
    "begin",
    "begin_move",
    "book_kept",
    "elsewhere",
    "go_on",
    "go_on_at",
    "has_news",
    "is_for_another",
    "is_only_hour",
    "is_only_time",
    "remind",
    "sounds_like_booking",
    "speaks_of_time",
]

# Said of the matter spoken of before: 就约这个, 那我明天去. Of another one: 再约一个.
ANOTHER = re.compile(r"再|另|别的|其他|其它|还[想要]")
TO_AN_EARLIER_DAY = ("早", "提前", "往前")
SHIFT = re.compile(r"(?P<way>早|晚|提前|推迟|往后|往前|错后|后延)(?:推|延|挪)?(?P<count>[一两二三四五1-5])天")


def is_for_another(text: str) -> bool:
    """再约一个, 帮我妈也约一个: a booking beside the one there is."""
    return bool(ANOTHER.search(text)) or read_relation(text) is not None


async def begin(turn: Turn) -> str:
    """A new booking, from whatever the first sentence already says; of the matter spoken of when it names none."""
    talk = turn.talk
    talk.leave()
    if what := elsewhere(turn.desk, turn.text):
        return guide_words.elsewhere(what)
    talk.doing = "book"
    if talk.topic and not talk.made and not ANOTHER.search(turn.text) and not matching(turn.desk.catalogue, turn.text):
        topic = turn.matter(talk.topic)
        if topic and topic.is_open_to_booking:
            talk.form.matter_id = topic.id
    return await go_on(turn)


async def begin_move(turn: Turn, held: Appointment) -> None:
    """A form that, when confirmed, moves the appointment; its day and its hour stay unless others are said."""
    turn.talk.leave()
    turn.talk.doing = "move"
    at = f"{local(held.starts_at):%H:%M}"
    turn.talk.form = Form(matter_id=held.matter_id, moving=held.number, days=[held.on.isoformat()], start=at)


async def go_on(turn: Turn) -> str:
    """Reads the sentence into the form and says what comes next."""
    talk, intent = turn.talk, turn.wish.intent
    if intent is Intent.YES and talk.asked == "confirm":
        return await _conclude(turn)
    if talk.asked == "key" and (said := form_reading.number_said(turn)):
        return say.BAD_KEY if said == form_reading.WRONG else await _conclude(turn)
    if what := elsewhere(turn.desk, turn.text):
        return f"{guide_words.elsewhere(what)}\n{phrases.RESUME}{remind(turn)}"
    if others := await _another_time(turn):
        return others
    if intent is Intent.NO and talk.asked == "confirm":
        talk.asked = "change"
        return say.WHAT_TO_CHANGE
    if intent is Intent.YES and talk.asked == "when" and talk.choices:
        return say.WHICH_ONE
    if intent is Intent.YES and talk.asked == "when" and talk.form.moving:
        talk.leave()
        return errands_words.KEPT
    if intent is Intent.CHOICE and talk.asked and not talk.choices and not form_reading.means_a_day(turn):
        return f"{say.NO_NUMBERS}\n{remind(turn)}"
    if intent is Intent.NO and talk.asked == "when":
        talk.offer(())
        return say.SAY_A_TIME
    return await _read_and_ask(turn)


async def go_on_at(turn: Turn, when: When) -> str:
    """The time was said before it was known for which appointment."""
    form_reading.read_time(turn.talk.form, when)
    return await ask_next(turn)


async def _read_and_ask(turn: Turn) -> str:
    form = turn.talk.form
    when = read_when(form_reading.corrected(turn.text), turn.today)
    note = say.is_past(when.days[0] if when.days else None) if when.is_past else when.note
    before = (form.name, form.phone)
    _shift(turn)
    if said := form_reading.read_into(turn):
        return f"{note}\n{said}" if note else said
    is_heard = when and not when.is_past
    time_said = when.said if is_heard and not form.matter_id else ""
    asked = await ask_next(turn, say.noted(time_said, form.name != before[0], form.phone != before[1]))
    return f"{note}\n{asked}" if note else asked


async def _another_time(turn: Turn) -> str:
    """再早点, 换一个时间: other times than those offered or chosen."""
    matter = turn.matter_under_way()
    is_time = turn.talk.asked in ("when", "confirm", "change", "name_phone", "name", "phone")
    if matter is None or not is_time or not wants_another_time(turn.text):
        return ""
    if read_when(form_reading.corrected(turn.text), turn.today) or matching(turn.desk.catalogue, turn.text):
        return ""
    return await offers.offer_others(turn, matter)


def speaks_of_time(text: str) -> bool:
    """再早点, 换个时间, 晚一天: times seen from those offered or chosen."""
    return wants_another_time(text) or bool(SHIFT.search(text))


def _shift(turn: Turn) -> None:
    """晚一天, 提前两天: counted from the day chosen."""
    form, found = turn.talk.form, SHIFT.search(turn.text)
    if not found or not form.days:
        return
    count = found["count"]
    steps = int(count) if count.isdigit() else CHINESE_DIGITS[count]
    back = found["way"] in TO_AN_EARLIER_DAY
    day = form.candidate_days()[0] + timedelta(days=-steps if back else steps)
    form.forget_slot(keep_hour=True)
    form.days = [day.isoformat()]


# ------------------------------------------------------------------------------------------------ asking


async def ask_next(turn: Turn, heard: str = "") -> str:
    """The next thing missing, or the form to confirm. `heard`: what has just been taken down, said before it."""
    form, talk = turn.talk.form, turn.talk
    matter = turn.matter_under_way()
    if matter is None:
        offered = [m for c in talk.choices if c.act == "matter" and (m := turn.matter(c.value))]
        if talk.asked == "matter" and offered:
            return heard + guide_words.which_matter(offered)
        talk.asked = "matter"
        talk.offer(())
        return heard + (say.ASK_MATTER_TOO if heard else say.ASK_MATTER)
    talk.speak_of(matter.id)
    note = ""
    if not form.slot_id:
        found = await offers.find_slot(turn, matter)
        if isinstance(found, str):
            talk.asked = "when"
            return heard + found
        note = found.note
        form_reading.set_slot(form, found.slot.id, found.slot.starts_at)
    talk.offer(())
    if form.moving:
        return await _confirm_move(turn, matter, note)
    is_known = await _fill_from_last_time(turn)
    starts_at = datetime.fromisoformat(form.starts_at)
    if form.relation == Relation.COMPANY and not form.company:
        talk.asked = "company"
        return f"{matter.name}，{phrases.slot_start(starts_at)}{note}\n{say.ASK_PERSON[talk.asked]}"
    if not form.name or not form.phone:
        missing = [("name", form.name), ("phone", form.phone)]
        talk.asked = "_".join(what for what, value in missing if not value)
        asked = say.ask_person(talk.asked, form.relation)
        return f"{matter.name}，{phrases.slot_start(starts_at)}{note}\n{asked}"
    talk.asked = "confirm"
    who = (form.name, form.phone, turn.hall, note, is_known, form.later, form.relation, form.company)
    return say.confirm(matter, starts_at, *who)


def remind(turn: Turn) -> str:
    """What was asked last, in a line: after a question in the middle."""
    talk, matter = turn.talk, turn.matter_under_way()
    if talk.asked == "appointment":
        return say.REMIND_WHICH
    if matter is None:
        return say.REMIND_CHOICE if talk.choices else say.REMIND_MATTER
    if talk.asked == "matter":
        return say.REMIND_CHOICE
    if talk.asked == "key":
        return say.REMIND_KEY
    if talk.asked in say.ASK_PERSON:
        return say.remind(
            say.ACTS[talk.doing],
            matter,
            datetime.fromisoformat(talk.form.starts_at),
            say.ask_person(talk.asked, talk.form.relation),
        )
    if talk.asked == "confirm":
        return say.remind(say.ACTS[talk.doing], matter, datetime.fromisoformat(talk.form.starts_at), say.CONFIRM_ENDING)
    if talk.asked == "change":
        return say.WHAT_TO_CHANGE
    return say.remind_when(say.ACTS[talk.doing], matter, len(talk.choices))


async def _confirm_move(turn: Turn, matter: Matter, note: str) -> str:
    form = turn.talk.form
    old = await appointments.look(turn.tx, (await turn.citizen()).id, form.moving)
    if old.slot_id == form.slot_id:
        form.forget_slot()
        form.days, form.start, form.end = [], "", ""
        turn.talk.asked = "when"
        return say.same_time(old)
    turn.talk.asked = "confirm"
    return say.confirm_move(old, matter.name, datetime.fromisoformat(form.starts_at), note)


async def _fill_from_last_time(turn: Turn) -> bool:
    """Name and phone of the last booking, where the citizen gave none now. True when both were taken from there."""
    form = turn.talk.form
    if (form.name and form.phone) or form.relation == Relation.FAMILY:
        return False
    citizen = await turn.citizen()
    if not citizen.name or not citizen.phone or (form.name and form.name != citizen.name):
        return False
    fresh = not form.name and not form.phone
    form.name, form.phone = form.name or citizen.name, form.phone or citizen.phone
    return fresh


# ------------------------------------------------------------------------------------------------ concluding


async def book_kept(turn: Turn, matter: Matter, slot: Slot) -> str:
    """A place that is kept for them: booked at once when it is known who comes, else that is asked for."""
    talk = turn.talk
    talk.leave()
    talk.doing, talk.form.matter_id = "book", matter.id
    form_reading.set_slot(talk.form, slot.id, slot.starts_at)
    await _fill_from_last_time(turn)
    return await (_conclude(turn) if talk.form.name and talk.form.phone else ask_next(turn))


async def _conclude(turn: Turn) -> str:
    """Books or moves; a place that went meanwhile is said to be gone and the nearest offered."""
    form = turn.talk.form
    matter = turn.matter_under_way()
    if matter is None:
        turn.talk.leave()
        return say.MATTER_NOT_FOUND
    try:
        async with turn.tx.attempt():
            return await (_move(turn, matter) if form.moving else _book(turn, matter))
    except (MatterShut, SlotFull, SlotGone) as gone:
        form.forget_slot()
        turn.talk.asked = "when"
        wanted = instant_at(form.candidate_days()[0], form.from_to()[0] or time(9)) if form.days else None
        why = gone.message if isinstance(gone, MatterShut) else say.just_taken(isinstance(gone, SlotFull))
        return await offers.offer(turn, matter, wanted, why)
    except NeedsKey as lacking:
        turn.talk.asked = "key"
        return say.ask_key(lacking.message)
    except Problem as refusal:
        turn.talk.leave()
        return refusal.message


async def _book(turn: Turn, matter: Matter) -> str:
    form, citizen = turn.talk.form, await turn.citizen()
    relation = Relation(form.relation or Relation.SELF)
    numbers = (form.id_number or None, form.company or None, form.credit_code or None)
    who = Booking(form.name, form.phone, relation, *numbers)
    made = await appointments.book(turn.tx, Request(citizen.id, form.slot_id, matter, who), turn.now)
    if relation is not Relation.FAMILY:  # theirs are not one's own
        await citizens.remember(turn.tx, citizen.id, form.name, form.phone)
    turn.talk.leave()
    turn.talk.speak_of(matter.id, made.number)
    turn.why = replace(turn.why, more={"number": made.number})
    return say.booked(made, matter, turn.hall, form.later)


async def _move(turn: Turn, matter: Matter) -> str:
    form, citizen = turn.talk.form, await turn.citizen()
    moved = await appointments.reschedule(turn.tx, citizen.id, form.moving, form.slot_id, turn.now)
    turn.talk.leave()
    turn.talk.speak_of(matter.id, moved.number)
    return say.moved(moved, matter.name)
