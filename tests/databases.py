"""A private MariaDB for the tests: its own folder, port and accounts, gone when the tests are.

`MYSQLD=/path/to/mysqld` runs the same tests on MySQL instead, which Debian stable does not have and operators do.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pymysql


def _mariadb(user: list[str]) -> tuple[str, list[str]]:
    """The server, and what makes its folder."""
    server = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    installer = shutil.which("mariadb-install-db")
    if server is None or installer is None:
        raise RuntimeError("没有 MariaDB：请先 apt-get install mariadb-server（root 时 make check 会自动装）")
    return server, [installer, "--no-defaults", *user, "--auth-root-authentication-method=normal"]


def _mysql(user: list[str]) -> tuple[str, list[str]]:
    server = os.environ["MYSQLD"]
    return server, [server, "--no-defaults", "--initialize-insecure", *user]


class MariaDb:
    """Starts mariadbd on a free port of the loopback; `url(name)` makes an empty database and says where it is."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bangban-mariadb-"))
        self.socket = self.folder / "socket"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        user = ["--user=root"] if os.geteuid() == 0 else []
        data = f"--datadir={self.folder / 'data'}"
        server, first = _mysql(user) if "MYSQLD" in os.environ else _mariadb(user)
        subprocess.run([*first, data], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.command = [server, "--no-defaults", data, *user, f"--socket={self.socket}", f"--port={self.port}",
                        "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=2", "--skip-log-bin",
                        "--max-connections=400", "--character-set-server=utf8mb4"]  # fmt: skip
        self.start()

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self.server = subprocess.Popen(self.command, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while True:
            try:
                self.run("SELECT 1")
                return
            except pymysql.err.OperationalError:
                if time.monotonic() > until or self.server.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.1)

    def run(self, sql: str) -> None:
        self.ask(sql)

    def ask(self, sql: str) -> Any:
        """Runs it as root; the first column of the first row, or None."""
        with pymysql.connect(unix_socket=str(self.socket), user="root", autocommit=True) as link, link.cursor() as c:
            c.execute(sql)
            row = c.fetchone()
            return row[0] if row else None

    def url(self, name: str) -> str:
        self.run(f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4")
        self.run("CREATE USER IF NOT EXISTS bangban@'127.0.0.1' IDENTIFIED BY 'test'")
        self.run("GRANT ALL ON *.* TO bangban@'127.0.0.1'")
        return f"mysql+aiomysql://bangban:test@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        self.server.terminate()
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
