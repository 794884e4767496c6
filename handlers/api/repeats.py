"""Idempotency-Key: the same key of the same person gets the same answer, and the effect happened once.

A booking keeps its own keys (hall/appointments/booking). Refusals are not kept: they changed nothing, so whoever asks
again is answered anew.
"""

import dataclasses
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanic import Request

from hall.appointments import booking
from hall.appointments.refusals import KeyReused
from kit import once
from kit.db import Tx
from kit.errors import Problem
from kit.secrets import fingerprint

SCOPE = "api"
KEPT_HOURS = 24
HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,64}")

Body = Mapping[str, Any]


class KeyMissing(Problem):
    code = "idempotency_key_missing"
    sentence = "请在请求头 Idempotency-Key 里带一个这次操作专用的编号（1到64个字母、数字或符号），重试时用同一个。"


@dataclass(frozen=True, slots=True)
class Key:
    """`name` is the person's own; `asked` stands for what was asked for under it."""

    name: str
    asked: str


def said(request: Request[Any, Any]) -> str:
    """The key as it was sent with this request, which must have one. Raises KeyMissing."""
    found = request.headers.get(HEADER, "").strip()
    if not KEY.fullmatch(found):
        raise KeyMissing()
    return found


def key(request: Request[Any, Any], form: Any) -> Key:
    """The same, of the citizen, with what was asked. Raises KeyMissing."""
    return key_of(str(request.ctx.citizen_id), request, form)


def key_of(name: str, request: Request[Any, Any], form: Any) -> Key:
    """The same, of somebody else: a machine of the hall, or who has a code. Raises KeyMissing."""
    asked = f"{request.method} {request.path} {json.dumps(dataclasses.asdict(form), sort_keys=True, default=str)}"
    return Key(f"{name}:{said(request)}", fingerprint(asked))


def key_if_given(request: Request[Any, Any], form: Any) -> Key | None:
    return key(request, form) if HEADER in request.headers else None


async def once_only(tx: Tx, key: Key | None, work: Callable[[Tx], Awaitable[Body]], now: datetime) -> Body:
    """Does the work, or answers as it was answered. Raises KeyReused, and what the work raises."""
    if key is None:
        return await work(tx)
    answered = await once.claim(tx, SCOPE, key.name, now)
    if answered is None:
        body = await work(tx)
        await once.settle(tx, SCOPE, key.name, json.dumps({"asked": key.asked, "body": body}, ensure_ascii=False))
        return body
    kept = json.loads(answered)
    if kept["asked"] != key.asked:
        raise KeyReused()
    answer: Body = kept["body"]
    return answer


async def sweep(tx: Tx, before: datetime) -> int:
    """Forgets answers given before an instant; returns how many."""
    return await once.sweep(tx, SCOPE, before) + await once.sweep(tx, booking.SCOPE, before)
