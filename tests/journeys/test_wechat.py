"""The fake WeChat's own checks against `bangban serve --workers 2`, as the platform would meet it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers import AES_KEY, APP_ID, ROOT, TOKEN, Hall, serving

pytestmark = pytest.mark.server
KINDS = 22


@pytest.fixture(scope="module")
def safe(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with serving(sqlite_url, tmp_path_factory.mktemp("safe")) as hall:
        yield hall


@pytest.fixture(scope="module")
def plain(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with serving(sqlite_url, tmp_path_factory.mktemp("plain"), WECHAT__ENCODING_AES_KEY="") as hall:
        yield hall


def check(hall: Hall, command: str, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """Exit status and lines of one of the fake's checks."""
    call = [sys.executable, str(ROOT / "tests" / "fake_wechat.py"), command, "--url", f"{hall.base}/wechat"]
    call += ["--token", TOKEN, "--appid", APP_ID, *options]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120)
    assert not done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def keyed(mode: str) -> list[str]:
    return ["--mode", mode, "--aes-key", AES_KEY]


def test_address_is_verified(safe: Hall) -> None:
    code, [line] = check(safe, "verify")
    assert (code, line["handshake"], line["refuses_bad_signature"]) == (0, True, True)


@pytest.mark.parametrize("mode", ["safe", "compat", "plain"])
def test_every_kind_of_message_is_answered_or_acknowledged(mode: str, request: pytest.FixtureRequest) -> None:
    hall: Hall = request.getfixturevalue("plain" if mode == "plain" else "safe")
    code, lines = check(hall, "push", *([] if mode == "plain" else keyed(mode)), "all")
    assert code == 0
    assert len(lines) == KINDS
    assert [line for line in lines if line["verdict"] not in ("ack", "replied")] == []
    verdicts = {line["kind"]: line["verdict"] for line in lines}
    assert [verdicts[kind] for kind in ("text", "voice", "subscribe", "click")] == ["replied"] * 4
    assert [verdicts[kind] for kind in ("unsubscribe", "location_event", "unknown_event")] == ["ack"] * 3


def test_message_delivered_four_times_gets_one_answer(safe: Hall) -> None:
    text = "个体户一个月卖9万要交增值税吗"
    code, lines = check(safe, "push", *keyed("safe"), "text", "--text", text, "--duplicates", "3")
    assert (code, len(lines), len({line["reply"] for line in lines})) == (0, 4, 1)
    assert "免征增值税" in lines[0]["reply"]


def test_hostile_deliveries_are_refused(safe: Hall) -> None:
    code, lines = check(safe, "hostile", *keyed("safe"))
    assert code == 0
    assert {line["case"]: line["status"] for line in lines if line["case"] != "replay"} == {
        "bad signature": 403,
        "no signature": 403,
        "stale timestamp": 403,
        "entity bomb": 400,
        "empty body": 400,
        "not markup": 400,
        "no MsgType": 403,
        "huge body": 413,
        "broken ciphertext": 403,
        "for another account": 403,
        "bad msg_signature": 403,
        "plain body": 403,
    }
    replay = lines[-1]
    assert replay["first"] == replay["second"]
