"""好差评: what may be rated, and rating it, by one's own token or by the number and the code on the slip."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from hall.places.model import HallNotFound
from hall.ratings import dealings
from hall.ratings import service as verbs
from hall.ratings.model import (
    NOTE_LIMIT,
    AlreadyRated,
    Channel,
    Dealing,
    Given,
    NoSuchReason,
    NothingToRate,
    NotOverYet,
    PhoneNeeded,
    Promise,
    Rating,
    TooLateToRate,
)
from handlers import forms
from handlers.api import rating_shapes as shapes
from handlers.api import repeats
from handlers.api.reception import Reception
from handlers.api.visitors import guessing
from handlers.described import Key, described
from handlers.guards import NotSignedIn, guarded
from kit import guesses
from kit.db import Tx
from kit.errors import Problem
from kit.guesses import TooManyGuesses
from kit.ids import tidy_number
from kit.secrets import fingerprint

ratings = Blueprint("ratings", url_prefix="/ratings")

MOST_REASONS = 8
NOT_NOW = (NotOverYet, AlreadyRated, TooLateToRate)
NOT_SO = (NoSuchReason, PhoneNeeded)


@dataclass(frozen=True, slots=True, repr=False)
class Opinion:
    """`code`: of somebody without a token, from the slip or the receipt. `phone`: for the call, where we know none."""

    number: Annotated[str, forms.text(40), "票号或办件编号"]
    level: Annotated[int, forms.up_to(5), "5 非常满意 到 1 非常不满意"]
    reasons: Annotated[tuple[str, ...], forms.several(forms.text(32), MOST_REASONS), "原因的 id，见 GET"] = ()
    note: Annotated[str | None, forms.text(NOTE_LIMIT), "留言，里面的证件号、手机号会被遮住"] = None
    wants_call: Annotated[bool, forms.yes_or_no, "差评要电话回访"] = False
    phone: Annotated[str | None, forms.text(30), "回访打的手机号；不填就打预约时留的"] = None
    hall: Annotated[str | None, forms.text(32), "凭票号和查询码评时，是哪个大厅的票"] = None
    code: Annotated[str | None, forms.text(20), "没有登录时要填：小票或回执上的查询码"] = None

    def given(self) -> Given:
        return Given(self.level, self.reasons, self.note, self.wants_call, self.phone)


@ratings.get("")
@guarded("anyone")
@described("五档、各档的原因，和本人还没评的、评过的", answers={200: shapes.RatingList})
async def look(request: Request[Any, Any]) -> HTTPResponse:
    """The levels with their reasons; for a citizen also what waits to be rated, and what they have said."""
    here: Reception = request.app.ctx.reception
    told: shapes.RatingList = {"levels": shapes.levels(), "waiting": [], "given": []}
    if (citizen_id := request.ctx.citizen_id) is not None:
        since = dealings.since_of(here.clock(), here.settings.ratings.window_days)
        async with here.db.read() as tx:
            told["waiting"] = [shapes.dealing(one) for one in await dealings.waiting(tx, citizen_id, since)]
            told["given"] = [shapes.rating(one) for one in await verbs.given_by(tx, citizen_id)]
    return json(told)


@ratings.post("")
@guarded("anyone")
@described(
    "评价一次办理，一次办理评一次",
    body=Opinion,
    key=Key.MUST,
    answers={201: shapes.RatingSeen},
    refusals=(NothingToRate, *NOT_NOW, *NOT_SO, HallNotFound, TooManyGuesses),
)
async def rate(request: Request[Any, Any]) -> HTTPResponse:
    """Once per dealing. Somebody else's number, one that is none, and a wrong code are answered alike."""
    here: Reception = request.app.ctx.reception
    form, now = forms.body(request, Opinion), here.clock()
    citizen_id = request.ctx.citizen_id
    if citizen_id is None and not form.code:
        raise NotSignedIn()
    if form.code:
        await _check_code(request, form, now)

    async def work(tx: Tx) -> repeats.Body:
        dealing = await _meant(tx, here, form, citizen_id, now)
        channel = Channel.API if citizen_id is not None else Channel.KIOSK
        return dict(shapes.rating(await _rate(tx, here, dealing, form.given(), channel, now)))

    return json(await here.db.transact(repeats.once_only, _key(request, form), work, now), status=201)


async def _check_code(request: Request[Any, Any], form: Opinion, now: datetime) -> None:
    """A code can be guessed at here as at /progress, and is counted alike. Raises NothingToRate, TooManyGuesses."""
    here: Reception = request.app.ctx.reception
    tried = guesses.tries(guessing(request), tidy_number(form.number))
    if (early := await here.db.consult(guesses.early, tried, now)) is not None:
        raise early

    async def look(tx: Tx) -> Dealing | Problem:
        meant = partial(_meant, tx, here, form, None, now)
        return await guesses.guarded(tx, tried, now, meant, NothingToRate)

    found = await here.db.transact(look)
    if isinstance(found, Problem):
        raise found


async def _meant(tx: Tx, here: Reception, form: Opinion, citizen_id: int | None, now: datetime) -> Dealing:
    """Raises NothingToRate."""
    if form.code:
        since = dealings.since_of(now, here.settings.ratings.window_days)
        return await dealings.by_code(tx, form.hall or here.settings.hall.id, form.number, form.code, now, since)
    assert citizen_id is not None, "the door has asked for a token or a code"
    return await dealings.own(tx, citizen_id, form.number, form.hall)


async def _rate(tx: Tx, here: Reception, dealing: Dealing, given: Given, channel: Channel, now: datetime) -> Rating:
    return await verbs.rate(tx, dealing, given, channel, now, Promise.of(here.settings.ratings))


def _key(request: Request[Any, Any], form: Opinion) -> repeats.Key:
    """Of somebody without a token, a key is theirs together with the code: nobody else reads the answer."""
    if request.ctx.citizen_id is not None:
        return repeats.key(request, form)
    return repeats.key_of(fingerprint(f"{form.number} {form.code}")[:24], request, form)
