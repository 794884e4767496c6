"""Every door says who may come through it."""

import re
from pathlib import Path

import pytest

from app import create_app
from handlers.api.openapi import document
from handlers.guards import GUARDS
from handlers.staff import doors
from kit.settings import Demo, Secrets, Settings
from tests.house.tree import ROOT

# What is answered to anybody: a new door of that kind is thought about before it is written here.
OPEN = {
    "GET /api/v1/agencies",
    "GET /api/v1/ask",
    "GET /api/v1/boards/<hall_id:str>",
    "GET /api/v1/boards/<hall_id:str>/stream",
    "GET /api/v1/cases/<number:str>",  # their own, or with the query code
    "GET /api/v1/categories",
    "POST /api/v1/devices/session",  # with a machine's key
    "GET /api/v1/files/<file_id:str>",
    "GET /api/v1/guide",
    "GET /api/v1/halls",
    "GET /api/v1/matters",
    "GET /api/v1/matters/<matter_id:str>",
    "GET /api/v1/policies",
    "POST /api/v1/progress",  # with a query code
    "GET /api/v1/ratings",
    "POST /api/v1/ratings",
    "POST /api/v1/session",  # with what WeChat gave
    "GET /api/v1/slots",
    "GET /api/v1/waits",
    "GET /board/<hall_id:str>",
    "GET /board/assets/<name:str>",
    "GET /slip/<hall_id:str>/<on:ymd>/<number:str>",  # what the board says of it
    "GET /slip/assets/<name:str>",
    "GET /docs",
    "GET /docs/assets/<name:str>",
    "GET /docs/openapi.json",
    "GET /kiosk/<hall_id:str>",
    "GET /kiosk/assets/<name:str>",
    "GET /rate/<hall_id:str>/<counter:int>",
    "GET /rate/assets/<name:str>",
    "GET /staff/assets/<edition:str>/<name:str>",
    "GET /staff/sign-in",
    "POST /staff/sign-in",
}


@pytest.fixture(params=[True, False], ids=["demo", "production"])
def guards(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str | None]:
    settings = Settings(demo=Demo(on=request.param), secrets=Secrets(key_file=str(tmp_path / "data.key")))
    router = create_app(settings).router
    return {f"{'/'.join(sorted(route.methods))} /{route.path}": getattr(route.handler, "guard", None)
            for route in router.routes}  # fmt: skip


def test_every_route_declares_a_guard_we_know(guards: dict[str, str | None]) -> None:
    assert {route: guard for route, guard in guards.items() if guard not in GUARDS} == {}


def test_nobody_comes_in_without_a_name_but_where_it_says_so(guards: dict[str, str | None]) -> None:
    """And who does need one at a staff page is staff: tests/handlers/test_staff_pages.py tries each with each role."""
    assert {route for route, guard in guards.items() if guard in ("public", "anyone")} == OPEN
    of_staff = {guard for route, guard in guards.items() if " /staff/" in route and route not in OPEN}
    assert {str(guard).partition(" ")[0].rstrip(":") for guard in of_staff} == {"staff"}


def test_every_module_of_staff_pages_is_hung() -> None:
    folder = ROOT / "handlers" / "staff"
    paged = {
        each.stem for each in folder.glob("*.py") if re.search(r"^@pages\.(get|post)", each.read_text("utf-8"), re.M)
    }
    assert paged - {"pages"} <= set(doors.__all__)


def test_every_door_of_the_api_says_what_it_takes_and_answers(guards: dict[str, str | None], tmp_path: Path) -> None:
    """The document is made of that: one door that does not say it, and nothing is told."""
    settings = Settings(secrets=Secrets(key_file=str(tmp_path / "data.key")))
    told = document(create_app(settings).router)
    doors = {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods}
    assert doors == {re.sub(r"<(\w+):\w+>", r"{\1}", route) for route in guards if " /api/" in route}


def test_wechat_and_the_operators_have_their_doors(guards: dict[str, str | None]) -> None:
    wanted = {"GET /wechat", "POST /wechat", "GET /healthz", "GET /readyz", "GET /metrics"}
    assert wanted - set(guards) == set()


def test_demo_doors_are_not_even_hung_in_production(
    guards: dict[str, str | None], request: pytest.FixtureRequest
) -> None:
    is_demo = "demo" in request.node.callspec.id
    assert any(guard == "demo" for guard in guards.values()) is is_demo


def test_the_page_of_the_api_names_every_door_and_no_other(guards: dict[str, str | None]) -> None:
    rows = re.findall(
        r"^\| `(GET|POST|PUT|DELETE) /(api/\S+?)(?:\?\S*)?` \|", (ROOT / "docs/api.md").read_text("utf-8"), re.M
    )
    written = {(method, re.sub(r"<[^>]+>", "<>", path)) for method, path in rows}
    hung = {tuple(re.sub(r"<[^>]+>", "<>", route).split(" /")) for route in guards if " /api/" in route}
    assert hung == written
