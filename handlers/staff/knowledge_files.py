"""/staff/knowledge/files: all of the knowledge as a spreadsheet, and a spreadsheet brought in as drafts, row by row."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from handlers.guards import guarded
from handlers.staff.acts import act, now
from handlers.staff.knowledge_items import SHARED, db_of
from handlers.staff.pages import pages, saved, show
from kit.beside import beside
from kit.clock import day_of
from kit.errors import Problem
from knowledge import entries, exchange
from knowledge.entry_files import Item, Offered

IMPORT = Deed("knowledge.import", "导入知识文件", "entry")
SUFFIXES = (".xlsx", ".toml")
LONGEST_NAME = 64


class NoFile(Problem):
    status = 422
    code = "no_file"
    sentence = "还没有选文件。请选一个 .xlsx 或 .toml 文件，再点导入。"


@pages.get("/knowledge/files")
@guarded("staff: editor lead admin")
async def files_page(request: Request[Any, Any]) -> HTTPResponse:
    return await show(request, "knowledge_files.html", report=None, **SHARED)


@pages.get("/knowledge/export")
@guarded("staff: editor lead admin")
async def export(request: Request[Any, Any]) -> HTTPResponse:
    """The newest version of everything, as `bangban knowledge export` writes it."""
    everything = await db_of(request).consult(entries.newest)
    return saved(f"knowledge-{day_of(now(request))}.xlsx", await beside(_sheet, everything))


def _sheet(items: Sequence[Item]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "knowledge.xlsx"
        exchange.write_file(path, items)
        return path.read_bytes()


@pages.post("/knowledge/import")
@guarded("staff: editor lead admin")
async def bring_in(request: Request[Any, Any]) -> HTTPResponse:
    """Everything becomes drafts: a file has one author, and a colleague is to read it before it is live."""
    sent = request.files.get("file") if request.files else None
    if sent is None or not sent.body:
        raise NoFile()
    offered = await beside(_offered, sent.body, Path(sent.name).suffix.lower())
    by, name = request.ctx.session.member.name, sent.name[:LONGEST_NAME]
    report = await act(request, IMPORT, name, exchange.bring_in, offered, by, now(request), publish=False)
    kinds = {each.id: each.kind for each in offered}
    return await show(request, "knowledge_files.html", report=report, kinds=kinds, what=exchange.WHAT, **SHARED)


def _offered(body: bytes, suffix: str) -> list[Offered]:
    """Raises NotReadable, NotASheet, TooLarge."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"sent{suffix if suffix in SUFFIXES else SUFFIXES[0]}"
        path.write_bytes(body)
        return exchange.read_file(path)
