"""/staff/knowledge/files: all of the knowledge as a spreadsheet, and a spreadsheet brought in as drafts, row by row."""

from functools import partial
from typing import Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from handlers.guards import guarded
from handlers.staff.acts import act, now
from handlers.staff.knowledge_items import SHARED, db_of
from handlers.staff.pages import pages, saved, show
from handlers.staff.uploads import LONGEST_NAME, read_as, sent_file, written_as
from kit.beside import beside
from kit.clock import day_of
from knowledge import entries, exchange

IMPORT = Deed("knowledge.import", "导入知识文件", "entry")


@pages.get("/knowledge/files")
@guarded("staff: editor lead admin")
async def files_page(request: Request[Any, Any]) -> HTTPResponse:
    return await show(request, "knowledge_files.html", report=None, **SHARED)


@pages.get("/knowledge/export")
@guarded("staff: editor lead admin")
async def export(request: Request[Any, Any]) -> HTTPResponse:
    """The newest version of everything, as `bangban knowledge export` writes it."""
    everything = await db_of(request).consult(entries.newest)
    packed = await beside(written_as, "knowledge.xlsx", partial(exchange.write_file, items=everything))
    return saved(f"knowledge-{day_of(now(request))}.xlsx", packed)


@pages.post("/knowledge/import")
@guarded("staff: editor lead admin")
async def bring_in(request: Request[Any, Any]) -> HTTPResponse:
    """Everything becomes drafts: a file has one author, and a colleague is to read it before it is live."""
    sent, body = sent_file(request)
    offered = await beside(read_as, sent, body, exchange.read_file)
    by, name = request.ctx.session.member.name, sent[:LONGEST_NAME]
    report = await act(request, IMPORT, name, exchange.bring_in, offered, by, now(request), publish=False)
    kinds = {each.id: each.kind for each in offered}
    return await show(request, "knowledge_files.html", report=report, kinds=kinds, what=exchange.WHAT, **SHARED)
