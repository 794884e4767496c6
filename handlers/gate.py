"""The gate to the staff pages: whose cookie it is, whether they may, and whether it was their own page that sent this.

One a worker, in `app.ctx.gate`. A door behind it finds who is asking in `request.ctx.session`.

The cookie is out of reach of scripts (HttpOnly), is sent by our own pages only (SameSite=Strict) and over TLS only
(Secure, with the `__Host-` prefix). In the demo, over plain http to the machine itself, there is no TLS to be had:
there, and nowhere else, Secure is off.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Collection
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sanic import HTTPResponse, Request

from hall.staff import sessions
from hall.staff.model import NotYourRole, Role, Session, names_of, standing
from handlers.guards import FORWARDED
from kit.clock import Clock
from kit.db import Database
from kit.errors import Problem
from kit.secrets import is_same
from kit.settings import Settings

COOKIE, OPEN_COOKIE = "__Host-bangban", "bangban_staff"
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf"
QUIET_HEADER = "x-quiet"  # a page asks by itself: nobody need be there, so it keeps no session alive
SAFE = ("GET", "HEAD")


class SignInNeeded(Problem):
    status = 401
    code = "sign_in_needed"
    sentence = "登录已经过期，请重新登录。您刚填的内容还在。"


class StepsLeft(Problem):
    """The password was right, and something is to be done before they are in: the page for it in the details."""

    status = 403
    code = "steps_left"
    sentence = "还差一步才能进来，请按页面提示做完。"


class NotOurPage(Problem):
    status = 403
    code = "not_our_page"
    sentence = "这次提交不是从本系统的页面发出的，没有生效。请刷新页面再试一次。"


class Gate:
    def __init__(self, db: Database, settings: Settings, clock: Clock) -> None:
        self.db, self.settings, self.clock = db, settings, clock
        self.limits = sessions.Limits.of(settings.staff.idle_minutes, settings.staff.session_hours)

    async def admit(self, request: Request[Any, Any], wanted: Collection[Role]) -> None:
        """Raises SignInNeeded, NotOurPage, StepsLeft, NotYourRole."""
        session = await self.let_half_in(request)
        check_proved(session)
        if session.member.must_change:
            raise StepsLeft(page="/staff/account/password")
        if wanted and session.roles.isdisjoint(wanted):
            raise NotYourRole(wanted=names_of(wanted), name=session.member.name, roles=standing(session.roles))

    async def let_half_in(self, request: Request[Any, Any]) -> Session:
        """Raises SignInNeeded, NotOurPage."""
        now = self.clock()
        token, session = await self._session(request, now)
        if session is None:
            raise SignInNeeded()
        if request.method not in SAFE:
            check_origin(request)
            sent = request.headers.get(CSRF_HEADER) or (request.form.get(CSRF_FIELD) if request.form else None)
            if not is_same(csrf_of(token), str(sent)):
                raise NotOurPage()
        if now - session.seen_at >= sessions.TOUCHED and QUIET_HEADER not in request.headers:
            await self.db.transact(sessions.touch, session, now)
        request.ctx.session, request.ctx.csrf = session, csrf_of(token)
        return session

    async def knows(self, request: Request[Any, Any]) -> bool:
        """Whether somebody signed in asks: before a door reads more than anybody may send."""
        return (await self._session(request, self.clock()))[1] is not None

    async def _session(self, request: Request[Any, Any], now: datetime) -> tuple[str, Session | None]:
        token = request.cookies.get(self.cookie_name(request)) or ""
        return token, await self.db.consult(sessions.recognise, token, now, self.limits) if token else None

    def cookie_name(self, request: Request[Any, Any]) -> str:
        return OPEN_COOKIE if self.is_open(request) else COOKIE

    def is_open(self, request: Request[Any, Any]) -> bool:
        """Whether this is the demo on somebody's own machine, without TLS."""
        is_forwarded = any(name in request.headers for name in FORWARDED)
        return self.settings.demo.on and not is_forwarded and _is_loopback(request.ip)

    def give(self, request: Request[Any, Any], response: HTTPResponse, token: str) -> str:
        """Puts the token into the browser; the CSRF token that goes with it."""
        response.add_cookie(
            self.cookie_name(request), token, path="/", secure=not self.is_open(request), httponly=True,
            samesite="Strict",
        )  # fmt: skip
        return csrf_of(token)

    def take_back(self, request: Request[Any, Any], response: HTTPResponse) -> None:
        response.add_cookie(
            self.cookie_name(request), "", path="/", secure=not self.is_open(request), httponly=True,
            samesite="Strict", max_age=0,
        )  # fmt: skip


def check_proved(session: Session) -> None:
    """Raises StepsLeft before the second step is done."""
    if not session.is_proved:
        raise StepsLeft(page="/staff/second-step")


def csrf_of(token: str) -> str:
    """What every form of this session carries: known to our pages, and useless without the cookie."""
    return hmac.new(token.encode(), b"bangban csrf", hashlib.sha256).hexdigest()


def check_origin(request: Request[Any, Any]) -> None:
    """What the browser says the page was that sent this: ours, or it does not count. Raises NotOurPage."""
    origin = request.headers.get("origin") or request.headers.get("referer") or ""
    if urlsplit(origin).netloc != request.headers.get("host", ""):
        raise NotOurPage()


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return ((found.version == 6 and found.ipv4_mapped) or found).is_loopback
