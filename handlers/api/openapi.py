"""The OpenAPI document, made of what the doors say of themselves (handlers/described.py) and what stands around them.

Each door's own refusals are joined by those of its guard, its forms and its key; 503 and 500 can come from anywhere.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from sanic.router import Router

from hall.appointments.refusals import KeyReused
from handlers import forms, schemas
from handlers.api import repeats
from handlers.api.visitors import TooFast
from handlers.described import Answer, Described, Key, Media
from handlers.errors import Broken, TooLarge
from handlers.guards import DEVICE_COOKIE, DeviceUnknown, NotSignedIn
from handlers.schemas import HERE, Schema
from kit.errors import Problem, Unavailable

PREFIX = "api/"
TAGS = {
    "session": "登录",
    "me": "我的资料",
    "guide": "办事指南",
    "files": "办事指南",
    "ask": "问答和政策",
    "policies": "问答和政策",
    "slots": "预约",
    "appointments": "预约",
    "tickets": "排队取号",
    "waits": "排队取号",
    "boards": "叫号屏",
    "cases": "办件",
    "progress": "办件",
    "ratings": "好差评",
    "devices": "大厅的设备",
}
TITLE = "帮办接口"
BEARER = "POST /session 给的令牌"
DEVICE = "大厅登记过的设备，报到后由浏览器带着；演示时不用"
KEY = "这次操作专用的编号，重试时用同一个"
TAG = "上次答复的 ETag"
ABOUT = """帮办：政务服务大厅的群众端接口，小程序、自助机和其他系统都用它。
时间是 ISO 8601（东八区）；姓名和手机号都打码。

没办成的时候只有一种格式：`{"error": {"code", "message", "details"}}`。`code` 给程序看，`message` 是说给人听的一句话。
每个接口都可能答 503（`unavailable`，过一会儿再试）；500（`broken`）里的 `reference` 是报修用的编号。

列表都用 `limit` 和 `after` 翻页：把上一页的 `next` 原样放进 `after`，`next` 是 null 就是最后一页。
答复带 `ETag` 的，下次带上 `If-None-Match`，没有变就答 304。"""
STATUS = {200: "好了", 201: "办成了", 204: "办成了，没有内容", 304: "和上次的一样，没有内容"}
GUARDS: Mapping[str, tuple[type[Problem], ...]] = {
    "public": (),
    "citizen": (NotSignedIn, TooFast),
    "anyone": (NotSignedIn, TooFast),
    "kiosk": (DeviceUnknown,),
    "tablet": (DeviceUnknown,),
}
BEARERS: Mapping[str, list[dict[str, list[str]]]] = {
    "citizen": [{"token": []}],
    "anyone": [{}, {"token": []}],
    "kiosk": [{"device": []}],
    "tablet": [{"device": []}],
}
PATH_PART = re.compile(r"<(\w+):\w+>")
BLANK = re.compile(r"\{\w+\}")


class Error(TypedDict):
    code: str
    message: str
    details: dict[str, Any]


class Refusal(TypedDict):
    """没有办成：为什么，接下来怎么办"""

    error: Error


def document(router: Router) -> Schema:
    """Of every route under /api. Raises TypeError where a door does not say what it takes and answers."""
    parts: dict[str, Schema] = {}
    schemas.of_answer(Refusal, parts)
    paths: dict[str, Schema] = {}
    for route in sorted(router.routes, key=lambda route: str(route.path)):
        if route.path.startswith(PREFIX):
            path = "/" + PATH_PART.sub(r"{\1}", route.path)
            for method in sorted(route.methods):
                paths.setdefault(path, {})[method.lower()] = _operation(route, parts)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(TAGS.values())],
        "paths": paths,
        "components": {
            "schemas": {name: _shown(part) for name, part in sorted(parts.items())},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": BEARER},
                "device": {"type": "apiKey", "in": "cookie", "name": DEVICE_COOKIE, "description": DEVICE},
            },
        },
    }


def _shown(part: Schema) -> Schema:
    return {name: value for name, value in part.items() if name != "x-of"}


def _operation(route: Any, parts: dict[str, Schema]) -> Schema:
    *_, blueprint, name = route.name.split(".")
    about: Described | None = getattr(route.handler, "described", None)
    if about is None:
        raise TypeError(f"/{route.path}: its door is not @described")
    guard: str = route.handler.guard
    if blueprint not in TAGS or guard not in GUARDS:
        raise TypeError(f"/{route.path}: no heading for {blueprint}, or nothing said of the guard {guard}")
    said: Schema = {"operationId": f"{blueprint}_{name}", "summary": about.summary, "tags": [TAGS[blueprint]]}
    said["security"] = BEARERS.get(guard, [])
    if parameters := [*_in_path(route), *_in_query(about.query), *_in_head(about)]:
        said["parameters"] = parameters
    if about.body is not None:
        content = {"application/json": {"schema": schemas.of_form(about.body)}}
        said["requestBody"] = {"required": True, "content": content}
    said["responses"] = {str(status): _answer(status, answer, parts) for status, answer in about.answers.items()}
    said["responses"] |= _refusals(_every_refusal(about, guard))
    return said


def _in_path(route: Any) -> Iterable[Schema]:
    for name in PATH_PART.findall(route.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(query: type | None) -> Iterable[Schema]:
    return [] if query is None else schemas.parameters(query)


def _in_head(about: Described) -> Iterable[Schema]:
    if about.key is not Key.NO:
        schema = {"type": "string", "pattern": f"^{repeats.KEY.pattern}$", "minLength": 1, "maxLength": 64}
        is_wanted = about.key is Key.MUST
        yield {"name": repeats.HEADER, "in": "header", "required": is_wanted, "schema": schema, "description": KEY}
    if 304 in about.answers:
        yield {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}, "description": TAG}


def _answer(status: int, answer: Answer, parts: dict[str, Schema]) -> Schema:
    if isinstance(answer, Media):
        schema: Schema = {"type": "string"}
        if answer.body is not None:
            schema |= {"contentMediaType": "application/json", "contentSchema": schemas.of_answer(answer.body, parts)}
        return {"description": answer.says, "content": {kind: {"schema": schema} for kind in answer.kinds}}
    said: Schema = {"description": STATUS[status]}
    if answer is not None:
        said["content"] = {"application/json": {"schema": schemas.of_answer(answer, parts)}}
    return said


# ------------------------------------------------------------------------------------------------ refusals


def _every_refusal(about: Described, guard: str) -> Iterable[type[Problem]]:
    yield from about.refusals
    yield from GUARDS[guard]
    if about.body is not None:
        yield from (forms.BadBody, TooLarge, forms.BadForm)
    if about.query is not None:
        yield forms.BadForm
    if about.key is not Key.NO:
        yield from (repeats.KeyMissing, KeyReused)
    yield from (Unavailable, Broken)


def _refusals(every: Iterable[type[Problem]]) -> Schema:
    by_status: dict[int, dict[str, type[Problem]]] = {}
    for problem in every:
        by_status.setdefault(problem.status, {})[problem.code] = problem
    return {str(status): _refusal(status, by_status[status]) for status in sorted(by_status)}


def _refusal(status: int, problems: Mapping[str, type[Problem]]) -> Schema:
    codes = {"properties": {"error": {"properties": {"code": {"enum": sorted(problems)}}}}}
    schema = {"allOf": [{"$ref": f"{HERE}Refusal"}, codes]}
    said: Schema = {"description": "\n".join(f"- `{code}` {_words(problem)}" for code, problem in problems.items())}
    said["content"] = {"application/json": {"schema": schema}}
    if head := HEADS.get(status):
        said["headers"] = head
    return said


def _words(problem: type[Problem]) -> str:
    """The sentence with dots for what differs each time; some make theirs up as they go."""
    return "" if problem.sentence is Problem.sentence else BLANK.sub("…", problem.sentence)


HEADS: Mapping[int, Schema] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "过几秒再来"}},
}
