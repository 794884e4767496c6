"""/staff/admin/rules: the booking rules in plain Chinese, changed with what changes beside, tried on a person."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import rule_book, shipped_rules, tried
from hall.appointments.rule_book import HALL, RuleBook, Scope
from hall.appointments.rule_files import USUAL
from hall.appointments.rules import Rules
from hall.audit.model import Deed
from hall.matters import service as matters
from hall.matters.model import Matter
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff import rule_form
from handlers.staff.acts import act, now, saw
from handlers.staff.pages import pages, show, went
from kit.clock import day_of
from kit.db import Tx
from kit.errors import Problem

LIST = "/staff/admin/rules"
WORK = "staff: lead admin"
PAGE, FORM_BYTES = 20, 32 * 1024
WHOLE_HALL = "整个大厅"
GROUP, MATTER = "业务组", "事项"
NOT_TIME = "时间请写成 09:30 这样。"
IN_FORCE, FOLLOWS = "规则换好了，马上生效。", "撤掉了，现在用上一级的规则。"
SHARED: dict[str, Any] = {
    "spans": rule_form.SPANS,
    "cutoffs": rule_form.CUTOFFS,
    "pers": rule_form.PERS,
    "ofs": rule_form.OFS,
    "keys": rule_form.KEYS,
    "lapses": rule_form.LAPSES,
}

SET = Deed("rules.set", "换预约规则", "rules")
WITHDRAW = Deed("rules.withdraw", "撤掉单独的规则", "rules")


@forms.reading(type="string", pattern="^[0-2][0-9]:[0-5][0-9]$")
def a_time(came: Any) -> time:
    try:
        return time.fromisoformat(str(came).strip())
    except ValueError:
        raise forms.Misread(NOT_TIME) from None


@dataclass(frozen=True, slots=True)
class Which:
    """A group's id or a matter's; neither is the hall."""

    group: Annotated[int | None, forms.whole, "业务组"] = None
    matter: Annotated[str, forms.text(64), "事项"] = ""

    @property
    def scope(self) -> Scope:
        return (None, self.matter) if self.matter else (self.group, None)


@dataclass(frozen=True, slots=True)
class Begun(Which):
    """What the form begins with: a shipped set, or one that was in force before."""

    like: Annotated[str, forms.text(8), "照哪一套"] = ""
    version: Annotated[int | None, forms.whole, "哪一版"] = None


@dataclass(frozen=True, slots=True)
class Older:
    before: Annotated[int | None, forms.whole, "从哪一条往前"] = None


@dataclass(frozen=True, slots=True)
class Trying(Which):
    """Whom and what to try, beside the fields of a draft and the scope it is for."""

    who: Annotated[str, forms.text(40), "预约号或手机号"] = ""
    document: Annotated[str, forms.text(24), "证件号"] = ""
    wanted: Annotated[str, forms.text(64), "办什么"] = ""
    on: Annotated[date | None, forms.day, "哪一天"] = None
    at: Annotated[time | None, a_time, "几点"] = None
    draft: Annotated[str, forms.text(4), "按草稿试"] = ""


class WhoIsMissing(Problem):
    status = 422
    code = "who_is_missing"
    sentence = "请写预约号或手机号，再选要办的事和哪一天。"


@pages.get("/admin/rules")
@guarded(WORK)
async def rules_page(request: Request[Any, Any]) -> HTTPResponse:
    hall_id, db, asked = request.ctx.session.hall_id, _gate(request).db, forms.query(request, Older)
    book, names = await db.consult(rule_book.book, hall_id), await db.consult(_names, hall_id)
    found = await db.consult(rule_book.versions, hall_id, PAGE + 1, asked.before)
    own = [(scope, name, book.sets[scope]) for scope, name in names.items() if scope in book.sets and scope != HALL]
    return await show(
        request,
        "admin_rules.html",
        hall_rules=book.sets.get(HALL, USUAL),
        is_usual=HALL not in book.sets,
        own=own,
        names=names,
        versions=found[:PAGE],
        older=f"{LIST}?before={found[PAGE - 1].id}" if len(found) > PAGE else None,
        wanted=await db.consult(matters.catalogue, hall_id),
        today=day_of(now(request)),
    )


@pages.get("/admin/rules/edit")
@guarded(WORK)
async def edit_rules_page(request: Request[Any, Any]) -> HTTPResponse:
    asked, hall_id, db = forms.query(request, Begun), request.ctx.session.hall_id, _gate(request).db
    name, book = await db.consult(_name, hall_id, asked.scope), await db.consult(rule_book.book, hall_id)
    before = await db.consult(_in_force, hall_id, book, asked.scope)
    begun = before
    if asked.version is not None:
        begun = (await db.consult(rule_book.version, hall_id, asked.version)).rules
    elif asked.like:
        begun = _shipped(asked.like)
    texts = rule_form.texts_of(begun)
    return await show(
        request,
        "admin_rules_edit.html",
        which=asked,
        name=name,
        is_own=asked.scope in book.sets,
        texts=texts,
        before=before.say(),
        after=begun.say(),
        problem=None,
        rows={"limit": len(begun.limits) + 1, "threshold": len(begun.thresholds) + 1},
        shipped=shipped_rules.sets().values(),
        wanted=await db.consult(matters.catalogue, hall_id),
        today=day_of(now(request)),
        **SHARED,
    )


@pages.post("/admin/rules/draft")
@guarded(WORK)
async def draft_rules(request: Request[Any, Any]) -> HTTPResponse:
    """What would change. It is asked while somebody types: what is wrong is no refusal."""
    asked, hall_id, db = forms.posted(request, Which, FORM_BYTES), request.ctx.session.hall_id, _gate(request).db
    book = await db.consult(rule_book.book, hall_id)
    before = (await db.consult(_in_force, hall_id, book, asked.scope)).say()
    problem, after = None, before
    try:
        after = _typed(request).say()
    except Problem as wrong:
        problem = wrong
    return await show(request, "admin_rules_draft.html", before=before, after=after, problem=problem)


@pages.post("/admin/rules/set")
@guarded(WORK)
async def set_rules(request: Request[Any, Any]) -> HTTPResponse:
    asked, session = forms.posted(request, Which, FORM_BYTES), request.ctx.session
    name = await _gate(request).db.consult(_name, session.hall_id, asked.scope)
    what = (session.hall_id, _typed(request), session.member.name, now(request), asked.scope)
    await act(request, _deed(SET, session.hall_id, asked.scope), name, rule_book.change_rules, *what)
    return went(request, LIST, IN_FORCE)


@pages.post("/admin/rules/withdraw")
@guarded(WORK)
async def withdraw_rules(request: Request[Any, Any]) -> HTTPResponse:
    asked, session = forms.posted(request, Which), request.ctx.session
    if asked.scope == HALL:
        raise NoSuchPage()
    name = await _gate(request).db.consult(_name, session.hall_id, asked.scope)
    what = (session.hall_id, session.member.name, now(request), asked.scope)
    await act(request, _deed(WITHDRAW, session.hall_id, asked.scope), name, rule_book.withdraw, *what)
    return went(request, LIST, FOLLOWS)


@pages.post("/admin/rules/try")
@guarded(WORK)
async def try_rules(request: Request[Any, Any]) -> HTTPResponse:
    """Would this person be refused? Nothing is written but that somebody looked."""
    form, hall_id, db = forms.posted(request, Trying, FORM_BYTES), request.ctx.session.hall_id, _gate(request).db
    if not form.who or not form.wanted or form.on is None:
        raise WhoIsMissing()
    matter, draft = await db.consult(matters.matter, hall_id, form.wanted), None
    if form.draft:
        await db.consult(_name, hall_id, form.scope)
        draft = _typed(request)
    found = await db.consult(_tried, hall_id, form, matter, draft, now(request))
    for number in {held.number for _, held in found.history if held.hall_id == hall_id}:
        await saw(request, "appointment", number)
    names = await db.consult(_names, hall_id)
    whence = WHOLE_HALL if found.whence is None else names.get(found.whence, WHOLE_HALL)
    return await show(
        request,
        "admin_rules_tried.html",
        found=found,
        whence=whence,
        is_usual=found.whence is None,
        is_draft=draft is not None and found.whence == form.scope,
        matter=matter,
        on=form.on,
    )


async def _tried(tx: Tx, hall_id: str, form: Trying, matter: Matter, draft: Rules | None, now: datetime) -> tried.Tried:
    assert form.on is not None
    who = await tried.person(tx, hall_id, form.who, form.document)
    book = await rule_book.book(tx, hall_id)
    if draft is not None:
        book = book.with_set(form.scope, draft)
    return await tried.would(tx, who, matter, book, form.on, form.at, now)


async def _in_force(tx: Tx, hall_id: str, book: RuleBook, scope: Scope) -> Rules:
    """What holds for a scope, its own or not."""
    group_id, matter_id = scope
    if matter_id is not None:
        group_id = (await matters.matter(tx, hall_id, matter_id)).group_id
    return book.of(group_id or 0, matter_id or "")


async def _names(tx: Tx, hall_id: str) -> dict[Scope, str]:
    """Every scope of the hall by what it is called."""
    groups: dict[Scope, str] = {
        (one.id, None): f"{GROUP}{one.letter} {one.name}" for one in await matters.groups(tx, hall_id)
    }
    of_matters: dict[Scope, str] = {
        (None, one.id): f"{MATTER} {one.name}" for one in await matters.catalogue(tx, hall_id)
    }
    return {HALL: WHOLE_HALL, **groups, **of_matters}


async def _name(tx: Tx, hall_id: str, scope: Scope) -> str:
    """Raises NoSuchPage for a scope that this hall does not have."""
    name = (await _names(tx, hall_id)).get(scope)
    if name is None:
        raise NoSuchPage()
    return name


def _shipped(name: str) -> Rules:
    """Raises NoSuchPage."""
    if (found := shipped_rules.sets().get(name)) is None:
        raise NoSuchPage()
    return found.rules


def _typed(request: Request[Any, Any]) -> Rules:
    """Raises TooLarge, BadForm."""
    return rule_form.rules_of(forms.typed(request, FORM_BYTES))


def _deed(deed: Deed, hall_id: str, scope: Scope) -> Deed:
    return replace(deed, state=partial(rule_book.plain, hall_id=hall_id, scope=scope))


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
