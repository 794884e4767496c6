"""/staff/knowledge/entries: what the bot knows, found as the bot finds it, by state, and by what soon ends."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from sanic import HTTPResponse, Request

from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import now
from handlers.staff.knowledge_items import ROOT, SHARED, a_kind, db_of, desk_of, rehearsal_of
from handlers.staff.pages import pages, show
from kit.clock import day_of
from knowledge import entries
from knowledge.content import Kind
from knowledge.entries import Item, State
from knowledge.matching import Search

PAGE = 50
FOUND, LEAST = 8, 0.01  # by the bot's own search: how many, and how likely at the least


@dataclass(frozen=True, slots=True)
class Asked:
    q: Annotated[str, forms.text(200), "找什么"] = ""
    state: Annotated[State | None, forms.one_of(State), "状态"] = None
    kind: Annotated[Kind, a_kind, "条目还是政策"] = "entry"
    skip: Annotated[int, forms.whole, "从第几条往后"] = 0


@pages.get("/knowledge/entries")
@guarded("staff: editor lead admin")
async def entries_page(request: Request[Any, Any]) -> HTTPResponse:
    rehearsal_of(request).warm()
    asked, db = forms.query(request, Asked), db_of(request)
    listed = await db.consult(entries.listed, asked.kind, asked.state, asked.q, most=PAGE + 1, skip=asked.skip)
    found = [] if asked.skip or asked.kind == "policy" else await _as_the_bot_finds(request, asked)
    ending = await db.consult(entries.expiring, day_of(now(request)))
    values: dict[str, Any] = {
        "listed": listed[:PAGE],
        "found": found,
        "ending": {each.entry_id: each for each in ending},
    }
    more = _address(asked) if len(listed) > PAGE else None
    return await show(request, "knowledge_list.html", asked=asked, more=more, all_states=State, **values, **SHARED)


@pages.get("/knowledge/ending")
@guarded("staff: editor lead admin")
async def ending_page(request: Request[Any, Any]) -> HTTPResponse:
    ending = await db_of(request).consult(entries.expiring, day_of(now(request)))
    return await show(request, "knowledge_ending.html", ending=ending, **SHARED)


async def _as_the_bot_finds(request: Request[Any, Any], asked: Asked) -> list[tuple[Item, float, str]]:
    """The live entries that a citizen's words lead to, how sure that is, and the wording that fits best."""
    if not asked.q:
        return []
    search: Search = desk_of(request).library.shelf.search
    hits = [hit for hit in search.find(asked.q, FOUND) if hit.score >= LEAST]
    listed = await db_of(request).consult(entries.listed, "entry", asked.state, "", [hit.entry_id for hit in hits])
    by_id = {item.id: item for item in listed}
    return [(by_id[hit.entry_id], hit.score, hit.row) for hit in hits if hit.entry_id in by_id]


def _address(asked: Asked) -> str:
    given = {"q": asked.q, "state": asked.state or "", "kind": asked.kind, "skip": asked.skip + PAGE}
    return f"{ROOT}/entries?{urlencode({name: value for name, value in given.items() if value})}"
