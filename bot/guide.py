"""Answers to questions: from the library's own words, or for a matter from this hall's catalogue."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time

from bot import hall_questions
from bot.dates import read_business_day, read_when
from bot.desk import Desk
from bot.intents import ABOUT_BOOKING
from bot.messages import Why
from bot.phrases import general as phrases
from bot.phrases import guide as say
from bot.phrases import guide_lists as lists
from hall.matters.matching import matching
from hall.matters.model import Matter
from hall.places.model import Hall, YearNotPublished
from hall.places.notice import statutory
from kit.clock import day_of, instant_at
from kit.ids import without_papers
from knowledge.matter_questions import ASPECT_SAYS, read_aspect
from knowledge.model import Finding, Period

ASPECTS: dict[str, Callable[[Matter], str]] = {
    "conditions": say.conditions,
    "fee_basis": say.fee_basis,
    "basis": say.basis,
    "questions": say.questions,
    "materials": say.materials,
    "days": say.days,
    "fee": say.fee,
    "steps": say.steps,
    "result": say.result,
}
# Three words and more, and no Chinese.
FOREIGN = re.compile(r"[^\u4e00-\u9fff]*(?:[a-z']+[^a-z\u4e00-\u9fff]+){2,}[a-z']+[^\u4e00-\u9fff]*")
INSURED_AMOUNT = re.compile(
    r"(?:社保|医保|养老|保险|灵活就业|公积金).{0,12}[交缴](?:费|纳|存)?(?:是|要|得)?(?:多少|几[百千]|多钱|啥标准|什么标准)|(?:缴费|缴存|社保)(?:的)?(?:基数|标准|档次)"
)
MOST_DAYS = 2  # 周末; of a whole week the usual hours say enough
AT_THE_HALL: dict[str, Callable[[Matter, Hall | None], str]] = {"where": say.where, "hours": say.when}


def find(desk: Desk, text: str, today: date) -> Finding:
    """What the hall's own list has to say, or else the library, the business day read off the sentence.

    Numbers of papers and cards are not looked at; who sends nothing else, or no Chinese, is told so.
    """
    plain = without_papers(text)
    found = _find(desk, plain, today)
    is_asked_back = found.kind == "ask_back" and bool(found.suggestions)
    if plain != text and found.kind != "answer" and not is_asked_back:
        return Finding("unknown", today, text=phrases.WITHOUT_NUMBER)
    if found.kind != "answer" and FOREIGN.fullmatch(text):
        return Finding("unknown", today, text=phrases.ONLY_CHINESE)
    if found.matter and INSURED_AMOUNT.search(text):
        return Finding("person", today, text=phrases.INSURED_AMOUNT)  # what the counter takes is not what one pays in
    if found.kind == "unknown" and ABOUT_BOOKING.search(text):
        return Finding("unknown", today, text=phrases.BOOK_OR_COME)
    return found


def _find(desk: Desk, text: str, today: date) -> Finding:
    if told := hall_questions.find(desk, text, today):
        return told
    about = read_business_day(text, today)
    told = desk.library.find(text, today, about and Period(about.start, about.end, about.day, about.said))
    return told if told.kind == "answer" else _of_the_halls_own(desk, text, today) or told


def _of_the_halls_own(desk: Desk, text: str, today: date) -> Finding | None:
    """The one matter a sentence names, where it is of the hall's own list and the library has nothing of it."""
    known = desk.library.shelf.matters
    if all(f"matter/{matter.id}" in known for matter in desk.catalogue):
        return None
    named = matching(desk.catalogue, text)
    if len(named) != 1 or f"matter/{named[0].id}" in known:
        return None
    return entry(desk, f"matter/{named[0].id}/{read_aspect(text)}", text, today)


def entry(desk: Desk, entry_id: str, question: str, today: date) -> Finding:
    """The entry a citizen picked, for the business day of the question it was offered for."""
    if (own := _of_the_catalogue(desk, entry_id)) is not None:
        return Finding(
            "answer", today, entry_id, own.name, confidence=1.0, matter=own.id, aspect=entry_id.split("/")[2]
        )
    about = read_business_day(question, today)
    return desk.library.entry(entry_id, today, about and Period(about.start, about.end, about.day, about.said))


def _of_the_catalogue(desk: Desk, entry_id: str) -> Matter | None:
    """A matter of the hall's own list that the library has no entry for."""
    entry, _, aspect = entry_id.rpartition("/")
    if entry in desk.library.shelf.matters or not entry.startswith("matter/") or aspect not in ASPECT_SAYS:
        return None
    return desk.matter(entry.removeprefix("matter/"))


def tell(desk: Desk, finding: Finding, is_coming: bool = False) -> tuple[str, Why]:
    """The words for a finding, and why. `is_coming`: one is booking already, and need not be asked to."""
    why = Why(
        intent="question",
        kind=finding.kind,
        entry_id=finding.entry_id,
        question=finding.question,
        confidence=finding.confidence,
        doc_nos=finding.doc_nos,
        on=finding.on,
        valid=finding.valid,
        offered=tuple(entry_id for entry_id, _ in finding.suggestions),
        more=dict(finding.why),
    )
    if finding.kind == "unknown":
        return finding.text or phrases.UNKNOWN, why
    if finding.suggestions:
        questions = [question for _, question in finding.suggestions]
        return (phrases.which(finding.text, questions) if finding.text else phrases.suggestions(questions)), why
    if finding.matter and not finding.text:
        matter = desk.matter(finding.matter)
        if matter is None:
            return say.NO_CATALOGUE, replace(why, kind="unknown")
        return about_matter(desk, matter, finding.aspect, is_coming), why
    return finding.text + (phrases.THUMBS if finding.kind == "answer" and not is_coming else ""), why


def about_matter(desk: Desk, matter: Matter, aspect: str, is_coming: bool = False) -> str:
    """`is_coming`: it is being or has been booked, so nobody need be asked to book it."""
    if aspect == "form":
        attached = [file for file in desk.files if file.matter_id == matter.id]
        text = lists.files(matter, attached, desk.settings.server.public_url)
    elif aspect in ASPECTS:
        text = ASPECTS[aspect](matter)
    else:
        text = AT_THE_HALL.get(aspect, say.general)(matter, desk.hall)
    return text if is_coming else text + say.ask_to_book(matter)


def hall_facts(desk: Desk, text: str, now: datetime) -> str:
    """When the doors are open: on the days somebody asked for, now, and as a rule."""
    if desk.hall is None:
        return say.hall_facts(None, None, None)
    asked = _days_asked(desk, desk.hall, text, day_of(now))
    try:
        is_open = desk.calendar.is_open(desk.hall, now)
        return say.hall_facts(desk.hall, is_open, desk.calendar.opens_next(desk.hall, now), asked)
    except YearNotPublished:
        return say.hall_facts(desk.hall, None, None, asked)


def hall_as_a_rule(desk: Desk, text: str, today: date) -> str:
    """The same where only the day is known, and no hour of it."""
    asked = _days_asked(desk, desk.hall, text, today) if desk.hall else []
    return say.hall_facts(desk.hall, None, None, asked)


def _days_asked(desk: Desk, hall: Hall, text: str, today: date) -> list[str]:
    """Of each of the days ahead that are named; nothing where many are."""
    read = read_when(text, today)
    if read.is_past or len(read.days) > MOST_DAYS:
        return []
    return [_on_day(desk, hall, day, is_last=day == read.days[-1]) for day in read.days]


def _on_day(desk: Desk, hall: Hall, day: date, is_last: bool) -> str:
    """`is_last`: of several days only that one says when the doors open next."""
    try:
        spans = desk.calendar.hours(day, hall)
        opens = desk.calendar.opens_next(hall, instant_at(day, time(0))) if is_last else None
    except YearNotPublished:
        feast = next((name for name, days in statutory(day.year).items() if day in days), None)
        return say.feast(day, feast) if feast else say.day_unknown(day)
    return say.on_day(day, spans, desk.calendar.closed_for(day), opens)
