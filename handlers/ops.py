"""For the hall's operators. Each worker answers for itself: a scrape of /metrics reaches one of them, by chance."""

import asyncio
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json, raw, text

from handlers.guards import guarded
from kit import metrics, migrate
from kit.db import Database
from kit.live import EVERY_VERSION

ops = Blueprint("ops")
STALE_SECONDS = 5.0
PATIENCE_SECONDS = 2.0
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@ops.get("/healthz")
@guarded("operators")
async def alive(_request: Request[Any, Any]) -> HTTPResponse:
    return text("ok")


@ops.get("/readyz")
@guarded("operators")
async def ready(request: Request[Any, Any]) -> HTTPResponse:
    """200 when this worker can serve, else 503; either way, part by part, "ok" or what is the matter."""
    ctx = request.app.ctx
    age = ctx.watch.age_seconds()
    parts = {
        "database": await _database(ctx.db),
        "migrations": await _migrations(ctx.settings.database.url),
        "index": "ok" if ctx.desk.is_ready else "not loaded",
        "live": "ok" if age < STALE_SECONDS else f"versions last read {age:.0f} s ago",
    }
    is_ready = set(parts.values()) == {"ok"}
    return json({"ready": is_ready, **parts}, status=200 if is_ready else 503)


@ops.get("/metrics")
@guarded("operators")
async def numbers(request: Request[Any, Any]) -> HTTPResponse:
    metrics.live_age.set(request.app.ctx.watch.age_seconds())
    return raw(metrics.page(), content_type=EXPOSITION)


async def _database(db: Database) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), db.read() as tx:
            await tx.all(EVERY_VERSION)
    except Exception as error:  # whatever a driver raises, the operator is told what it was
        return f"does not answer: {type(error).__name__}"
    return "ok"


async def _migrations(url: str) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            is_current = await asyncio.to_thread(migrate.is_current, url)
    except Exception as error:
        return f"cannot be checked: {type(error).__name__}"
    return "ok" if is_current else "not current: run `bangban migrate`"
