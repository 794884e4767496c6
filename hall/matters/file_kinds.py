"""What a file is, by what is in it and never by its name. Pure.

Citizens open these on their phones and the kiosk shows them, so only five kinds are taken, whole ones, and of the
office kinds only those that carry nothing that runs.
"""

import io
import re
import zipfile

from hall.matters.model import BadFile, FileKind

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED, MOST_PARTS = 100 * 1024 * 1024, 2000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc .xls .ppt, and office files with a password
MAIN_PART = {
    FileKind.DOCX: b"wordprocessingml.document.main+xml",
    FileKind.XLSX: b"spreadsheetml.sheet.main+xml",
}
RUNS = re.compile(r"vba|macro|activex|embeddings/|oleobject|customui|\.(?:bin|exe|js|vbs)$", re.I)
SETTINGS_OF_A_PRINTER = re.compile(r"printersettings/[^/]*\.bin$", re.I)  # Excel leaves these in honest files
STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.S)  # packed bytes, in which three letters stand by chance
PDF_RUNS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")

EMPTY = "这是一个空文件。"
TOO_LARGE = "文件太大了，最多5MB。请压缩，或者拆成几个。"
OLD_OFFICE = "这是旧版 Word/Excel 文件，或者加了密码。请去掉密码，另存为 .docx 或 .xlsx 再试。"
UNKNOWN = "只收 PDF、Word（.docx）、Excel（.xlsx）、PNG 和 JPG，这个文件的内容不是其中一种，改扩展名没有用。"
BROKEN = "文件坏了，或者没有传完，打不开。请重新导出一份再试。"
WITH_MACROS = "文件里带宏或嵌入的程序，群众打开有风险。请另存为不带宏的 .docx 或 .xlsx 再试。"
PDF_WITH_SCRIPT = "这个 PDF 里带脚本或附件，群众打开有风险。请用“打印成 PDF”重新做一份再试。"


def kind_of(body: bytes) -> FileKind:
    """Raises BadFile with the sentence that says what to do."""
    if not body:
        raise BadFile(reason=EMPTY)
    if len(body) > MOST_BYTES:
        raise BadFile(reason=TOO_LARGE)
    if body.startswith(OLE):
        raise BadFile(reason=OLD_OFFICE)
    if body.startswith(b"%PDF-"):
        return _pdf(body)
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return _whole(FileKind.PNG, body[12:16] == b"IHDR" and body[-8:-4] == b"IEND")
    if body.startswith(b"\xff\xd8\xff"):
        return _whole(FileKind.JPG, body.endswith(b"\xff\xd9"))
    if body.startswith(b"PK\x03\x04"):
        return _office(body)
    raise BadFile(reason=UNKNOWN)


def _whole(kind: FileKind, is_whole: bool) -> FileKind:
    if not is_whole:
        raise BadFile(reason=BROKEN)
    return kind


def _pdf(body: bytes) -> FileKind:
    """What stands in packed parts is not looked at: readers on phones run no scripts, and we serve it boxed in."""
    if PDF_RUNS.search(STREAM.sub(b"", body)):
        raise BadFile(reason=PDF_WITH_SCRIPT)
    return _whole(FileKind.PDF, b"%%EOF" in body[-1024:])


def _office(body: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BadFile(reason=TOO_LARGE)
            names = [part.filename for part in parts]
            types = packed.read("[Content_Types].xml")
    except KeyError:
        raise BadFile(reason=UNKNOWN) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        raise BadFile(reason=BROKEN) from None
    if b"macroenabled" in types.lower() or any(map(_runs, names)):
        raise BadFile(reason=WITH_MACROS)
    kind = next((kind for kind, part in MAIN_PART.items() if part in types), None)
    if kind is None:
        raise BadFile(reason=UNKNOWN)
    return _whole(kind, len(set(names)) == len(names))


def _runs(name: str) -> bool:
    return bool(RUNS.search(name)) and not SETTINGS_OF_A_PRINTER.search(name)
