"""`bangban knowledge groups | draft | teach | set-aside | try | review | publish | retire | restore | history |
expiring`.

What citizens asked and the bot could not answer, turned into entries; and the life of an entry, until the staff
pages have it.
"""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cli.opening import acting, named_by_staff, opened
from hall.staff.model import Role
from kit import clock
from kit.clock import day_of, say_day, say_time
from kit.db import Database, Tx
from kit.settings import Settings
from knowledge import editing, entries, questions, states, trial, written
from knowledge.content import Kind
from knowledge.differences import changes
from knowledge.keeper import Keeper
from knowledge.library import Library

TAKEN = {
    "disliked": "👎",
    "asked_again": "又问了一遍",
    "handed_over": "转了人工",
    "took": "选了候选",
    "liked": "👍",
    "": "",
}
SHOWN = 4


def add(verbs: Any) -> None:
    groups = verbs.add_parser("groups", help="答不上、答错了的问题，按相像归组，急的在前")
    groups.add_argument("--days", type=int, default=7, metavar="N", help="看最近几天（默认7）")
    groups.set_defaults(run=run_groups)
    taken = verbs.add_parser("confirmed", help="群众选了候选的问题，可以教给条目")
    taken.add_argument("--days", type=int, default=7, metavar="N", help="看最近几天（默认7）")
    taken.set_defaults(run=run_confirmed)
    drafting = verbs.add_parser("draft", help="把一组问题变成一条新条目的草稿")
    drafting.add_argument("questions", metavar="N", type=int, nargs="+", help="问题的编号（groups 里有）")
    drafting.add_argument("--id", required=True, metavar="ID", help="新条目的编号")
    _by(drafting).set_defaults(run=run_draft)
    teaching = verbs.add_parser("teach", help="把一个问题加成某条目的相似问（草稿）")
    teaching.add_argument("question", metavar="N", type=int, help="问题的编号")
    teaching.add_argument("--entry", default="", metavar="ID", help="哪条（不写就是群众选的那条）")
    _by(teaching).set_defaults(run=run_teach)
    aside = verbs.add_parser("set-aside", help="这些问题不用管了")
    aside.add_argument("questions", metavar="N", type=int, nargs="+")
    _by(aside).set_defaults(run=run_set_aside)
    trying = verbs.add_parser("try", help="发布前试一试：上星期的真实问题会有什么变化")
    trying.add_argument("entry", metavar="ID")
    trying.set_defaults(run=run_try)
    for name, run, help_ in (
        ("review", entries.review, "审核一条草稿（要别人写的）"),
        ("publish", entries.publish, "发布审核过的一条，一秒内生效"),
        ("retire", entries.retire, "停用一条"),
    ):
        verb = _one(verbs, name, help_)
        verb.set_defaults(run=lambda settings, given, run=run: _act(settings, given, run))
    restoring = _one(verbs, "restore", "把旧版本恢复成新的草稿")
    restoring.add_argument("number", metavar="VERSION", type=int)
    restoring.set_defaults(run=run_restore)
    history = verbs.add_parser("history", help="一条的来历：谁在什么时候做了什么、改了什么")
    history.add_argument("id", metavar="ID")
    history.add_argument("--policy", action="store_true", help="这是政策，不是条目")
    history.set_defaults(run=run_history)
    verbs.add_parser("expiring", help="90、30、7天内要到期的条目").set_defaults(run=run_expiring)


def _by(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    named_by_staff(parser, Role.EDITOR, Role.LEAD, Role.ADMIN)
    return parser


def _one(verbs: Any, name: str, help_: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help_)
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--policy", action="store_true", help="这是政策，不是条目")
    return _by(parser)


def _kind(given: argparse.Namespace) -> Kind:
    return "policy" if given.policy else "entry"


# ------------------------------------------------------------------------------------------------ what was asked


def run_groups(settings: Settings, given: argparse.Namespace) -> None:
    print(asyncio.run(_with(settings, groups_text, given.days)))


async def groups_text(db: Database, days: int) -> str:
    """A group a block: how often, how bad, what was said; the numbers to draft it by."""
    since = clock.now() - timedelta(days=days)
    found = await db.consult(questions.open_groups, since)
    counts = await db.consult(questions.tally, since)
    total = sum(counts.get(kind, 0) for kind in ("answer", "suggest", "ask_back", "unknown", "person"))
    head = f"最近{days}天{total}问，直接答了{counts.get('answer', 0)}，答不上{counts.get('unknown', 0)}。"
    if not found:
        return f"{head}\n没有要处理的。"
    blocks = []
    for number, group in enumerate(found, 1):
        wrong = f"，其中{group.misanswered}次可能答错" if group.misanswered else ""
        near = f"\n   现在给的是：{'、'.join(group.entry_ids[:SHOWN])}" if group.entry_ids else ""
        told = "\n".join(f"   · {text}" for text in group.texts[:SHOWN])
        ids = " ".join(map(str, group.ids))
        blocks.append(f"{number}. {group.leader}（{group.count}次{wrong}）\n{told}{near}\n   编号：{ids}")
    return "\n".join([head, *blocks])


def run_confirmed(settings: Settings, given: argparse.Namespace) -> None:
    print(asyncio.run(_with(settings, confirmed_text, given.days)))


async def confirmed_text(db: Database, days: int) -> str:
    """A line a question: its number, what was asked, which entry was picked."""
    found = await db.consult(questions.confirmed, clock.now() - timedelta(days=days))
    lines = [f"{each.id}　{each.text} → {each.taken_entry}（{each.times}次）" for each in found]
    return "\n".join(lines) or "没有。"


def run_draft(settings: Settings, given: argparse.Namespace) -> None:
    async def act(tx: Tx, now: datetime) -> int:
        return await questions.draft_from(tx, given.questions, given.id, given.staff, now)

    asyncio.run(_as_member(settings, given, act))
    print(f"草稿 {given.id} 建好了。请写上答案（导出、改好再导入），再请另一位同事审核。")


def run_teach(settings: Settings, given: argparse.Namespace) -> None:
    async def act(tx: Tx, now: datetime) -> questions.AlreadyAVariant | None:
        return await editing.teach(tx, given.question, given.staff, now, entry_id=given.entry)

    if known := asyncio.run(_as_member(settings, given, act)):
        raise known
    print("加进相似问了，还是草稿：请另一位同事审核、发布。")


def run_set_aside(settings: Settings, given: argparse.Namespace) -> None:
    async def act(tx: Tx, _now: datetime) -> None:
        await questions.settle(tx, given.questions, "set_aside")

    asyncio.run(_as_member(settings, given, act))
    print("放到一边了。")


# ------------------------------------------------------------------------------------------------ an entry's life


def run_try(settings: Settings, given: argparse.Namespace) -> None:
    print(asyncio.run(_with(settings, trial_text, given.entry, settings.knowledge.semantic)))


async def trial_text(db: Database, entry_id: str, is_semantic: bool) -> str:
    """What last week's questions would be answered with the newest version of an entry."""
    keeper = Keeper(Library.load(is_semantic=is_semantic))
    await keeper.catch_up(db)
    newest = await db.consult(entries.item, "entry", entry_id)
    edited = await db.consult(entries.version, "entry", entry_id, newest.latest)
    edit = trial.Edit("entry", entry_id, edited.content)
    asked = await db.consult(questions.of_week, clock.now())
    found = await asyncio.to_thread(trial.of_edit, keeper.library, edit, asked)
    head = f"上星期的{len(asked)}种问法里，有{len(found)}种会变："
    lines = [f"· {each.text}（{each.times}次）\n   现在：{each.before}\n   改后：{each.after}" for each in found]
    return "\n".join([head, *lines]) if found else f"上星期的{len(asked)}种问法，答的都和现在一样。"


def _act(settings: Settings, given: argparse.Namespace, verb: Any) -> None:
    async def act(tx: Tx, now: datetime) -> None:
        await verb(tx, _kind(given), given.id, given.staff, now)

    asyncio.run(_as_member(settings, given, act))
    print("好了。")


def run_restore(settings: Settings, given: argparse.Namespace) -> None:
    async def act(tx: Tx, now: datetime) -> int:
        return await entries.restore(tx, _kind(given), given.id, given.number, given.staff, now)

    number = asyncio.run(_as_member(settings, given, act))
    print(f"第{given.number}版恢复成了新的草稿（第{number}版），请另一位同事审核、发布。")


def run_history(settings: Settings, given: argparse.Namespace) -> None:
    print(asyncio.run(_with(settings, history_text, _kind(given), given.id)))


async def history_text(db: Database, kind: Kind, item_id: str) -> str:
    """A line for each thing done, and under each draft what it changed."""
    await db.consult(entries.item, kind, item_id)
    lines: list[str] = []
    before: dict[str, Any] = {}
    for fact in await db.consult(entries.history, kind, item_id):
        when = f"{say_day(day_of(fact.at))}{say_time(fact.at)}"
        lines.append(
            f"{when}　{fact.by}　{states.ACTS.get(fact.act, fact.act)}　第{fact.number}版　{fact.note}".rstrip()
        )
        if fact.act in ("draft", "restore"):
            content = (await db.consult(entries.version, kind, item_id, fact.number)).content
            if before:
                told = changes(before, content)
                lines += [
                    f"   {written.named(each.field)}：{_said(each.before)} → {_said(each.after)}" for each in told
                ]
            before = content
    return "\n".join(lines)


def _said(lines: Sequence[str]) -> str:
    return "；".join(lines) or "（空）"


def run_expiring(settings: Settings, _: argparse.Namespace) -> None:
    print(asyncio.run(_with(settings, expiring_text)))


async def expiring_text(db: Database) -> str:
    """A line an entry, the soonest first."""
    found = await db.consult(entries.expiring, day_of(clock.now()))
    lines = []
    for each in found:
        left = f"{'还有' if each.days_left >= 0 else '已过'}{abs(each.days_left)}天"
        lines.append(f"{each.last_on}（{left}）　{each.entry_id}　{each.question}")
    return "\n".join(lines) or "90天内没有要到期的。"


async def _with(settings: Settings, say: Any, *more: Any) -> str:
    async with opened(settings) as db:
        text: str = await say(db, *more)
        return text


async def _as_member(settings: Settings, given: argparse.Namespace, act: Any) -> Any:
    """Runs `act(tx, now)` once it is sure that somebody of this name works here. Raises StaffUnknown."""

    async def checked(tx: Tx) -> Any:
        await acting(tx, given, None, clock.now())
        return await act(tx, clock.now())

    async with opened(settings) as db:
        return await db.transact(checked)
