"""The mini program in a browser, for who has no WeChat developer tool: beside `make demo`,

    .venv/bin/python -m tools.phone [HALL] [PORT]

and http://127.0.0.1:8010/__phone/?citizen=wang is that citizen's telephone. A reload shows what was changed.
"""

import sys

import aiohttp
from aiohttp import web

from tests.miniprogram import telephone

SENT = ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match")
GIVEN = ("Content-Type", "ETag", "Retry-After")
HALL = web.AppKey("hall", str)


async def page(request: web.Request) -> web.Response:
    if request.path.endswith("/"):
        telephone.compiled.cache_clear()
    body, kind = telephone.part(request.path)
    return web.Response(text=body, content_type=kind)


async def hall(request: web.Request) -> web.Response:
    """The hall's own answer: a page may ask only where it came from."""
    url = f"{request.app[HALL]}{request.rel_url}"
    headers = {name: request.headers[name] for name in SENT if name in request.headers}
    body = await request.read()
    async with aiohttp.ClientSession() as http, http.request(request.method, url, data=body, headers=headers) as answer:
        given = {name: answer.headers[name] for name in GIVEN if name in answer.headers}
        return web.Response(status=answer.status, body=await answer.read(), headers=given)


def application(hall_url: str) -> web.Application:
    app = web.Application()
    app[HALL] = hall_url
    app.add_routes([web.get("/__phone/{name:.*}", page), web.route("*", "/api/{rest:.*}", hall)])
    return app


def main() -> None:
    at, port = (*sys.argv[1:], *("http://127.0.0.1:8000", "8010")[len(sys.argv) - 1 :])
    web.run_app(application(at), host="127.0.0.1", port=int(port))


if __name__ == "__main__":
    main()
