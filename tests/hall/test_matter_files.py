"""Files of matters: five kinds by their content, whole, with nothing in them that runs; one of each use."""

import struct
import zlib

import pytest

from hall.matters import files
from hall.matters.file_kinds import MOST_BYTES, kind_of
from hall.matters.model import BadFile, FileKind, FileNotFound, MaterialNotFound, MatterNotFound, Use
from kit import pdf
from kit.db import Database
from tests.hall.builders import HALL, MONDAY, a_group, a_hall, a_matter
from tests.hall.office_files import a_docx, an_xlsx, office, packed


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b"")
JPG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
PDF = pdf.page(["申请书", "姓名：______"])
BY = ("张三", MONDAY)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(PDF, "pdf"), (PNG, "png"), (JPG, "jpg"), (a_docx(), "docx"), (an_xlsx(), "xlsx")],
    ids=["pdf", "png", "jpg", "docx", "xlsx"],
)
def test_kind_is_read_off_the_content(body: bytes, kind: str) -> None:
    assert kind_of(body) == FileKind(kind)


def test_printer_settings_that_excel_leaves_are_no_program() -> None:
    assert kind_of(an_xlsx({"xl/printerSettings/printerSettings1.bin": b"HP"})) is FileKind.XLSX


HARMFUL = {
    "macros": (a_docx({"word/vbaProject.bin": b"x"}), "带宏"),
    "docm": (office("application/vnd.ms-word.document.macroEnabled.main+xml"), "带宏"),
    "xlsm": (office("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "带宏"),
    "xlm macro sheet": (an_xlsx({"xl/macrosheets/sheet1.xml": "<a/>"}), "带宏"),
    "activex": (a_docx({"word/activeX/activeX1.xml": "<a/>"}), "带宏"),
    "embedded object": (a_docx({"word/embeddings/oleObject1.bin": b"x"}), "带宏"),
    "ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版"),
    "pdf script": (PDF.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript >>"), "脚本"),
    "pdf launch": (PDF.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /Launch >>"), "脚本"),
    "html": (b"<html><script>alert(1)</script>", "只收"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "只收"),
    "program": (b"MZ\x90" + bytes(100), "只收"),
    "plain zip": (packed({"a.exe": b"MZ"}), "只收"),
    "powerpoint": (
        office("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"),
        "只收",
    ),
    "bomb": (a_docx({"big.xml": bytes(101 * 1024 * 1024)}), "太大"),
    "too large": (PDF + bytes(MOST_BYTES), "太大"),
    "empty": (b"", "空文件"),
    "pdf cut off": (PDF[:-20], "坏了"),
    "png with something behind it": (PNG + b"<script>", "坏了"),
    "jpg cut off": (JPG[:-1], "坏了"),
    "zip cut off": (a_docx()[:-30], "坏了"),
}


@pytest.mark.parametrize("what", HARMFUL)
def test_what_is_broken_or_may_run_is_refused_with_the_mend(what: str) -> None:
    body, said = HARMFUL[what]
    with pytest.raises(BadFile, match=said):
        kind_of(body)


def test_three_letters_in_a_packed_stream_are_no_script() -> None:
    inside = b"\nstream\n" + b"\x01/JS \x02/Launch " + b"\nendstream\n"
    assert (
        kind_of(PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n8 0 obj << /Length 16 >>" + inside + b"endobj\n"))
        is FileKind.PDF
    )


@pytest.fixture
async def hall(db: Database) -> Database:
    async with db.tx() as tx:
        await a_hall(tx)
        await a_matter(tx, await a_group(tx))
    return db


async def test_file_is_read_as_it_was_put_there(hall: Database) -> None:
    body = a_docx({"fill.bin.xml": bytes(range(256)) * 400})
    given = (HALL.id, "licence", "申请书", Use.BLANK, "../空白\u202e表.exe", body)
    made = await hall.transact(files.attach, *given, *BY)
    assert (made.name, made.kind, made.size) == ("空白表.docx", "docx", len(body))
    async with hall.read() as tx:
        assert await files.files(tx, HALL.id) == (made,)
        assert await files.facts_of(tx, made.id) == made
        assert await files.body_of(tx, made.id) == body


async def test_largest_file_fits_both_databases(hall: Database) -> None:
    body = PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n" + b"%" + b"x" * (MOST_BYTES - len(PDF) - 2) + b"\n")
    assert len(body) == MOST_BYTES
    made = await hall.transact(files.attach, HALL.id, "licence", None, Use.LIST, "大", body, *BY)
    assert await hall.consult(files.body_of, made.id) == body


async def test_newer_file_takes_the_place_of_the_one_of_its_use(hall: Database) -> None:
    async with hall.tx() as tx:
        old = await files.attach(tx, HALL.id, "licence", "申请书", Use.BLANK, "旧", PDF, *BY)
        filled = await files.attach(tx, HALL.id, "licence", "申请书", Use.SAMPLE, "样", PNG, *BY)
        new = await files.attach(tx, HALL.id, "licence", "申请书", Use.BLANK, "新", PDF, *BY)
    async with hall.read() as tx:
        assert {file.id for file in await files.files(tx, HALL.id)} == {filled.id, new.id}
        with pytest.raises(FileNotFound):
            await files.body_of(tx, old.id)


async def test_file_is_taken_away(hall: Database) -> None:
    await hall.transact(files.attach, HALL.id, "licence", None, Use.LIST, "清单", PDF, *BY)
    await hall.transact(files.detach, HALL.id, "licence", None, Use.LIST)
    assert await hall.consult(files.files, HALL.id) == ()
    with pytest.raises(FileNotFound):
        await hall.transact(files.detach, HALL.id, "licence", None, Use.LIST)


async def test_file_of_nothing_there_is_refused(hall: Database) -> None:
    with pytest.raises(MatterNotFound):
        await hall.transact(files.attach, HALL.id, "none", None, Use.LIST, "清单", PDF, *BY)
    with pytest.raises(MaterialNotFound, match="有的是：营业执照、申请书"):
        await hall.transact(files.attach, HALL.id, "licence", "户口簿", Use.BLANK, "表", PDF, *BY)
    with pytest.raises(BadFile, match="某一份材料"):
        await hall.transact(files.attach, HALL.id, "licence", None, Use.BLANK, "表", PDF, *BY)
