"""Answers to questions: from the library's own words, or for a matter from this hall's catalogue."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from bot.dates import read_business_day
from bot.desk import Desk
from bot.messages import Why
from bot.phrases import general as phrases
from bot.phrases import guide as say
from hall.matters.model import Matter
from hall.places.model import YearNotPublished
from knowledge.model import Finding, Period

ASPECTS: dict[str, Callable[[Matter], str]] = {
    "materials": say.materials,
    "days": say.days,
    "fee": say.fee,
    "steps": say.steps,
    "result": say.result,
}


def find(desk: Desk, text: str, today: date) -> Finding:
    """What the library has to say, the business day read off the sentence."""
    about = read_business_day(text, today)
    return desk.library.find(text, today, about and Period(about.start, about.end, about.day, about.said))


def entry(desk: Desk, entry_id: str, question: str, today: date) -> Finding:
    """The entry a citizen picked, for the business day of the question it was offered for."""
    about = read_business_day(question, today)
    return desk.library.entry(entry_id, today, about and Period(about.start, about.end, about.day, about.said))


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
        return phrases.UNKNOWN, why
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
    if aspect == "where":
        text = say.where(matter, desk.hall)
    else:
        told = ASPECTS.get(aspect)
        text = told(matter) if told else say.general(matter, desk.hall)
    return text if is_coming else text + say.ask_to_book(matter)


def hall_facts(desk: Desk, now: datetime) -> str:
    if desk.hall is None:
        return say.hall_facts(None, None, None)
    try:
        is_open = desk.calendar.is_open(desk.hall, now)
        return say.hall_facts(desk.hall, is_open, desk.calendar.opens_next(desk.hall, now))
    except YearNotPublished:
        return say.hall_facts(desk.hall, None, None)
