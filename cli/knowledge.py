"""`bangban knowledge …`: measuring what the bot knows, and carrying it in and out in files."""

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cli import learning
from cli.opening import opened
from cli.reading import day
from hall.staff import service as staff
from hall.staff.model import Role
from kit import clock
from kit.db import Tx
from kit.errors import NotFound, Problem
from kit.settings import Settings
from knowledge import entries, exchange, measuring, second_look, shipped
from knowledge.content import Content, Kind
from knowledge.index import Index, Vocabulary
from knowledge.matching import Search
from knowledge.measuring import Labelled
from knowledge.model import Entry
from knowledge.reading import load_lexicon
from knowledge.shelf import entries_of, load_weights

PATIENCE = 120.0  # seconds a large file may take; a citizen's turn may take eight
BY_COMMAND = "命令行"
AT_THE_KNOWLEDGE = (Role.EDITOR, Role.LEAD, Role.ADMIN)
OF_INTEREST = (
    ("top1", "第一条就对（范围内）"),
    ("recall3", "前三条里有（范围内）"),
    ("answered", "直接回答的占比"),
    ("answered_right", "直接回答里对的"),
    ("right_answers", "范围内直接答对的"),
    ("suggested_right", "范围内给出候选且有对的"),
    ("wrong_answers", "答错的占全部"),
    ("refused_right", "范围外没有乱答的"),
    ("coverage_at_95", "准确率95%时能直接答对的"),
    ("auroc", "分得清范围内外（AUROC）"),
    ("p50_ms", "每问用时 p50（毫秒）"),
    ("p99_ms", "每问用时 p99（毫秒）"),
    ("build_s", "建索引（秒）"),
    ("rss_mb", "内存（MB）"),
)


class BadLine(Problem):
    status = 422
    code = "bad_line"
    sentence = "{file} 第{line}行看不懂：{why}。要一行一个 JSON，比如 {example}"


class NoSuchFile(NotFound):
    code = "no_such_file"
    sentence = "读不了文件 {file}：请核对名字，文件要是 UTF-8 编码的文字。"


def add(commands: Any) -> None:
    family = commands.add_parser("knowledge", help="知识库：导入导出、评测、整理问题")
    verbs = family.add_subparsers(required=True, metavar="命令")
    taking = verbs.add_parser("import", help="从 .xlsx 或 .toml 导入，逐行报告")
    taking.add_argument("file", metavar="FILE", type=Path)
    taking.add_argument("--as", dest="staff", metavar="STAFF", default=BY_COMMAND, help="记在谁名下")
    taking.add_argument("--draft", action="store_true", help="只存成草稿，等人审核，不直接发布")
    taking.set_defaults(run=run_import)
    giving = verbs.add_parser("export", help="导出成 .xlsx 或 .toml")
    giving.add_argument("file", metavar="FILE", type=Path)
    giving.set_defaults(run=run_export)
    for name, run, help_ in (
        ("evaluate", run_evaluate, "用标好答案的问题评测检索"),
        ("calibrate", run_calibrate, "从标好答案的问题算出合适的阈值"),
    ):
        verb = verbs.add_parser(name, help=help_)
        verb.add_argument("--entries", type=Path, metavar="FILE", help="条目，一行一个 JSON（不写就用现在的知识库）")
        verb.add_argument("--queries", type=Path, metavar="FILE", required=True, help="问题，一行一个 JSON")
        verb.add_argument("--on", type=day, metavar="YYYY-MM-DD", help="当作哪一天（只算那天还有效的条目）")
        verb.add_argument("--json", action="store_true", help="给程序读")
        verb.set_defaults(run=run)
    learning.add(verbs)


# ------------------------------------------------------------------------------------------------ files


def run_import(settings: Settings, arguments: argparse.Namespace) -> int:
    offered = exchange.read_file(arguments.file)
    report = asyncio.run(_bring_in(settings, offered, arguments.staff, publish=not arguments.draft))
    print(report.text())
    return 1 if report.counts["refused"] else 0


async def _bring_in(settings: Settings, offered: Any, by: str, *, publish: bool) -> exchange.Report:
    patient = replace(settings, database=replace(settings.database, wait_seconds=PATIENCE))
    async with opened(patient) as db:
        if by != BY_COMMAND:
            await db.consult(staff.named, by, AT_THE_KNOWLEDGE)
        await db.transact(planted, clock.now())
        return await db.transact(exchange.bring_in, offered, by, clock.now(), publish=publish)


async def planted(tx: Tx, now: Any) -> entries.Planted | None:
    """The shipped library, if nothing has been planted yet: staff edit what is there, they do not begin from
    nothing.
    """
    if await entries.is_planted(tx):
        return None
    return await entries.plant(tx, shipped.rows(), entries.SHIPPED, now)


def run_export(settings: Settings, arguments: argparse.Namespace) -> None:
    kept = asyncio.run(_everything(settings))
    exchange.write_file(arguments.file, kept)
    print(f"导出了{len(kept)}条到 {arguments.file}。改好以后用 bangban knowledge import 导回来。")


async def _everything(settings: Settings) -> Sequence[exchange.Item]:
    async with opened(settings) as db:
        kept = await db.consult(entries.newest)
    return kept or [(kind, key, "published", content) for kind, key, content in shipped.rows()]


# ------------------------------------------------------------------------------------------------ measuring


def run_evaluate(settings: Settings, arguments: argparse.Namespace) -> None:
    asked = list(_queries(arguments.queries))
    twice = settings.knowledge.semantic
    entries_now, second = _entries(settings, arguments), second_look.load(twice)
    made = measuring.evaluate(entries_now, asked, load_lexicon(), load_weights(twice), second)
    figures = made.as_json()
    if arguments.json:
        print(json.dumps(figures))
        return
    print(f"{made.n_in}问在范围内，{made.n_out}问在范围外。")
    for key, what in OF_INTEREST:
        print(f"{what}：{figures[key]:g}")


def run_calibrate(settings: Settings, arguments: argparse.Namespace) -> None:
    asked = list(_queries(arguments.queries))
    index = Index.build(_entries(settings, arguments), Vocabulary(load_lexicon()))
    twice = settings.knowledge.semantic
    search = Search(index, load_weights(twice), second_look.load(twice))
    made = measuring.calibrate(search, asked)
    if arguments.json:
        print(json.dumps(made.as_json()))
        return
    print(
        f"建议 answer_at = {made.answer_at:.3f}，suggest_at = {made.suggest_at:.3f}"
        f"（现在是 {search.weights.answer_at:g}、{search.weights.suggest_at:g}，写在 knowledge/data/weights.toml）。\n"
        f"照这样，直接回答的准确率在这批问题上是 {made.precision:.1%}，"
        f"换一批问题大约不低于 {made.least_precision:.1%}；\n"
        f"范围内的 {made.answered_right:.1%} 能直接答对，另有 {made.suggested_right:.1%} 给出的候选里有对的；"
        f"范围外的 {made.refused_right:.1%} 不会乱答。"
    )
    if not made.is_enough:
        print(
            f"只有{made.questions}问，不够准：至少要{measuring.ENOUGH}问，其中{measuring.ENOUGH_FOREIGN:.0%}是答不了的。"
        )


def _entries(settings: Settings, arguments: argparse.Namespace) -> list[Entry]:
    if arguments.entries is None:
        return entries_of(_valid(asyncio.run(_live(settings)), arguments.on))
    rows = _lines(arguments.entries, '{"id": "1", "question": "怎么办执照"}')
    return [
        Entry(str(row["id"]), row["question"], tuple(row.get("alternates") or ()), row.get("answer") or "")
        for row in rows
        if _is_valid(row, arguments.on)
    ]


async def _live(settings: Settings) -> dict[tuple[Kind, str], Content]:
    async with opened(settings) as db:
        live = await db.consult(entries.live_since, -1)
    return {(each.kind, each.id): each.content for each in live if each.content is not None} or shipped.contents()


def _valid(contents: Mapping[tuple[Kind, str], Content], on: date | None) -> dict[tuple[Kind, str], Content]:
    return {key: row for key, row in contents.items() if key[0] == "policy" or _is_valid(row, on)}


def _is_valid(row: Mapping[str, Any], on: date | None) -> bool:
    first, last = row.get("valid_from") or "", row.get("valid_to") or "9999"
    return on is None or first <= on.isoformat() <= last


def _queries(path: Path) -> Iterator[Labelled]:
    for row in _lines(path, '{"query": "办执照要带啥", "faq_id": "1"}'):
        meant = row.get("faq_id")
        ids = [] if meant is None else meant if isinstance(meant, list) else [meant]
        yield Labelled(row["query"], frozenset(map(str, ids)))


def _lines(path: Path, example: str) -> Iterator[dict[str, Any]]:
    wanted = json.loads(example).keys()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise NoSuchFile(file=str(path)) from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise BadLine(file=path.name, line=number, why="不是 JSON", example=example) from None
        missing = [key for key in wanted if not isinstance(row, dict) or key not in row]
        if missing:
            raise BadLine(file=path.name, line=number, why=f"缺 {'、'.join(missing)}", example=example)
        if not isinstance(row.get("query", row.get("question")), str):
            raise BadLine(file=path.name, line=number, why="问题要是文字", example=example)
        if not isinstance(row.get("alternates") or [], list):
            raise BadLine(file=path.name, line=number, why="alternates 要是一串文字", example=example)
        yield row
