"""What the guide answers with: all of a matter's 实施清单 that has been entered; None or empty is not entered."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, TypedDict

from hall.matters.life_events import matters_of
from hall.matters.model import Agency, Attached, Audience, LifeEvent, Material, Matter, Use
from hall.places.model import Hall, Spans
from handlers.api.catalogue import Held
from handlers.api.shapes import GroupBrief, HallBrief, brief

FILES = "/api/v1/files/"


class Hours(TypedDict):
    opens: str
    closes: str


class HallShape(TypedDict):
    id: str
    name: str
    address: str | None
    phone: str | None
    hours: Annotated[list[Hours], "平常的工作日"]
    is_sample: bool


class HallList(TypedDict):
    halls: list[HallShape]


class MatterLine(TypedDict):
    id: str
    name: str
    theme: str
    department: str
    handling: str
    audiences: list[str]
    group: GroupBrief
    is_open_to_booking: bool


class MatterPage(TypedDict):
    matters: list[MatterLine]
    next: str | None


class FileShape(TypedDict):
    id: str
    name: str
    size: Annotated[int, "字节"]
    type: str
    url: str


class MaterialShape(TypedDict):
    name: str
    form: str
    count: int
    source: str | None
    is_needed: bool
    may_follow: bool
    has_e_licence: bool
    note: str | None
    blank_form: FileShape | None
    sample: FileShape | None


class AgencyShape(TypedDict):
    id: str
    name: str
    address: str | None
    phone: str | None
    hours: list[Hours] | None


class AgencyLine(AgencyShape):
    matters: int


class AgencyList(TypedDict):
    agencies: list[AgencyLine]


class CodesShape(TypedDict):
    basic: str | None
    implementation: str | None
    business: str | None


class CounterShape(TypedDict):
    number: int
    name: str


class PlaceShape(TypedDict):
    name: str
    address: str | None
    hours: str | None
    counters: list[CounterShape]


class BookingShape(TypedDict):
    is_open: bool
    group: GroupBrief


class QuestionShape(TypedDict):
    question: str
    answer: str | None


class MatterShape(MatterLine):
    """实施清单里登记了的都在；null 或空的是还没有登记，不是没有，也不是零"""

    hall: HallBrief
    aliases: list[str]
    codes: CodesShape
    agency: AgencyShape | None
    legal_days: int | None
    promised_days: int | None
    days_unit: str | None
    on_the_spot: bool
    legal_note: str | None
    conditions: list[str]
    materials: list[MaterialShape]
    files: Annotated[list[FileShape], "整件事的，不是哪一份材料的"]
    fee: str
    fee_basis: str | None
    steps: list[str]
    result: str
    basis: list[str]
    counter: str
    places: list[PlaceShape]
    booking: BookingShape
    questions: list[QuestionShape]
    is_typical: Annotated[bool, "数字是全国通行的，还不是本厅自己的，要这么说"]


class ThemeLine(TypedDict):
    name: str
    matters: int


EventLine = TypedDict(
    "EventLine",
    {"id": str, "name": str, "for": str, "for_name": str, "matters": int, "note": str | None},
)


class AudienceLine(TypedDict):
    id: str
    name: str
    matters: int


class GuideShape(TypedDict):
    hall: HallBrief
    themes: list[ThemeLine]
    life_events: list[EventLine]
    audiences: list[AudienceLine]


def hall(of: Hall) -> HallShape:
    return {
        "id": of.id,
        "name": of.name,
        "address": of.address,
        "phone": of.phone,
        "hours": hours(of.hours),
        "is_sample": of.is_sample,
    }


def hours(of: Spans) -> list[Hours]:
    return [{"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"} for opens, closes in of]


def guide(hall_id: str, held: Held) -> GuideShape:
    """How many matters stand under each theme, life event and audience; themes in the order of the catalogue."""
    here = held.all_matters(hall_id)
    audiences = Counter(audience for matter in here for audience in matter.audiences)
    return {
        "hall": brief(held.hall(hall_id)),
        "themes": [{"name": name, "matters": count} for name, count in Counter(m.theme for m in here).items()],
        "life_events": [event_line(event, here) for event in held.guides[hall_id].events],
        "audiences": [{"id": a, "name": a.chinese, "matters": audiences[a]} for a in Audience],
    }


def event_line(of: LifeEvent, here: Sequence[Matter]) -> EventLine:
    return {
        "id": of.id,
        "name": of.name,
        "for": of.audience,
        "for_name": of.audience.chinese,
        "matters": len(matters_of(of, here)),
        "note": of.note,
    }


def matter_line(of: Matter, held: Held) -> MatterLine:
    """One line of the guide."""
    return {
        "id": of.id,
        "name": of.name,
        "theme": of.theme,
        "department": of.department,
        "handling": of.handling,
        "audiences": list(of.audiences),
        "group": _group(of, held),
        "is_open_to_booking": of.is_open_to_booking,
    }


def _group(of: Matter, held: Held) -> GroupBrief:
    group = held.groups[of.group_id]
    return {"letter": group.letter, "name": group.name}


def matter(of: Matter, held: Held) -> MatterShape:
    """Everything the guide knows. `is_typical`: the figures are the country's usual ones, not yet this hall's own.

    Days are None where they are not verified, never zero.
    """
    here = held.guides[of.hall_id]
    attached = here.files.get(of.id, ())
    agency_there = here.agencies.get(of.agency_id or "")
    return {
        **matter_line(of, held),
        "hall": brief(held.hall(of.hall_id)),
        "aliases": list(of.aliases),
        "codes": {
            "basic": of.codes.basic,
            "implementation": of.codes.implementation,
            "business": of.codes.business,
        },
        "agency": agency(agency_there) if agency_there else None,
        "legal_days": of.legal_days,
        "promised_days": of.promised_days,
        "days_unit": of.days_unit,
        "on_the_spot": of.on_the_spot,
        "legal_note": of.legal_note,
        "conditions": list(of.conditions),
        "materials": [_material(material, attached) for material in of.materials],
        "files": [file(one) for one in attached if one.use is Use.LIST],
        "fee": of.fee,
        "fee_basis": of.fee_basis,
        "steps": list(of.steps),
        "result": of.result,
        "basis": list(of.basis),
        "counter": of.window_type,
        "places": _places(of, held),
        "booking": {"is_open": of.is_open_to_booking, "group": _group(of, held)},
        "questions": [{"question": asked.question, "answer": asked.answer} for asked in of.questions],
        "is_typical": of.is_typical,
    }


def _material(of: Material, attached: Sequence[Attached]) -> MaterialShape:
    uses = {one.use: file(one) for one in attached if one.material == of.name}
    return {
        "name": of.name,
        "form": of.form,
        "count": of.count,
        "source": of.source,
        "is_needed": of.is_needed,
        "may_follow": of.may_follow,
        "has_e_licence": of.has_e_licence,
        "note": of.note,
        "blank_form": uses.get(Use.BLANK),
        "sample": uses.get(Use.SAMPLE),
    }


def file(of: Attached) -> FileShape:
    return {"id": of.id, "name": of.name, "size": of.size, "type": of.kind, "url": f"{FILES}{of.id}"}


def _places(of: Matter, held: Held) -> list[PlaceShape]:
    """Elsewhere where it is done elsewhere; else the hall, with the counters that serve it."""
    if of.places:
        return [{"name": p.name, "address": p.address, "hours": p.hours, "counters": []} for p in of.places]
    here, letter = held.hall(of.hall_id), held.groups[of.group_id].letter
    serving = [counter for counter in held.guides[here.id].counters if counter.serves(letter, of.id)]
    said = "，".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in here.hours)
    counters: list[CounterShape] = [{"number": counter.number, "name": counter.name} for counter in serving]
    return [{"name": here.name, "address": here.address, "hours": said, "counters": counters}]


def agency(of: Agency) -> AgencyShape:
    when = None if of.hours is None else hours(of.hours)
    return {"id": of.id, "name": of.name, "address": of.address, "phone": of.phone, "hours": when}


def agencies(hall_id: str, held: Held) -> AgencyList:
    counts = Counter(matter.agency_id for matter in held.all_matters(hall_id))
    there = held.guides[hall_id].agencies.values()
    return {"agencies": [{**agency(one), "matters": counts[one.id]} for one in there]}
