"""GET /api/v1/ask: the chat's answer, as data. It begins nothing and remembers nothing of who asked."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypedDict

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json

from bot import dialogue
from bot.desk import Desk
from bot.messages import Heard, Said
from handlers import forms
from handlers.api import shapes
from handlers.api.reception import Reception
from handlers.described import described
from handlers.guards import guarded
from handlers.schemas import Day
from kit.clock import day_of
from kit.secrets import new_token
from knowledge.model import Finding

ask = Blueprint("ask")


@dataclass(frozen=True, slots=True)
class Asking:
    q: Annotated[str, forms.text(500), "要问的话"]
    on: Annotated[date | None, forms.day, "当作哪一天来答；不写是今天"] = None
    entry: Annotated[str | None, forms.text(200), "选了 suggestions 里的哪一个"] = None


class Suggestion(TypedDict):
    id: Annotated[str, "选它就带上 entry 再问一次"]
    question: str


class Validity(TypedDict):
    first_on: Day | None
    last_on: Annotated[Day | None, "没有写截止日是 null"]


class Answered(TypedDict):
    kind: Annotated[
        Literal["answer", "suggest", "unknown", "command"], "答了；请选一个；答不了，请找人；是要办事，不是问题"
    ]
    intent: Annotated[str, "要办的是什么：question book mine progress ticket person …"]
    text: str
    entry_id: str
    question: Annotated[str, "当作问的是什么"]
    doc_nos: Annotated[list[str], "依据的文号"]
    on: Annotated[Day | None, "按哪一天的规定答的"]
    valid: Annotated[Validity, "所依据规定的起止"]
    confidence: Annotated[float, "0 到 1"]
    suggestions: list[Suggestion]
    matter: Annotated[str | None, "说的是哪个事项，可以查它的指南、预约它"]


@ask.get("/ask")
@guarded("anyone")
@described("问一句", query=Asking, answers={200: Answered})
async def answer(request: Request[Any, Any]) -> HTTPResponse:
    """What was asked is kept as the chat keeps it: without whose it was, for whoever mends what we could not answer."""
    here: Reception = request.app.ctx.reception
    desk: Desk = request.app.ctx.desk
    asked, now = forms.query(request, Asking), here.clock()
    said, finding = dialogue.asked(desk, asked.q, asked.on or day_of(now), asked.entry or "", in_chat=False)
    if not asked.entry:
        desk.notebook.note(Heard("", "text", asked.q, f"ask:{new_token()}", now), said, now)
    return json(_shape(said, finding))


def _shape(said: Said, finding: Finding | None) -> Answered:
    why = said.why
    first_on, last_on = why.valid
    suggestions = finding.suggestions if finding else ()
    return {
        "kind": why.told_as,  # type: ignore[typeddict-item]  # one of the four: a test asks
        "intent": str(why.intent),
        "text": said.text,
        "entry_id": why.entry_id,
        "question": why.question,
        "doc_nos": list(why.doc_nos),
        "on": shapes.day_if(why.on),
        "valid": {"first_on": shapes.day_if(first_on), "last_on": shapes.day_if(last_on)},
        "confidence": round(why.confidence, 3),
        "suggestions": [{"id": entry_id, "question": question} for entry_id, question in suggestions],
        "matter": (finding and finding.matter) or None,
    }
