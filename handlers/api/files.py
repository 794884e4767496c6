"""Blank forms and samples, as they are kept: what they are is said by us and never guessed by a browser."""

from typing import Any
from urllib.parse import quote

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import empty, raw

from hall.matters import files as kept
from hall.matters.model import Attached, FileKind, FileNotFound
from handlers.api.etags import is_known, tag_of
from handlers.api.reception import Reception
from handlers.described import Media, described
from handlers.guards import guarded

files = Blueprint("files", url_prefix="/files")

SHOWN = {FileKind.PDF, FileKind.PNG, FileKind.JPG}  # by the browser itself; office files are saved
A_YEAR = "public, max-age=31536000, immutable"  # another file has another id
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
FILE = Media(tuple(kind.media_type for kind in FileKind), "文件，什么类型看 Content-Type")


@files.get("/<file_id:str>")
@guarded("public")
@described("空白表、样表", answers={200: FILE, 304: None}, refusals=(FileNotFound,))
async def fetch(request: Request[Any, Any], file_id: str) -> HTTPResponse:
    here: Reception = request.app.ctx.reception
    facts = await here.db.consult(kept.facts_of, file_id)
    headers = _headers(facts)
    if is_known(request, headers["ETag"]):
        return empty(status=304, headers=headers)
    return raw(await here.db.consult(kept.body_of, file_id), content_type=facts.kind.media_type, headers=headers)


def _headers(facts: Attached) -> dict[str, str]:
    way = "inline" if facts.kind in SHOWN else "attachment"
    return {
        "ETag": tag_of(facts.digest),
        "Cache-Control": A_YEAR,
        "Content-Disposition": f"{way}; filename=\"form.{facts.kind}\"; filename*=UTF-8''{quote(facts.name, safe='')}",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
