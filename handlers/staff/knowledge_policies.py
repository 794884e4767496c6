"""/staff/knowledge/policies: which document replaced which, and when each holds, as a line of time."""

from dataclasses import dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import now
from handlers.staff.knowledge_items import SHARED, db_of
from handlers.staff.pages import pages, show
from kit.clock import day_of
from knowledge import entries, lineage
from knowledge.columns import STATUS
from knowledge.policies import Policy


@dataclass(frozen=True, slots=True)
class Asked:
    q: Annotated[str, forms.text(100), "找什么"] = ""


@pages.get("/knowledge/policies")
@guarded("staff: editor lead admin")
async def policies_page(request: Request[Any, Any]) -> HTTPResponse:
    asked, today = forms.query(request, Asked), day_of(now(request))
    everything = await db_of(request).consult(entries.newest, "policy")
    states = {item_id: state for _, item_id, state, _ in everything}
    found = lineage.lines({item_id: content for _, item_id, _, content in everything}, today)
    words = asked.q.lower().split()
    shown = [line for line in found if any(_has(each, words) for each in line.policies)]
    return await show(
        request,
        "knowledge_policies.html",
        asked=asked,
        lines=shown,
        kept=states,
        today=today,
        statuses=STATUS,
        **SHARED,
    )


def _has(policy: Policy, words: list[str]) -> bool:
    said = f"{policy.title} {policy.doc_no} {policy.id} {policy.relief}".lower()
    return all(word in said for word in words)
