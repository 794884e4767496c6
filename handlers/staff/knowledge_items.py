"""What the pages of the knowledge desk share: which item is meant, who answers here, and the deeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from sanic import Request

from bot.desk import Desk
from bot.rehearsal import Rehearsal
from hall.audit.model import Deed
from handlers import forms
from handlers.forms import Misread
from handlers.gate import Gate
from kit.db import Database, Tx
from knowledge import entries, written
from knowledge.content import Kind
from knowledge.entry_files import STATES

ROOT = "/staff/knowledge"
FORM_BYTES = 384 * 1024  # 60,000 bytes of content, each of which a form may write as %XX, and the names beside them
KINDS = ("entry", "policy")
NO_KIND = "请选“entry”（条目）或“policy”（政策）。"
KIND_NAMES: dict[str, str] = {"entry": "条目", "policy": "政策"}
BADGES = {"draft": "bg-yellow-lt", "reviewed": "bg-blue-lt", "published": "bg-green-lt", "retired": "bg-secondary-lt"}


@forms.reading(type="string", enum=list(KINDS))
def a_kind(came: Any) -> Kind:
    if came not in KINDS:
        raise Misread(NO_KIND)
    return cast(Kind, came)


@dataclass(frozen=True, slots=True)
class Which:
    id: Annotated[str, forms.text(entries.LONGEST_ID), "编号"]
    kind: Annotated[Kind, a_kind, "条目还是政策"] = "entry"


@dataclass(frozen=True, slots=True)
class Seen:
    """An item, and the number of its latest version as the page showed it."""

    id: Annotated[str, forms.text(entries.LONGEST_ID), "编号"]
    seen: Annotated[int, forms.whole, "看到的是第几版"]
    kind: Annotated[Kind, a_kind, "条目还是政策"] = "entry"


async def _entry(tx: Tx, item_id: str) -> Mapping[str, Any]:
    return await written.told(tx, "entry", item_id)


async def _policy(tx: Tx, item_id: str) -> Mapping[str, Any]:
    return await written.told(tx, "policy", item_id)


def deeds(name: str, chinese: str) -> dict[Kind, Deed]:
    """The same done to an entry and to a policy."""
    return {"entry": Deed(name, chinese, "entry", _entry), "policy": Deed(name, chinese, "policy", _policy)}


def desk_of(request: Request[Any, Any]) -> Desk:
    desk: Desk = request.app.ctx.desk
    return desk


def db_of(request: Request[Any, Any]) -> Database:
    gate: Gate = request.app.ctx.gate
    return gate.db


def rehearsal_of(request: Request[Any, Any]) -> Rehearsal:
    rehearsal: Rehearsal = request.app.ctx.rehearsal
    return rehearsal


def address(kind: Kind, item_id: str, page: str = "edit") -> str:
    """Of a page of an item: ids hold slashes, so they stand in the query."""
    return f"{ROOT}/{page}?{urlencode({'kind': kind, 'id': item_id})}"


SHARED: dict[str, Any] = {"address": address, "states": STATES, "badges": BADGES, "kind_names": KIND_NAMES}
