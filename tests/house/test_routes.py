"""Every door says who may come through it."""

import re
from pathlib import Path

import pytest

from app import create_app
from handlers.api.openapi import document
from handlers.guards import GUARDS
from kit.settings import Demo, Secrets, Settings
from tests.house.tree import ROOT


@pytest.fixture(params=[True, False], ids=["demo", "production"])
def guards(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str | None]:
    settings = Settings(demo=Demo(on=request.param), secrets=Secrets(key_file=str(tmp_path / "data.key")))
    router = create_app(settings).router
    return {f"{'/'.join(sorted(route.methods))} /{route.path}": getattr(route.handler, "guard", None)
            for route in router.routes}  # fmt: skip


def test_every_route_declares_a_guard_we_know(guards: dict[str, str | None]) -> None:
    assert {route: guard for route, guard in guards.items() if guard not in GUARDS} == {}


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
