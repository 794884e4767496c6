"""The sample hall as a newcomer starts it: migrated, filled and served by the real commands, on a free port."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import AES_KEY, APP_ID, DATA_KEY, ROOT, TOKEN, answers, free_port, process, wait_until

BANGBAN = str(ROOT / ".venv" / "bin" / "bangban")


def environment(folder: Path, port: int, *, demo: bool = True) -> dict[str, str]:
    return {
        "BANGBAN_DATABASE__URL": f"sqlite+aiosqlite:///{folder / 'hall.db'}",
        "BANGBAN_SECRETS__DATA_KEY": DATA_KEY,
        "BANGBAN_SERVER__PORT": str(port),
        "BANGBAN_WECHAT__TOKEN": TOKEN,
        "BANGBAN_WECHAT__APP_ID": APP_ID,
        "BANGBAN_WECHAT__ENCODING_AES_KEY": AES_KEY,
        "BANGBAN_WECHAT__API_BASE": "http://127.0.0.1:9",  # nobody there: no test asks WeChat itself
        "BANGBAN_DEMO__ON": str(demo).lower(),
    }


@contextmanager
def sample_hall(folder: Path) -> Iterator[str]:
    """Its address. The database stays in the folder."""
    settings = environment(folder, 0)
    for command in ("migrate", "sample"):
        with process([BANGBAN, command], settings) as filling:
            _, complaint = filling.communicate(timeout=60)
            assert filling.returncode == 0, complaint
    with serving(folder) as url:
        yield url


@contextmanager
def serving(folder: Path, *, demo: bool = True) -> Iterator[str]:
    """Serves the hall that is in the folder; its address."""
    port = free_port()
    with process([BANGBAN, "serve"], environment(folder, port, demo=demo), folder / "log"):
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(f"{url}/readyz"), 90)  # a busy machine takes its time
        yield url
