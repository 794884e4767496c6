"""/staff/knowledge/morning: what the bot could not answer, answered wrongly, what soon ends, what colleagues did."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from handlers import forms
from handlers.forms import Misread
from handlers.guards import guarded
from handlers.staff.acts import act, now
from handlers.staff.knowledge_items import FORM_BYTES, ROOT, SHARED, address, db_of, deeds, rehearsal_of
from handlers.staff.pages import pages, show, went
from kit.clock import day_of, instant_at
from knowledge import editing, entries, questions
from knowledge.entries import Item, State
from knowledge.states import ACTS

DRAFT = deeds("knowledge.draft", "提问变草稿")["entry"]
TEACH = deeds("knowledge.teach", "收进相似问")["entry"]
ASIDE = deeds("knowledge.aside", "提问放到一边")["entry"]
PAGE = f"{ROOT}/morning"
DRAFTED = "草稿建好了，问法都带过来了。请写上答案，存好，再请另一位同事审核。"
TAUGHT = "收进相似问了，存成了草稿。请另一位同事审核，审过就可以发布。"
SET_ASIDE = "放到一边了，不再列在这里。"
DAYS, MOST_GROUPS, MOST_SHOWN, MOST_DONE = 7, 12, 10, 40
LONGEST_IDS = 60_000  # of the numbers of a group's questions, written one beside the other
BAD_IDS = "这一组提问看不懂了，请刷新页面再点一次。"


def _numbers(text: str) -> tuple[int, ...]:
    if not all(each.isascii() and each.isdigit() and len(each) < 16 for each in text.split()):
        raise Misread(BAD_IDS)
    return tuple(int(each) for each in text.split())


@dataclass(frozen=True, slots=True)
class Grouped:
    ids: Annotated[tuple[int, ...], forms.text(LONGEST_IDS, _numbers), "哪些提问"]


@dataclass(frozen=True, slots=True)
class Teaching:
    ids: Annotated[tuple[int, ...], forms.text(LONGEST_IDS, _numbers), "哪些提问"]
    entry: Annotated[str, forms.text(entries.LONGEST_ID), "收进哪一条"]


@dataclass(frozen=True, slots=True)
class Confirmed:
    question: Annotated[int, forms.whole, "哪一句"]
    entry: Annotated[str, forms.text(entries.LONGEST_ID), "收进哪一条"]


@pages.get("/knowledge/morning")
@guarded("staff: editor lead admin")
async def morning_page(request: Request[Any, Any]) -> HTTPResponse:
    rehearsal_of(request).warm()  # whoever looks in the morning edits next
    at, db = now(request), db_of(request)
    today = day_of(at)
    waiting = [
        item
        for state in (State.REVIEWED, State.DRAFT)
        for item in await db.consult(entries.listed, None, state, most=MOST_SHOWN)
    ]
    yesterday = instant_at(today - timedelta(days=1), time())
    return await show(
        request,
        "knowledge_morning.html",
        tally=await db.consult(questions.tally, at - timedelta(days=DAYS)),
        waiting=waiting,
        ending=(await db.consult(entries.expiring, today))[:MOST_SHOWN],
        done=await db.consult(entries.lately, yesterday, MOST_DONE),
        acts=ACTS,
        **SHARED,
    )


@pages.get("/knowledge/groups")
@guarded("staff: editor lead admin")
async def groups_part(request: Request[Any, Any]) -> HTTPResponse:
    """A part of the morning page, which it fetches: grouping a week takes up to a second."""
    since, db = now(request) - timedelta(days=DAYS), db_of(request)
    groups = await db.consult(questions.open_groups, since, MOST_GROUPS)
    confirmed = (await db.consult(questions.confirmed, since))[:MOST_SHOWN]
    named = {_base(each) for group in groups for each in group.entry_ids} | {
        _base(one.taken_entry) for one in confirmed
    }
    known = {item.id: item for item in await db.consult(entries.listed, "entry", None, "", sorted(named))}
    offered = [(group, _offered(group, known)) for group in groups]
    picked = [(one, known[_base(one.taken_entry)]) for one in confirmed if _base(one.taken_entry) in known]
    return await show(request, "knowledge_groups.html", groups=offered, picked=picked, **SHARED)


def _offered(group: questions.Group, known: dict[str, Item]) -> list[Item]:
    return [known[each] for each in dict.fromkeys(map(_base, group.entry_ids)) if each in known]


def _base(entry_id: str) -> str:
    """The entry an answer is of: the side of a matter that was told is no part of its id."""
    return "/".join(entry_id.split("/")[:2]) if entry_id.startswith("matter/") else entry_id


@pages.post("/knowledge/groups/draft")
@guarded("staff: editor lead admin")
async def draft(request: Request[Any, Any]) -> HTTPResponse:
    ids, by = forms.posted(request, Grouped, FORM_BYTES).ids, request.ctx.session.member.name
    new_id = f"q-{ids[0]}"
    await act(request, DRAFT, new_id, questions.draft_from, ids, new_id, by, now(request))
    return went(request, address("entry", new_id), DRAFTED)


@pages.post("/knowledge/groups/teach")
@guarded("staff: editor lead admin")
async def take_in(request: Request[Any, Any]) -> HTTPResponse:
    form, by = forms.posted(request, Teaching, FORM_BYTES), request.ctx.session.member.name
    await act(request, TEACH, form.entry, editing.take_in, form.ids, form.entry, by, now(request))
    return went(request, address("entry", form.entry), TAUGHT)


@pages.post("/knowledge/groups/aside")
@guarded("staff: editor lead admin")
async def set_aside(request: Request[Any, Any]) -> HTTPResponse:
    ids = forms.posted(request, Grouped, FORM_BYTES).ids
    await act(request, ASIDE, str(ids[0]), questions.settle, ids, "set_aside")
    return went(request, PAGE, SET_ASIDE)


@pages.post("/knowledge/teach")
@guarded("staff: editor lead admin")
async def teach(request: Request[Any, Any]) -> HTTPResponse:
    form, by = forms.posted(request, Confirmed), request.ctx.session.member.name
    at, entry_id = now(request), _base(form.entry)
    known = await act(request, TEACH, entry_id, editing.teach, form.question, by, at, entry_id=entry_id)
    return went(request, PAGE, known.message if known else TAUGHT)
