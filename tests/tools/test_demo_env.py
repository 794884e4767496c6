"""The demo's environment: secrets of its own, well-formed, different each time."""

import subprocess
import sys

from cli import doctor
from kit.secrets import Keyring
from kit.settings import Settings, load
from tests.house.tree import ROOT


def made() -> tuple[str, Settings]:
    script = [sys.executable, str(ROOT / "tools" / "demo_env.py")]
    text = subprocess.run(script, check=True, capture_output=True, text=True).stdout
    pairs = (line.split("=", 1) for line in text.splitlines())
    return text, load({name: value.strip("'") for name, value in pairs})


def test_demo_environment_is_complete() -> None:
    _, settings = made()
    assert (settings.demo.on, settings.wechat.app_id[:6], settings.database.url) == (
        True,
        "wxdemo",
        "sqlite+aiosqlite:///var/demo.db",
    )
    assert [finding for finding in doctor.official_account(settings) if finding.mark == "✗"] == []
    assert len(Keyring(settings.secrets.data_key).fingerprint("x")) == 32


def test_demo_secrets_are_never_the_same() -> None:
    first, second = made()[0].splitlines(), made()[0].splitlines()
    assert {line.split("=")[0] for line in set(first) & set(second)} == {"BANGBAN_DATABASE__URL", "BANGBAN_DEMO__ON"}
