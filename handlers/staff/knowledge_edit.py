"""/staff/knowledge/edit: an entry or a policy as it is written, and beside it what the bot would answer with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from bot import dialogue
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, now
from handlers.staff.knowledge_items import (
    FORM_BYTES,
    SHARED,
    Which,
    a_kind,
    address,
    db_of,
    deeds,
    desk_of,
    rehearsal_of,
)
from handlers.staff.pages import pages, show, went
from kit.clock import day_of
from kit.errors import Problem
from knowledge import editing, entries, questions, written
from knowledge.columns import COLUMNS, OF_STAGE
from knowledge.content import UNWRITTEN, Content, Kind
from knowledge.differences import changes
from knowledge.entry_files import new_id
from knowledge.trial import Edit

SAVE = deeds("knowledge.save", "存草稿")
SAVED = "草稿存好了。请另一位同事审核，审过就可以发布。"
FIRST = {"entry": {"question", "variants", "answer", "valid_from", "valid_to", "taxpayers"}, "policy": set[str]()}
NEW = "new-item"  # what a new one is called until it is saved
MOST_TRIED = 400  # wordings of last week: what finding takes 2 s for


@dataclass(frozen=True, slots=True)
class Begun:
    kind: Annotated[Kind, a_kind, "条目还是政策"] = "entry"


@dataclass(frozen=True, slots=True)
class Saved:
    """Beside the fields of the content; without an id it is a new one, `seen` is its latest version as shown."""

    kind: Annotated[Kind, a_kind, "条目还是政策"] = "entry"
    id: Annotated[str, forms.text(entries.LONGEST_ID), "编号"] = ""
    seen: Annotated[int, forms.whole, "看到的是第几版"] = 0
    change: Annotated[str, forms.text(entries.LONGEST_NOTE), "为什么改"] = ""
    asking: Annotated[str, forms.text(500), "试着问"] = ""
    asked_on: Annotated[date | None, forms.day, "哪一天问"] = None


@pages.get("/knowledge/new")
@guarded("staff: editor lead admin")
async def new_page(request: Request[Any, Any]) -> HTTPResponse:
    return await _shown(request, forms.query(request, Begun).kind, {}, item=None)


@pages.get("/knowledge/edit")
@guarded("staff: editor lead admin")
async def edit_page(request: Request[Any, Any]) -> HTTPResponse:
    which, db = forms.query(request, Which), db_of(request)
    item = await db.consult(entries.item, which.kind, which.id)
    newest = await db.consult(entries.version, item.kind, item.id, item.latest)
    live = newest.content
    if item.live and item.live != item.latest:
        live = (await db.consult(entries.version, item.kind, item.id, item.live)).content
    told = changes(live, newest.content) if item.live and item.live != item.latest else []
    return await _shown(request, item.kind, newest.content, item=item, newest=newest, differs=told)


async def _shown(request: Request[Any, Any], kind: Kind, content: Content, **values: Any) -> HTTPResponse:
    rehearsal_of(request).warm()
    stages = content.get("stages", ())
    policies = desk_of(request).library.shelf.policies.by_id
    columns = [(each, each.field in FIRST[kind] or kind == "policy") for each in COLUMNS[kind]]
    texts = written.texts_of(kind, content)
    if texts.get("answer") == UNWRITTEN:
        texts["answer"] = ""
    return await show(
        request, "knowledge_edit.html", kind=kind, texts=texts, columns=columns, stage_columns=OF_STAGE,
        stages=len(stages), policies=policies, named=written.named, today=day_of(now(request)),
        **{"newest": None, "differs": []} | values | SHARED,
    )  # fmt: skip


@pages.post("/knowledge/save")
@guarded("staff: editor lead admin")
async def save(request: Request[Any, Any]) -> HTTPResponse:
    form, texts = forms.posted(request, Saved, FORM_BYTES), forms.typed(request, FORM_BYTES)
    content = written.content_of(form.kind, texts)
    item_id, by = form.id or new_id(content), request.ctx.session.member.name
    deed = SAVE[form.kind]
    what = (form.kind, item_id, content, by, now(request), form.seen, form.change)
    await act(request, deed, item_id, editing.save, *what)
    return went(request, address(form.kind, item_id), SAVED)


@pages.post("/knowledge/would")
@guarded("staff: editor lead admin")
async def would(request: Request[Any, Any]) -> HTTPResponse:
    """What a citizen would read if this were live. It is asked while somebody types: what is wrong is no refusal."""
    desk = desk_of(request)
    try:
        form, content = _typed(request)
    except Problem as problem:
        return await show(request, "knowledge_would.html", problem=problem, faults=[], said=None)
    wrong = written.faults(form.kind, content, set(desk.library.shelf.policies.by_id))
    if wrong or form.kind == "policy":
        return await show(request, "knowledge_would.html", problem=None, faults=wrong, said=None)
    item_id, on = form.id or NEW, form.asked_on or day_of(now(request))
    asking = form.asking or content["question"]
    then, found = await rehearsal_of(request).would(Edit(form.kind, item_id, content), asking, on)
    today, _ = dialogue.asked(desk, asking, on)
    said = {
        "asked": asking,
        "text": then.text,
        "before": today.text if today.text != then.text else "",
        "kind": found.kind if found else "errand",
        "is_ours": found is not None and found.entry_id.startswith(item_id),
        "question": found.question if found else "",
        "other": found.entry_id if found else "",
        "confidence": found.confidence if found else 0.0,
        "offers_ours": found is not None and any(each.startswith(item_id) for each, _ in found.suggestions),
    }
    return await show(request, "knowledge_would.html", problem=None, faults=[], said=said)


@pages.post("/knowledge/week")
@guarded("staff: editor lead admin")
async def week(request: Request[Any, Any]) -> HTTPResponse:
    """Which of last week's real questions would be answered otherwise."""
    form, content = _typed(request)
    desk = desk_of(request)
    wrong = written.faults("entry", content, set(desk.library.shelf.policies.by_id))
    asked = await db_of(request).consult(questions.of_week, now(request), most=MOST_TRIED)
    found = []
    if not wrong:
        found = await rehearsal_of(request).week(Edit("entry", form.id or NEW, content), asked)
    return await show(request, "knowledge_week.html", found=found, faults=wrong, tried=len(asked))


def _typed(request: Request[Any, Any]) -> tuple[Saved, Content]:
    """Raises TooLarge, BadForm, Miswritten."""
    texts: Mapping[str, str] = forms.typed(request, FORM_BYTES)
    form = forms.posted(request, Saved, FORM_BYTES)
    return form, written.content_of(form.kind, texts)
