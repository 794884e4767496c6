"""What the citizens' doors need: one a worker, in `app.ctx.reception`."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hall.appointments import service as appointments
from hall.appointments.refusals import SlotGone
from hall.appointments.rush import Rush
from hall.citizens import sessions
from handlers.api import repeats
from handlers.api.catalogue import Catalogue
from handlers.api.visitors import Visitors
from kit import guesses
from kit.clock import Clock
from kit.db import Database
from kit.settings import Settings
from kit.wechat import Phone

TRY = re.compile(r"try-([0-9a-z-]{1,40})")  # as the citizens of /try are named
TRY_PHONE = re.compile(r"try-(\d{11})")
TRY_OPENID = "try_{name}"

SLOTS_MOST = 50_000

Login = Callable[[str], Awaitable[str]]  # a wx.login code to an openid
PhoneOf = Callable[[str], Awaitable[Phone]]  # the code of the button "getPhoneNumber" to a phone


@dataclass(frozen=True, slots=True)
class Reception:
    db: Database
    settings: Settings
    clock: Clock
    login: Login
    phone_of: PhoneOf
    visitors: Visitors
    catalogue: Catalogue
    rush: Rush
    slot_halls: dict[int, str] = field(default_factory=dict)  # which never changes

    @classmethod
    def build(cls, db: Database, settings: Settings, login: Login, phone_of: PhoneOf, clock: Clock) -> "Reception":
        """`login` and `phone_of` are WeChat's; in a demo, with no WeChat, the code `try-wang` stands for the citizen
        `wang` of /try, and `try-13800000001` for that phone."""
        if settings.demo.on:
            login, phone_of = _or_made_up(login), _or_made_up_phone(phone_of)
        return cls(db, settings, clock, login, phone_of, Visitors(db, clock), Catalogue(db), Rush(db))

    async def hall_of(self, slot_id: int) -> str:
        """The hall a slot belongs to. Raises SlotGone."""
        known = self.slot_halls.get(slot_id)
        if known is None:
            slot = await self.db.consult(appointments.slot, slot_id)
            if slot is None:
                raise SlotGone()
            if len(self.slot_halls) >= SLOTS_MOST:
                self.slot_halls.clear()
            known = self.slot_halls[slot_id] = slot.hall_id
        return known

    async def sweep(self, now: datetime) -> None:
        """Forgets sessions that are over, answers nobody asks for again, and wrong guesses of days ago."""
        await self.db.transact(sessions.sweep, now)
        await self.db.transact(guesses.sweep, now)
        await self.db.transact(repeats.sweep, now - timedelta(hours=repeats.KEPT_HOURS))


def _or_made_up(login: Login) -> Login:
    async def openid_of(code: str) -> str:
        made_up = TRY.fullmatch(code)
        return TRY_OPENID.format(name=made_up[1]) if made_up else await login(code)

    return openid_of


def _or_made_up_phone(phone_of: PhoneOf) -> PhoneOf:
    async def phone(code: str) -> Phone:
        made_up = TRY_PHONE.fullmatch(code)
        return Phone(made_up[1], "86") if made_up else await phone_of(code)

    return phone
