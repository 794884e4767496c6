"""/docs: the API described for those who call it. The page is swagger-ui from node_modules; no other host is asked."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import file, raw

from handlers.api.openapi import document
from handlers.errors import NoSuchPage
from handlers.guards import guarded

docs = Blueprint("docs", url_prefix="/docs")

HERE = Path(__file__).resolve().parent
SWAGGER = HERE.parents[1] / "node_modules" / "swagger-ui-dist"
STATIC = HERE.parent / "static"
ASSETS = {name: SWAGGER / name for name in ("swagger-ui.css", "swagger-ui-bundle.js")}
ASSETS |= {name: STATIC / name for name in ("docs.css", "docs.js")}
HEADERS = {
    # swagger-ui's icons are data: addresses in its stylesheet
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@docs.before_server_start
async def _write(app: Sanic[Any, Any]) -> None:
    """Once, when all doors hang."""
    app.ctx.openapi = json.dumps(document(app.router), ensure_ascii=False, separators=(",", ":")).encode()


@docs.get("")
@guarded("public")
async def look(request: Request[Any, Any]) -> HTTPResponse:
    return await file(HERE / "docs.html", headers=HEADERS, request_headers=request.headers)


@docs.get("/openapi.json")
@guarded("public")
async def machine(request: Request[Any, Any]) -> HTTPResponse:
    written: bytes = request.app.ctx.openapi
    tag = f'"{hashlib.sha256(written).hexdigest()[:16]}"'
    headers = HEADERS | {"ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return raw(b"", status=304, headers=headers)
    return raw(written, content_type="application/json; charset=utf-8", headers=headers)


@docs.get("/assets/<name:str>")
@guarded("public")
async def asset(request: Request[Any, Any], name: str) -> HTTPResponse:
    path = ASSETS.get(name)
    if path is None or not path.is_file():  # swagger-ui comes from npm; without it the page says where the JSON is
        raise NoSuchPage()
    return await file(path, headers=HEADERS, request_headers=request.headers)
