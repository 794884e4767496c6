"""/staff/admin/matters: the hall's matters, found, written and withdrawn; what new limits mean for cases under way."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from hall.cases import running
from hall.matters import agencies, columns, entering, files, listing, written
from hall.matters import service as matters
from hall.matters.columns import Column
from hall.matters.model import Matter, Use
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, gate_of
from handlers.staff.pages import pages, show, went
from handlers.staff.states import of_hall

LIST = "/staff/admin/matters"
WORK = "staff: lead admin"
PAGE = 50
FORM_BYTES = 256 * 1024  # a matter's words, each of whose bytes a form may write as %XX
SAVE = Deed("matter.save", "改事项", "matter")
NEW = Deed("matter.new", "新设事项", "matter")
WITHDRAW = Deed("matter.withdraw", "事项不办了", "matter")
BACK = Deed("matter.back", "事项又办了", "matter")
SAVED = "存好了，聊天、指南和预约里马上就是新的。"
NEW_LIMITS = "时限改了：已经受理的{accepted}件照受理那天的时限办，还没受理的{yet}件受理那天按新的算。"
GONE = "指南、聊天和预约里不再有它了；已经约了、收了件的照办。"
RETURNED = "放回来了，指南、聊天和预约里又有它了。"
WHICH = {"": "所有", "typical": "还是通用值", "withdrawn": "本厅不办", "unlimited": "没有登记时限"}
LISTS = {
    "materials": ("材料", 3),
    "places": ("不在本厅办的，在哪里办", 1),
    "faq": ("群众常问的", 1),
}  # blank ones beside
USUAL = {"booking": "是", "typical": "否", "on_the_spot": "否"}
APART = {"id", "withdrawn"}  # not fields of the form of one that is there
FIRST = ("name", "aliases", "department", "agency", "theme", "target", "group", "window_type", "handling_type")
LIMITS = ("legal_days", "promised_days", "days_unit", "on_the_spot", "legal_note")
MONEY = ("fee", "fee_basis", "result")
LINES = ("conditions", "steps", "basis")
STATE = ("booking", "typical", "to_confirm")
CODES = ("basic_code", "implementation_code", "business_code")


class Which(StrEnum):
    TYPICAL = "typical"
    WITHDRAWN = "withdrawn"
    UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True)
class Asked:
    q: Annotated[str, forms.text(64), "找什么"] = ""
    which: Annotated[Which | None, forms.one_of(Which), "哪些"] = None
    skip: Annotated[int, forms.whole, "从第几条往后"] = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """`seen`: the mark of the matter as the page showed it."""

    seen: Annotated[str, forms.text(16), "看到的样子"]


@dataclass(frozen=True, slots=True)
class Named:
    id: Annotated[str, forms.text(64), "编号"]


@dataclass(frozen=True, slots=True)
class Withdrawing:
    is_back: Annotated[bool, forms.yes_or_no, "放回来"] = False


@pages.get("/admin/matters")
@guarded(WORK)
async def matters_page(request: Request[Any, Any]) -> HTTPResponse:
    asked, db, hall_id = forms.query(request, Asked), gate_of(request).db, request.ctx.session.hall_id
    every = await db.consult(matters.catalogue, hall_id, with_withdrawn=True)
    found = [one for one in listing.with_words(every, asked.q) if _is_wanted(one, asked.which)]
    letters = {group.id: group.letter for group in await db.consult(matters.groups, hall_id)}
    more = None
    if len(found) > asked.skip + PAGE:
        more = f"{LIST}?{urlencode({'q': asked.q, 'which': asked.which or '', 'skip': asked.skip + PAGE})}"
    shown = found[asked.skip : asked.skip + PAGE]
    values: dict[str, Any] = {"shown": shown, "count": len(found), "more": more, "letters": letters, "kinds": WHICH}
    return await show(request, "admin_matters.html", asked=asked, there_are=len(every), address=address, **values)


def _is_wanted(matter: Matter, which: Which | None) -> bool:
    if which is Which.TYPICAL:
        return matter.is_typical and not matter.is_withdrawn
    if which is Which.UNLIMITED:
        return matter.legal_days is None and matter.promised_days is None and not matter.on_the_spot
    return which is None or matter.is_withdrawn


def address(matter_id: str) -> str:
    return f"{LIST}/of/{quote(matter_id, safe='')}"


@pages.get("/admin/matters/new")
@guarded(WORK)
async def new_matter_page(request: Request[Any, Any]) -> HTTPResponse:
    return await _shown(request, "admin_matter_new.html", None, USUAL)


@pages.get("/admin/matters/of/<matter_id:str>")
@guarded(WORK)
async def matter_page(request: Request[Any, Any], matter_id: str) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    matter = await db.consult(matters.matter, hall_id, matter_id)
    letters = {group.id: group.letter for group in await db.consult(matters.groups, hall_id)}
    texts = written.texts_of(columns.MATTER, listing.matter_row(matter, letters))
    return await _shown(
        request,
        "admin_matter.html",
        matter,
        texts,
        seen=written.mark(matter),
        running=await db.consult(running.of_matter, hall_id, matter_id),
        attached=[file for file in await db.consult(files.files, hall_id) if file.matter_id == matter_id],
        material_names=[one.name for one in matter.materials],
        uses=tuple(Use),
        path_of=address(matter_id),
    )


async def _shown(
    request: Request[Any, Any], page: str, matter: Matter | None, texts: Mapping[str, str], **values: Any
) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    by_key = {column.key: column for column in columns.MATTER}
    parts: dict[str, list[Column]] = {
        name: [by_key[key] for key in keys]
        for name, keys in (
            ("first", FIRST), ("limits", LIMITS), ("money", MONEY), ("lines", LINES), ("state", STATE), ("codes", CODES)
        )
    }  # fmt: skip
    lists = [
        (key, label, listing.NESTED[key], len(written.places_of(key, texts)), blank)
        for key, (label, blank) in LISTS.items()
    ]
    offered: dict[str, list[tuple[str, str]]] = {
        "group": [(one.letter, f"{one.letter} {one.name}") for one in await db.consult(matters.groups, hall_id)],
        "agency": [(one.id, one.name) for one in await db.consult(agencies.agencies, hall_id)],
    }
    themes = sorted({one.theme for one in await db.consult(matters.catalogue, hall_id)})
    told: dict[str, Any] = {
        "matter": matter,
        "texts": texts,
        "parts": parts,
        "lists": lists,
        "offered": offered,
        "themes": themes,
    }
    return await show(request, page, **told, **values)


@pages.post("/admin/matters")
@guarded(WORK)
async def add_matter(request: Request[Any, Any]) -> HTTPResponse:
    matter_id, hall_id = forms.posted(request, Named, FORM_BYTES).id, request.ctx.session.hall_id
    row = _row(request, matter_id)
    await act(request, of_hall(request, NEW, entering.plain_matter), matter_id, entering.save, hall_id, row, "")
    return went(request, address(matter_id), SAVED)


@pages.post("/admin/matters/of/<matter_id:str>")
@guarded(WORK)
async def save_matter(request: Request[Any, Any], matter_id: str) -> HTTPResponse:
    seen, hall_id, db = forms.posted(request, Seen, FORM_BYTES).seen, request.ctx.session.hall_id, gate_of(request).db
    before = await db.consult(matters.matter, hall_id, matter_id)
    deed = of_hall(request, SAVE, entering.plain_matter)
    await act(request, deed, matter_id, entering.save, hall_id, _row(request, matter_id), seen)
    after = await db.consult(matters.matter, hall_id, matter_id)
    limits = ""
    if (before.legal_days, before.promised_days, before.days_unit) != (
        after.legal_days, after.promised_days, after.days_unit
    ):  # fmt: skip
        cases = await db.consult(running.of_matter, hall_id, matter_id)
        limits = NEW_LIMITS.format(accepted=cases.accepted, yet=cases.yet)
    return went(request, address(matter_id), SAVED + limits)


def _row(request: Request[Any, Any], matter_id: str) -> dict[str, Any]:
    texts = {name: text for name, text in forms.typed(request, FORM_BYTES).items() if name not in APART}
    return written.row_of(columns.MATTER, texts) | {"id": matter_id}


@pages.post("/admin/matters/of/<matter_id:str>/withdraw")
@guarded(WORK)
async def withdraw_matter(request: Request[Any, Any], matter_id: str) -> HTTPResponse:
    is_back, hall_id = forms.posted(request, Withdrawing).is_back, request.ctx.session.hall_id
    deed = of_hall(request, BACK if is_back else WITHDRAW, entering.plain_matter)
    await act(request, deed, matter_id, matters.withdraw, hall_id, matter_id, is_back=is_back)
    return went(request, address(matter_id), RETURNED if is_back else GONE)
