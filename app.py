"""The roof: hangs the doors, opens what a worker needs, starts the jobs (jobs.py), and closes all of it in order.

Tasks are plain asyncio tasks kept in `app.ctx`: one registered with `app.add_task` that needs time at the end hangs the
worker for ever (sanic-org/sanic #2906).
"""

import asyncio
import gc
import json
import logging
import random
import secrets as system
from functools import partial
from typing import Any

from sanic import Sanic

import jobs
from bot import dialogue
from bot.desk import Desk
from bot.rehearsal import Rehearsal
from handlers import errors
from handlers.api.docs import docs
from handlers.api.doors import api
from handlers.api.reception import Reception
from handlers.deliveries import Deliveries
from handlers.gate import Gate
from handlers.ops import ops
from handlers.screens.board import board
from handlers.screens.kiosk import kiosk
from handlers.screens.simulator import simulator
from handlers.screens.slip import slip
from handlers.screens.tablet import tablet
from handlers.staff.doors import pages
from handlers.streams import Boards
from handlers.wechat import Callback, wechat
from kit import clock, secrets
from kit import log as logs
from kit.db import Database
from kit.live import Watch
from kit.settings import Settings, load
from kit.wechat import WeChatApi

log = logging.getLogger(__name__)

GRACE_SECONDS = 10.0
SWEEP_SECONDS = 600.0
WRITE_SECONDS = 0.5
REACT_SECONDS = 2.0  # by then every worker has written down the questions of before
CONFIG = {
    "ACCESS_LOG": False,  # its lines hold addresses, and those a person's openid
    "FALLBACK_ERROR_FORMAT": "text",
    "GRACEFUL_SHUTDOWN_TIMEOUT": GRACE_SECONDS,
    "MOTD": False,
    "REQUEST_MAX_SIZE": 1024 * 1024,  # Sanic's own is 100 MB; doors set their own below this
    "REQUEST_TIMEOUT": 15,  # a slow sender holds a connection no longer
}


def create_app(settings: Settings | None = None) -> Sanic[Any, Any]:
    """An application for one worker. Without settings, those of settings.toml and the environment."""
    settings = settings or load()
    logs.set_up(settings.log.level)
    # A name of its own each time: Sanic refuses two of one name in a process, and tests open several.
    app: Sanic[Any, Any] = Sanic(f"bangban-{system.token_hex(4)}", configure_logging=False, dumps=json_text)
    app.config.update(CONFIG)
    app.ctx.settings = settings
    errors.hang(app)
    app.blueprint([ops, wechat, board, tablet, kiosk, slip])
    if settings.demo.on:
        app.blueprint(simulator)
    app.blueprint(api)
    app.blueprint(docs)
    app.blueprint(pages)
    app.before_server_start(_open)
    app.before_server_stop(_finish)
    app.after_server_stop(_close)
    return app


def json_text(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


async def _open(app: Sanic[Any, Any]) -> None:
    settings: Settings = app.ctx.settings
    secrets.use(secrets.keyring_from(settings.secrets.data_key, settings.secrets.key_file))
    where = settings.database
    db = app.ctx.db = await Database(where.url, pool_size=where.pool_size, wait_seconds=where.wait_seconds).open()
    watch = app.ctx.watch = Watch(db)
    desk = app.ctx.desk = await Desk.open(db, settings, watch)
    app.ctx.boards = Boards(db, watch, clock.now)
    await watch.start()
    account = app.ctx.api = WeChatApi(settings.wechat.app_id, settings.wechat.app_secret, settings.wechat.api_base)
    await account.open()
    program = app.ctx.miniprogram = WeChatApi(
        settings.miniprogram.app_id, settings.miniprogram.app_secret, settings.wechat.api_base
    )
    await program.open()
    app.ctx.reception = Reception.build(db, settings, program.openid_of, program.phone_of, clock.now)
    app.ctx.gate = Gate(db, settings, clock.now)
    app.ctx.rehearsal = Rehearsal(desk)
    deliveries = Deliveries(db, account, settings.wechat.deadline_seconds)
    app.ctx.callback = Callback.build(settings, partial(dialogue.turn, desk), deliveries)
    app.ctx.sweeping = asyncio.create_task(_sweep(desk, deliveries, app.ctx.reception), name="sweep")
    app.ctx.writing = asyncio.create_task(_write(desk), name="notebook")
    app.ctx.jobs = jobs.start(db, jobs.every_job(settings, account))
    # The index is millions of objects that live as long as the worker: the collector need not walk them again.
    gc.collect()
    gc.freeze()


async def _finish(app: Sanic[Any, Any]) -> None:
    """Before the doors close: requests are still being answered, so nothing they use is closed yet."""
    await app.ctx.boards.close()  # streams would keep the worker from ending
    for task in (app.ctx.sweeping, app.ctx.writing):
        task.cancel()
    await asyncio.wait([app.ctx.sweeping, app.ctx.writing], timeout=2)
    await jobs.stop(app.ctx.jobs)
    await app.ctx.callback.deliveries.finish(GRACE_SECONDS)
    app.ctx.rehearsal.close()
    await app.ctx.desk.keeper.stop()
    is_left = True
    while is_left:
        is_left = await _write_once(app.ctx.desk) > 0


async def _close(app: Sanic[Any, Any]) -> None:
    await app.ctx.watch.stop()
    await app.ctx.api.close()
    await app.ctx.miniprogram.close()
    await app.ctx.db.close()


async def _write(desk: Desk) -> None:
    """What was asked, twice a second."""
    while True:
        await asyncio.sleep(WRITE_SECONDS)
        await _write_once(desk, react_after=REACT_SECONDS)


async def _write_once(desk: Desk, react_after: float = 0.0) -> int:
    try:
        return await desk.notebook.write(desk.db, react_after=react_after)
    except Exception:
        log.exception("questions could not be written down; they are kept and tried again")
        return 0


async def _sweep(desk: Desk, deliveries: Deliveries, reception: Reception) -> None:
    """Forgets what has had its day, every ten minutes, the workers not all at once."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311 (spread, not secrecy)
        try:
            await desk.sweep(clock.now())
            await deliveries.sweep()
            await reception.sweep(clock.now())
        except Exception:
            log.exception("sweeping failed; it is tried again later")
