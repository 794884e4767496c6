"""`bangban ask` and `bangban chat`: the same dialogue as WeChat's, in a terminal."""

import argparse
import asyncio
import contextlib
import getpass
import json
import sys
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from bot import dialogue
from bot.desk import Desk
from bot.messages import Heard, Said
from cli import sample, troubles
from cli.opening import opened
from cli.reading import day
from cli.sample_guide import agencies_of, events_of
from cli.schema import NotMigrated
from hall.matters.model import Group
from kit import clock
from kit.db import Database
from kit.errors import Problem
from kit.migrate import is_current
from kit.settings import Settings
from knowledge.library import Library

KIND_NAMES = {"answer": "回答", "suggest": "请您选", "unknown": "答不了", "command": "办事"}
LEAVING = {"exit", "quit", "退出", "再见"}
PASSED_ON = "（这句话已经转给工作人员）"


def add(commands: Any) -> None:
    ask = commands.add_parser("ask", help="问一句，看看会怎么答（不留下任何痕迹）")
    ask.add_argument("text", metavar="TEXT", help="要问的话")
    ask.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="当作哪一天来答（默认今天）")
    ask.add_argument("--json", action="store_true", help="给程序读")
    ask.set_defaults(run=run_ask)
    commands.add_parser("chat", help="在终端里跟它聊，像一位群众那样").set_defaults(run=run_chat)


def run_ask(settings: Settings, arguments: argparse.Namespace) -> None:
    today = arguments.on or clock.day_of(clock.now())
    said = asyncio.run(_answer(settings, arguments.text, today))
    print(json.dumps(as_json(said), ensure_ascii=False) if arguments.json else as_text(said))


def as_json(said: Said) -> dict[str, Any]:
    why = said.why
    return {
        "kind": why.told_as,
        "detail": why.kind,
        "intent": str(why.intent),
        "entry_id": why.entry_id,
        "question": why.question,
        "confidence": round(why.confidence, 3),
        "doc_nos": list(why.doc_nos),
        "on": why.on and why.on.isoformat(),
        "valid": [day and day.isoformat() for day in why.valid],
        "text": said.text,
    }


def as_text(said: Said) -> str:
    why = as_json(said)
    notes = [KIND_NAMES[why["kind"]], f"把握 {why['confidence']:.2f}", why["entry_id"], "、".join(why["doc_nos"])]
    return f"{said.text}\n\n—— " + " · ".join(note for note in notes if note)


async def _answer(settings: Settings, text: str, today: date) -> Said:
    if await asyncio.to_thread(_is_migrated, settings):
        async with opened(settings) as db:
            desk = await Desk.open(db, settings)
            if desk.hall is not None:
                return dialogue.answer_only(desk, text, today)
    print("（还没有可用的数据库，事项按示例目录回答；运行 bangban migrate 以后按大厅自己的目录）", file=sys.stderr)
    return dialogue.answer_only(_sample_desk(settings), text, today)


def _is_migrated(settings: Settings) -> bool:
    try:
        return is_current(settings.database.url)
    except Exception as error:
        print(f"（{troubles.sentence(error)}）", file=sys.stderr)
        return False


def _sample_desk(settings: Settings) -> Desk:
    """A desk with the sample hall's catalogue and no database behind it."""
    written = sample.read()
    groups = [
        Group(number, written.hall.id, group["letter"], group["name"])
        for number, group in enumerate(written.plan["group"], 1)
    ]
    nowhere = Database("sqlite+aiosqlite://")
    desk = Desk.with_library(nowhere, settings, Library.load(is_semantic=settings.knowledge.semantic))
    desk.hall, desk.catalogue = written.hall, sample.catalogue(written, groups)
    desk.agencies = agencies_of(written.plan, written.hall.id)
    desk.events = events_of(written.plan, written.hall.id)
    return desk


def run_chat(settings: Settings, _: argparse.Namespace) -> None:
    if not is_current(settings.database.url):
        raise NotMigrated()
    with asyncio.Runner() as runner:
        until_the_end = contextlib.AsyncExitStack()
        try:
            _talk(runner, runner.run(_sit_down(settings, until_the_end)))
        finally:
            runner.run(until_the_end.aclose())


async def _sit_down(settings: Settings, until_the_end: contextlib.AsyncExitStack) -> Desk:
    return await Desk.open(await until_the_end.enter_async_context(opened(settings)), settings)


def _talk(runner: asyncio.Runner, desk: Desk) -> None:
    openid = f"terminal:{getpass.getuser()}"
    print(runner.run(_say(desk, openid, "subscribe", "")))
    for line in _lines():
        print(runner.run(_say(desk, openid, "text", line)), end="\n\n", flush=True)


def _lines() -> Iterator[str]:
    """What is typed or piped in, until `exit` or the end."""
    prompt = ""
    if sys.stdin.isatty():
        import readline  # noqa: F401 (arrow keys and history, only where someone types)

        prompt = "您："
        print("（exit 或 Ctrl-D 离开）\n")
    with contextlib.suppress(EOFError):
        while (line := input(prompt).strip()).lower() not in LEAVING:
            if line:
                yield line


async def _say(desk: Desk, openid: str, kind: str, text: str) -> str:
    now = clock.now()
    try:
        said = await dialogue.turn(desk, Heard(openid, kind, text, uuid.uuid4().hex, now), now)
    except Problem as refusal:
        return refusal.message
    await desk.notebook.write(desk.db)
    return said.text or PASSED_ON
