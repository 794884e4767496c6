"""Forms over HTTP: what they are is said by us, they run nothing, and an old address says where to look."""

from collections.abc import AsyncIterator

import pytest

from hall.matters import files
from hall.matters.model import Attached, Use
from kit import pdf
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_group, a_hall, a_matter
from tests.hall.office_files import a_docx
from tests.handlers.api import Caller, Clock, open_api

PAGE = pdf.page(["申请书"])


async def a_form(tx: Tx, name: str, body: bytes, use: Use = Use.BLANK) -> Attached:
    return await files.attach(tx, HALL.id, "licence", "申请书", use, name, body, "张三", MONDAY)


@pytest.fixture
async def form(sqlite_db: Database) -> Attached:
    async with sqlite_db.tx() as tx:
        await a_hall(tx)
        await a_matter(tx, await a_group(tx))
        return await a_form(tx, "申请书.pdf", PAGE)


@pytest.fixture
async def api(sqlite_db: Database, form: Attached) -> AsyncIterator[Caller]:
    async with open_api(sqlite_db, Clock()) as caller:
        yield caller


async def test_form_comes_as_it_was_put_there_and_boxed_in(api: Caller, form: Attached) -> None:
    answer = await api("GET", f"/files/{form.id}")
    assert (answer.status, answer.body) == (200, PAGE)
    told = answer.headers
    assert told["Content-Type"] == "application/pdf"
    assert told["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in told["Content-Security-Policy"]
    assert told["Content-Disposition"].startswith("inline; filename=\"form.pdf\"; filename*=UTF-8''%E7%94%B3")
    assert told["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_office_file_is_saved_and_not_opened_in_the_browser(api: Caller, sqlite_db: Database) -> None:
    made = await sqlite_db.transact(a_form, "申请书.docx", a_docx(), Use.SAMPLE)
    answer = await api("GET", f"/files/{made.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Type"].endswith("wordprocessingml.document")


async def test_form_one_has_already_is_not_sent_again(api: Caller, form: Attached) -> None:
    tag = (await api("GET", f"/files/{form.id}")).headers["Etag"]
    again = await api("GET", f"/files/{form.id}", If_None_Match=tag)
    assert (again.status, again.body) == (304, None)


async def test_form_that_was_replaced_is_gone_and_the_new_one_has_another_address(
    api: Caller, sqlite_db: Database, form: Attached
) -> None:
    newer = await sqlite_db.transact(a_form, "新表.pdf", pdf.page(["新的申请书"]))
    gone = await api("GET", f"/files/{form.id}")
    assert (gone.status, gone.code) == (404, "file_not_found")
    assert newer.id != form.id
    assert (await api("GET", f"/files/{newer.id}")).status == 200


@pytest.mark.parametrize("name", ["1", "..%2F..%2Fetc%2Fpasswd", "x" * 5000, "%27%20OR%201=1"])
async def test_address_of_nothing_is_not_found(api: Caller, name: str) -> None:
    assert (await api("GET", f"/files/{name}")).status == 404
