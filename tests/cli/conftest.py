"""The console script, run in the test's own process against a database of its own."""

import base64
import io
import logging
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main
from tests.databases import MariaDb

DATA_KEY = base64.b64encode(b"test key, test key, test key 32b").decode()  # that of tests/conftest.py


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """`run("progress", "A012", stdin="…")`, in an empty folder with an embedded database that is not there yet."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BANGBAN_SECRETS__DATA_KEY", DATA_KEY)
    monkeypatch.setenv("BANGBAN_WECHAT__API_BASE", f"http://127.0.0.1:{closed_port()}")

    def bangban(*words: str, stdin: str = "") -> Ended:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        try:
            code = main(words)
        except SystemExit as end:
            code = int(str(end.code))
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    yield bangban
    root.handlers[:], root.level = handlers, level


def closed_port() -> int:
    """A port at which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded database with the sample hall in it, made once."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BANGBAN_SECRETS__DATA_KEY", DATA_KEY)
        patch.setenv("BANGBAN_DATABASE__URL", f"sqlite+aiosqlite:///{folder / 'filled.db'}")
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        assert (main(["migrate"]), main(["sample"])) == (0, 0)
        root.handlers[:], root.level = handlers, level
    return folder / "filled.db"


@pytest.fixture
def filled(run: Run, filled_file: Path, tmp_path: Path) -> Run:
    """`run`, with the sample hall in the embedded database."""
    (tmp_path / "var").mkdir()
    shutil.copy(filled_file, tmp_path / "var" / "bangban.db")
    return run


@pytest.fixture(params=["sqlite", "mariadb"])
def fresh(request: pytest.FixtureRequest, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run`, with an empty database of each kind."""
    if request.param == "mariadb":
        server: MariaDb = request.getfixturevalue("mariadb")
        server.run("DROP DATABASE IF EXISTS bangban_cli")
        monkeypatch.setenv("BANGBAN_DATABASE__URL", server.url("bangban_cli"))
    return run
