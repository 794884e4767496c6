"""Files of matters: the blank forms and samples of one; and all of the hall's list, given out and brought in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from hall.matters import entering, file_kinds, files, list_files
from hall.matters.entering import Report
from hall.matters.list_files import Given
from hall.matters.model import FileNotFound, Use
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, gate_of, now
from handlers.staff.admin_matters import WORK, address
from handlers.staff.pages import pages, saved, show, went
from handlers.staff.states import of_hall
from handlers.staff.uploads import LONGEST_NAME, read_as, roomy, sent_file, written_as
from kit.beside import beside
from kit.clock import day_of
from kit.db import Tx

ATTACH = Deed("matter.attach", "挂文件", "matter")
DETACH = Deed("matter.detach", "撤文件", "matter")
IMPORT = Deed("matter.import", "导入事项清单", "matter")
ATTACHED, DETACHED = "“{name}”挂好了，群众现在就能下载。", "“{name}”撤下了。"
NEW, CHANGED, REFUSED = "新增", "改动", "没收"
MOST_BYTES = file_kinds.MOST_BYTES


@dataclass(frozen=True, slots=True)
class Attaching:
    use: Annotated[Use, forms.one_of(Use), "是什么"]
    material: Annotated[str | None, forms.text(128), "哪份材料"] = None


@pages.post("/admin/matters/of/<matter_id:str>/files", stream=True)
@roomy(MOST_BYTES)
@guarded(WORK)
async def attach_file(request: Request[Any, Any], matter_id: str) -> HTTPResponse:
    form, session = forms.posted(request, Attaching, MOST_BYTES * 2), request.ctx.session
    name, body = sent_file(request)
    material = None if form.use is Use.LIST else form.material or ""
    what = (session.hall_id, matter_id, material, form.use, name, body, session.member.name, now(request))
    made = await act(request, of_hall(request, ATTACH, files.plain), matter_id, files.attach, *what)
    return went(request, address(matter_id), ATTACHED.format(name=made.name))


@pages.post("/admin/matters/of/<matter_id:str>/files/<file_id:str>/detach")
@guarded(WORK)
async def detach_file(request: Request[Any, Any], matter_id: str, file_id: str) -> HTTPResponse:
    hall_id = request.ctx.session.hall_id
    file = await gate_of(request).db.consult(files.facts_of, file_id)
    if (file.hall_id, file.matter_id) != (hall_id, matter_id):
        raise FileNotFound()
    what = (hall_id, matter_id, file.material, file.use)
    await act(request, of_hall(request, DETACH, files.plain), matter_id, files.detach, *what)
    return went(request, address(matter_id), DETACHED.format(name=file.name))


# ------------------------------------------------------------------------------------------------ the whole list


@pages.get("/admin/matters/files")
@guarded(WORK)
async def matter_files_page(request: Request[Any, Any]) -> HTTPResponse:
    return await show(request, "admin_matter_files.html", report=None)


@pages.get("/admin/matters/export")
@guarded(WORK)
async def export_matters(request: Request[Any, Any]) -> HTTPResponse:
    """As `bangban matters export` writes it."""
    hall_id = request.ctx.session.hall_id
    rows = await gate_of(request).db.consult(entering.everything, hall_id)
    packed = await beside(written_as, "matters.xlsx", partial(list_files.write_file, rows=rows))
    return saved(f"matters-{hall_id}-{day_of(now(request))}.xlsx", packed)


@pages.post("/admin/matters/import", stream=True)
@roomy(MOST_BYTES)
@guarded(WORK)
async def import_matters(request: Request[Any, Any]) -> HTTPResponse:
    name, body = sent_file(request)
    given = await beside(read_as, name, body, list_files.read_file)
    deed, bring_in = _bringing_in(request.ctx.session.hall_id, given)
    report = await act(request, deed, name[:LONGEST_NAME], bring_in)
    return await show(request, "admin_matter_files.html", report=report, what=entering.WHAT)


def _bringing_in(hall_id: str, given: list[Given]) -> tuple[Deed, Callable[[Tx], Awaitable[Report]]]:
    """The trail says which matters came and which were changed; what of them, the report of the file says."""
    done: list[Report] = []

    async def bring_in(tx: Tx) -> Report:
        done[:] = [await entering.bring_in(tx, hall_id, given)]
        return done[0]

    async def state(tx: Tx, key: str) -> dict[str, Any]:
        return {
            said: [line.name or line.where for line in done[0].lines if line.what == what]
            for what, said in (("new", NEW), ("changed", CHANGED), ("refused", REFUSED))
            if done and any(line.what == what for line in done[0].lines)
        }

    return replace(IMPORT, state=state), bring_in
