"""What the citizens' API answers with: times in ISO 8601 as a clock in Shanghai shows them, names and phones masked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from hall.appointments.model import Appointment, Slot, State
from hall.citizens.model import Citizen
from hall.matters.model import Matter
from hall.places.model import Hall
from hall.queue.model import Ticket
from hall.queue.pace import Estimate
from handlers.api.catalogue import Held
from kit.clock import local
from kit.ids import mask_name, mask_phone

Body = dict[str, Any]


def instant(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")


def citizen(of: Citizen) -> Body:
    """What the person last booked with, None until then."""
    return {"name": of.name and mask_name(of.name), "phone": of.phone and mask_phone(of.phone)}


def hall(of: Hall) -> Body:
    """`hours` are those of a usual workday."""
    hours = [{"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"} for opens, closes in of.hours]
    facts = {"id": of.id, "name": of.name, "address": of.address, "phone": of.phone}
    return facts | {"hours": hours, "is_sample": of.is_sample}


def matter_line(of: Matter, held: Held) -> Body:
    """One line of the guide."""
    group = held.groups[of.group_id]
    return {
        "id": of.id,
        "name": of.name,
        "theme": of.theme,
        "department": of.department,
        "handling": of.handling,
        "group": {"letter": group.letter, "name": group.name},
        "is_open_to_booking": of.is_open_to_booking,
    }


def matter(of: Matter, held: Held) -> Body:
    """Everything the guide knows. `is_typical`: the figures are the country's usual ones, not yet this hall's own.

    Days are None where they are not verified, never zero.
    """
    materials = [
        {"name": m.name, "form": m.form, "count": m.count, "has_e_licence": m.has_e_licence, "note": m.note}
        for m in of.materials
    ]
    return matter_line(of, held) | {
        "hall": brief(held.hall(of.hall_id)),
        "aliases": list(of.aliases),
        "legal_days": of.legal_days,
        "promised_days": of.promised_days,
        "days_unit": of.days_unit,
        "on_the_spot": of.on_the_spot,
        "fee": of.fee,
        "result": of.result,
        "steps": list(of.steps),
        "materials": materials,
        "basis": list(of.basis),
        "legal_note": of.legal_note,
        "counter": of.window_type,
        "is_typical": of.is_typical,
    }


def brief(of: Hall) -> Body:
    return {"id": of.id, "name": of.name}


def slots(of: Sequence[Slot]) -> Body:
    return {"slots": [slot.as_json() for slot in of]}


def appointment(of: Appointment, held: Held, now: datetime) -> Body:
    """`may_change`: it can still be moved or cancelled."""
    return {
        "number": of.number,
        "state": of.state,
        "state_name": of.state.chinese,
        "hall": brief(held.hall(of.hall_id)),
        "matter": {"id": of.matter_id, "name": of.matter_name},
        "slot_id": of.slot_id,
        "starts_at": instant(of.starts_at),
        "ends_at": instant(of.ends_at),
        "name": of.name and mask_name(of.name),
        "phone": of.phone and mask_phone(of.phone),
        "relation": of.relation,
        "company": of.company,
        "may_change": of.state is State.BOOKED and of.starts_at > now,
    }


def ticket(of: Ticket, held: Held, wait: Estimate) -> Body:
    group = held.groups[of.group_id]
    return {
        "number": of.number,
        "state": of.state,
        "state_name": of.state.chinese,
        "hall": brief(held.hall(of.hall_id)),
        "group": {"letter": group.letter, "name": group.name},
        "on": day(of.on),
        "taken_at": instant(of.taken_at),
        "ahead": wait.ahead,
        "wait_low_minutes": wait.low,
        "wait_high_minutes": wait.high,
        "privilege": of.privilege,
        "calls": of.calls,
        "called_at": of.called_at and instant(of.called_at),
    }


def day(on: date) -> str:
    return on.isoformat()
