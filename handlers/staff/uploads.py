"""Files that staff send, and what is written into a file for them.

    @pages.post("/admin/matters/import", stream=True)
    @roomy(MOST_BYTES)
    @guarded("staff: lead admin")
    async def bring_in(request):
        name, body = sent_file(request)

`stream=True` so that the body is read here: as much as anybody may send, and more of it from who is signed in.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ParamSpec, TypeVar

from sanic import HTTPResponse, Request
from sanic.exceptions import PayloadTooLarge

from handlers.errors import TooLarge
from handlers.guards import Door
from handlers.staff.acts import gate_of
from kit.errors import Problem

P = ParamSpec("P")
T = TypeVar("T")
BESIDE_IT = 16 * 1024  # what a form holds beside its file
LONGEST_NAME = 64


class NoFile(Problem):
    status = 422
    code = "no_file"
    sentence = "还没有选文件。请选一个文件，再按一次。"


def roomy(most_bytes: int) -> Callable[[Door[P]], Door[P]]:
    """Lets who is signed in send a form with a file of so many bytes. Raises TooLarge."""

    def widen(door: Door[P]) -> Door[P]:
        @wraps(door)
        async def wider(request: Request[Any, Any], /, *args: P.args, **kwargs: P.kwargs) -> HTTPResponse | None:
            usual = request.app.config.REQUEST_MAX_SIZE
            is_known = await gate_of(request).knows(request)
            assert request.stream is not None, "a request has one until its answer is sent"
            request.stream.request_max_size = max(usual, most_bytes + BESIDE_IT) if is_known else usual
            try:
                await request.receive_body()  # type: ignore[no-untyped-call]
            except PayloadTooLarge:
                raise TooLarge() from None
            return await door(request, *args, **kwargs)

        return wider

    return widen


def sent_file(request: Request[Any, Any]) -> tuple[str, bytes]:
    """The name and the bytes of the form's one file. Raises NoFile."""
    sent = request.files.get("file") if request.files else None
    if sent is None or not sent.body:
        raise NoFile()
    return sent.name, sent.body


def read_as(name: str, body: bytes, read: Callable[[Path], T]) -> T:
    """What `read` makes of the file, which has its own ending. It takes a while: call it with `kit.beside`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"sent{_ending(name)}"
        path.write_bytes(body)
        return read(path)


def _ending(name: str) -> str:
    """.xlsx, .toml: what says how a file is read; anything stranger is not taken over into a path."""
    ending = Path(name).suffix.lower()
    return ending if ending[1:].isascii() and ending[1:].isalnum() else ""


def written_as(name: str, write: Callable[[Path], None]) -> bytes:
    """What `write` puts into a file of this name. It takes a while: call it with `kit.beside`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()
