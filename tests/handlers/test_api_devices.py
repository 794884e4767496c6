"""The hall's own machines: a kiosk that takes tickets for anybody, a tablet that rates at its counter."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from hall.places import devices
from hall.places.devices import DeviceKind
from hall.queue import service as queue
from hall.queue.model import Privilege
from hall.ratings import service as ratings
from hall.ratings.model import Kind
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, at, book, slots_on
from tests.hall.opinions import Counted, a_hall_at_work, serve_one
from tests.handlers.api import Answer, Caller, Clock, open_api


@pytest.fixture
async def hall(sqlite_db: Database) -> Counted:
    return await sqlite_db.transact(a_hall_at_work)


@dataclass(frozen=True)
class Machine:
    """A browser that has reported with this key."""

    caller: Caller
    key: str

    async def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> Answer:
        return await self.caller(method, path, json, Cookie=f"bangban_device={self.key}", **headers)


@pytest.fixture
async def nobody(sqlite_db: Database, hall: Counted) -> AsyncIterator[Caller]:
    async with open_api(sqlite_db, Clock(), demo=False) as caller:
        yield caller


async def a_machine(db: Database, caller: Caller, kind: DeviceKind, counter: int | None = None) -> Machine:
    _, key = await db.transact(devices.set_up, HALL.id, kind, counter, "赵主任", MONDAY)
    answer = await caller("POST", "/devices/session", {"key": key})
    assert answer.status == 204 and {"HttpOnly", "SameSite=Strict"} <= set(answer.headers["Set-Cookie"].split("; "))
    return Machine(caller, key)


async def test_kiosk_takes_a_ticket_for_somebody_we_do_not_know(sqlite_db: Database, nobody: Caller) -> None:
    kiosk = await a_machine(sqlite_db, nobody, DeviceKind.KIOSK)
    key = uuid4().hex
    first = await kiosk("POST", "/kiosk/tickets", {"group": "A", "privilege": "elderly"}, Idempotency_Key=key)
    again = await kiosk("POST", "/kiosk/tickets", {"group": "A", "privilege": "elderly"}, Idempotency_Key=key)
    assert (first.status, first.body["ticket"]["number"]) == (201, "A001")
    assert again.body == first.body
    other = await kiosk("POST", "/kiosk/tickets", {"group": "A"}, Idempotency_Key=uuid4().hex)
    assert other.body["ticket"]["number"] == "A002" and other.body["code"] != first.body["code"]


async def a_booking(tx: Tx, here: Counted) -> str:
    """The number of an appointment at 10:30 of this Monday, of the phone …0001."""
    slot = next(one for one in await slots_on(tx, here.here.a, 23) if one.starts_at == at(23, 10, 30))
    return (await book(tx, here.citizen, slot.id, here.matter, "王小明", "13800000001", at(20, 10))).number


async def test_who_has_an_appointment_arrives_at_the_kiosk(sqlite_db: Database, hall: Counted, nobody: Caller) -> None:
    kiosk = await a_machine(sqlite_db, nobody, DeviceKind.KIOSK)
    number = await sqlite_db.transact(a_booking, hall)
    first = await kiosk("POST", "/kiosk/arrivals", {"appointment": number.lower(), "code": "0001"})
    assert (first.status, first.body["ticket"]["number"]) == (201, "A001")
    assert (await kiosk("POST", "/kiosk/arrivals", {"appointment": number, "code": "0001"})).body == first.body
    taken = await sqlite_db.consult(queue.find, HALL.id, "A001", MONDAY.date())
    assert taken is not None
    assert (taken.citizen_id, taken.privilege) == (hall.citizen.id, Privilege.APPOINTMENT)  # who is told of the call
    assert (await nobody("POST", "/kiosk/arrivals", {"appointment": number, "code": "0001"})).code == "device_unknown"


async def test_guessing_at_the_phone_of_an_appointment_is_slowed_at_that_machine(
    sqlite_db: Database, hall: Counted, nobody: Caller
) -> None:
    kiosk = await a_machine(sqlite_db, nobody, DeviceKind.KIOSK)
    other = await a_machine(sqlite_db, nobody, DeviceKind.KIOSK)
    number = await sqlite_db.transact(a_booking, hall)
    tried = [{"appointment": number, "code": f"000{n}"} for n in range(2, 9)]
    told = [(await kiosk("POST", "/kiosk/arrivals", one)).code for one in tried]
    assert told == ["appointment_not_found"] * 6 + ["too_many_guesses"]
    right = {"appointment": number, "code": "0001"}
    assert (await kiosk("POST", "/kiosk/arrivals", right)).code == "too_many_guesses"
    assert (await other("POST", "/kiosk/arrivals", right)).status == 201


async def test_who_is_no_machine_of_the_hall_takes_nothing(sqlite_db: Database, nobody: Caller) -> None:
    tablet = await a_machine(sqlite_db, nobody, DeviceKind.TABLET, 1)
    for caller in (nobody, Machine(nobody, "x" * 43), tablet):
        answer = await caller("POST", "/kiosk/tickets", {"group": "A"}, Idempotency_Key="one")
        assert (answer.status, answer.code) == (403, "device_unknown")
    assert (await nobody("POST", "/devices/session", {"key": "x" * 43})).code == "device_unknown"


async def test_machine_that_is_retired_is_shut_out(sqlite_db: Database, nobody: Caller) -> None:
    kiosk = await a_machine(sqlite_db, nobody, DeviceKind.KIOSK)
    (known,) = await sqlite_db.consult(devices.of_hall, HALL.id)
    await sqlite_db.transact(devices.end, HALL.id, known.id, MONDAY)
    answer = await kiosk("POST", "/kiosk/tickets", {"group": "A"}, Idempotency_Key="one")
    assert answer.code == "device_unknown"
    with pytest.raises(devices.DeviceNotFound):
        await sqlite_db.transact(devices.end, HALL.id, known.id, MONDAY)


async def test_tablet_rates_what_was_finished_at_its_counter(
    sqlite_db: Database, hall: Counted, nobody: Caller
) -> None:
    tablet = await a_machine(sqlite_db, nobody, DeviceKind.TABLET, 1)
    here = f"/tablet?hall={HALL.id}&counter=1"
    assert (await tablet("GET", here)).body["finished"] is None
    ticket = await sqlite_db.transact(serve_one, hall)
    shown = (await tablet("GET", here)).body["finished"]
    assert shown["number"] == ticket.number
    opinion = {"hall": HALL.id, "counter": 1, "key": shown["key"], "level": 4, "reasons": ["quick"]}
    done = await tablet("POST", "/tablet/ratings", opinion)
    assert (done.status, done.body) == (201, {"level": 4, "level_name": "满意"})
    assert (await tablet("POST", "/tablet/ratings", opinion)).code == "already_rated"
    assert (await tablet("GET", here)).body["finished"] is None
    kept = await sqlite_db.consult(ratings.of_dealing, Kind.TICKET, ticket.id)
    assert kept is not None and (kept.level, kept.channel) == (4, "tablet")


async def test_tablet_speaks_for_its_own_counter_only(sqlite_db: Database, hall: Counted, nobody: Caller) -> None:
    tablet = await a_machine(sqlite_db, nobody, DeviceKind.TABLET, 1)
    for path in (f"/tablet?hall={HALL.id}&counter=2", "/tablet?hall=elsewhere&counter=1"):
        assert (await tablet("GET", path)).code == "device_unknown"
    assert (await nobody("GET", f"/tablet?hall={HALL.id}&counter=1")).code == "device_unknown"
    forged = {"hall": HALL.id, "counter": 1, "key": "1.99999999999999.abc", "level": 5}
    assert (await tablet("POST", "/tablet/ratings", forged)).code == "time_to_rate_over"


async def test_any_browser_may_be_a_machine_in_the_demo(sqlite_db: Database, hall: Counted) -> None:
    async with open_api(sqlite_db, Clock(), demo=True) as caller:
        assert (await caller("POST", "/kiosk/tickets", {"group": "A"}, Idempotency_Key="one")).status == 201
        assert (await caller("GET", f"/tablet?hall={HALL.id}&counter=1")).status == 200
        assert (await caller("POST", "/kiosk/tickets", {"group": "Q"}, Idempotency_Key="two")).status == 404


async def test_tablet_stands_at_a_counter_there_is(sqlite_db: Database, hall: Counted) -> None:
    with pytest.raises(devices.NoSuchCounter):
        await sqlite_db.transact(devices.set_up, HALL.id, DeviceKind.TABLET, 9, "赵主任", MONDAY)
