"""Who may use a route. Every route declares its guard; tests/house walks the router and finds one that does not.

@blueprint.get("/metrics")
@guarded("operators")
async def metrics(request): ...
"""

import ipaddress
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from sanic import HTTPResponse, Request

from hall.places import devices
from hall.places.devices import DeviceKind
from hall.staff.model import Role
from kit.errors import Problem

P = ParamSpec("P")
# None: it has answered already, in a stream
Door = Callable[Concatenate[Request[Any, Any], P], Coroutine[Any, Any, HTTPResponse | None]]
Check = Callable[[Request[Any, Any]], Coroutine[Any, Any, None]]
DEVICE_COOKIE = "bangban_device"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class NotSignedIn(Problem):
    status = 401
    code = "not_signed_in"
    sentence = "登录已经过期，请重新打开小程序登录一次。"


class NotForYou(Problem):
    status = 403
    code = "operators_only"
    sentence = "这里只给大厅的运维人员看，请从服务器本机或内网直接访问。"


class DeviceUnknown(Problem):
    status = 403
    code = "device_unknown"
    sentence = "这台设备还没有登记，或者已经停用了。请工作人员重新登记这台设备，再打开这一页。"


async def _citizen(request: Request[Any, Any]) -> None:
    """A bearer token of a session that is not over; the door finds whose in `request.ctx.citizen_id`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    citizen_id = (
        await request.app.ctx.reception.visitors.recognise(token.strip()) if scheme.lower() == "bearer" else None
    )
    if citizen_id is None:
        raise NotSignedIn()
    request.ctx.citizen_id = citizen_id


async def _anyone(request: Request[Any, Any]) -> None:
    """Whose token it is where one is sent; else nobody (`request.ctx.citizen_id` is None), whom the address slows."""
    if "authorization" in request.headers:
        await _citizen(request)
        return
    request.app.ctx.reception.visitors.admit(request)
    request.ctx.citizen_id = None


async def _device(request: Request[Any, Any], kind: DeviceKind) -> None:
    """A machine of the hall: the door finds which in `request.ctx.device`; None in the demo, where any browser may."""
    here = request.app.ctx.reception
    key = request.cookies.get(DEVICE_COOKIE)
    device = await here.db.consult(devices.known, key) if key else None
    if (device is None or device.kind is not kind) and not here.settings.demo.on:
        raise DeviceUnknown()
    request.ctx.device = device if device is not None and device.kind is kind else None


async def _kiosk(request: Request[Any, Any]) -> None:
    await _device(request, DeviceKind.KIOSK)


async def _tablet(request: Request[Any, Any]) -> None:
    await _device(request, DeviceKind.TABLET)


async def _half_in(request: Request[Any, Any]) -> None:
    """Somebody whose password was right, whatever they have still to do before they are in."""
    await request.app.ctx.gate.let_half_in(request)


async def _operators(request: Request[Any, Any]) -> None:
    """From the machine itself or a private network, and not through the public reverse proxy."""
    peer = ipaddress.ip_address(request.ip or "0.0.0.0")  # noqa: S104 (an address to compare, not to listen on)
    if not peer.is_private or peer.is_unspecified or any(name in request.headers for name in FORWARDED):
        raise NotForYou()


# Guards without a check here are checked by the door itself, in the place its name says.
GUARDS: dict[str, Check | None] = {
    "public": None,
    "citizen": _citizen,
    "anyone": _anyone,
    "kiosk": _kiosk,
    "tablet": _tablet,
    "operators": _operators,
    "wechat signature": None,  # handlers/wechat.py, before anything else is read
    "demo": None,  # hung only when demo.on
    "staff half in": _half_in,
}


def staff_guard(name: str) -> Check:
    """`staff`: whoever is signed in; `staff: lead admin`: who is one of these at the hall they look at."""
    kind, _, roles = name.partition(":")
    if kind != "staff":
        raise KeyError(name)
    wanted = frozenset(map(Role, roles.split()))

    async def check(request: Request[Any, Any]) -> None:
        await request.app.ctx.gate.admit(request, wanted)

    return GUARDS.setdefault(name, check) or check


def guarded(name: str) -> Callable[[Door[P]], Door[P]]:
    """Declares the guard of a route and, where there is a check here, checks it."""
    check = GUARDS[name] if name in GUARDS else staff_guard(name)

    def declare(door: Door[P]) -> Door[P]:
        made = door if check is None else _checked(check, door)
        made.guard = name  # type: ignore[attr-defined]
        return made

    return declare


def _checked(check: Check, door: Door[P]) -> Door[P]:
    @wraps(door)
    async def checked(request: Request[Any, Any], /, *args: P.args, **kwargs: P.kwargs) -> HTTPResponse | None:
        await check(request)
        return await door(request, *args, **kwargs)

    return checked
