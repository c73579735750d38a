"""Hostile files, made here: each with its name, its bytes, and how it must end (a reason, or rows read)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from forewatch.intake.readers.refusals import Reason

READ = None
"""The file is odd, not hostile: it is read."""


@dataclass(frozen=True)
class Hostile:
    """One file of the corpus."""

    name: str
    content: bytes
    ends: Reason | None


CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/xml"/>'
    b'<Override PartName="/xl/workbook.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    b'<Override PartName="/xl/worksheets/sheet1.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%b" '
    b'Target="%b"/></Relationships>'
)
WORKBOOK = (
    b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    b'<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows: bytes, before: bytes = b"", prolog: bytes = b'<?xml version="1.0"?>') -> bytes:
    """Return the XML of a sheet around its rows."""
    return (
        prolog
        + b"<worksheet "
        + NAMESPACE
        + b">"
        + before
        + b"<sheetData>"
        + rows
        + b"</sheetData></worksheet>"
    )


def cell(reference: str, text: str) -> bytes:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


GOOD_ROWS = (
    b'<row r="1">' + cell("A1", "name") + cell("B1", "value") + b"</row>"
    b'<row r="2">' + cell("A2", "a") + cell("B2", "1") + b"</row>"
)


def book(rows: bytes = GOOD_ROWS, **changes: bytes) -> dict[str, bytes]:
    """Return the parts of a small workbook; `changes` replaces or adds parts (`__` stands for a slash)."""
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS % (b"officeDocument", b"xl/workbook.xml"),
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS % (b"worksheet", b"worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet(rows),
    } | {name.replace("__", "/"): part for name, part in changes.items()}


def zipped(parts: dict[str, bytes], level: int = 6) -> bytes:
    """Return an archive of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def with_entry(change: Callable[[zipfile.ZipFile], None]) -> bytes:
    """Return a workbook to which `change` has added something."""
    buffer = io.BytesIO(zipped(book()))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        change(archive)
    return buffer.getvalue()


def _link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("xl/link.xml")
    info.external_attr = 0o120777 << 16
    archive.writestr(info, "/etc/passwd")


def lying(parts: dict[str, bytes], name: str, says: int) -> bytes:
    """Return an archive whose directory says that `name` is `says` bytes long."""
    content = bytearray(zipped(parts))
    real = struct.pack("<I", len(parts[name]))
    place = content.rindex(name.encode()) - 46 + 24
    assert content[place : place + 4] == real
    content[place : place + 4] = struct.pack("<I", says)
    return bytes(content)


def overlapping() -> bytes:
    """Return an archive many of whose entries share the bytes of one."""
    base = zipped(book(xl__big=b"0" * 900_000))
    end = base.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", base[end + 16 : end + 20])[0]
    place = base.rindex(b"xl/big") - 46
    entry = base[place : place + 46 + len("xl/big")]
    copies = [entry[:46] + f"xl/b{number:02d}".encode()[:6].ljust(6, b"_") for number in range(80)]
    directory = base[start:end] + b"".join(copies)
    count = struct.unpack("<H", base[end + 10 : end + 12])[0] + len(copies)
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0)
    return base[:start] + directory + tail


def with_strings(strings: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook that keeps these strings apart from its sheet."""
    parts = book()
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    types = parts["[Content_Types].xml"].replace(b"</Types>", override)
    shared = b"<sst " + NAMESPACE + b">" + strings + b"</sst>"
    return parts | {"[Content_Types].xml": types, "xl/sharedStrings.xml": shared}


def ordinary(*rows: tuple[object, ...]) -> bytes:
    """Return a workbook as openpyxl writes it."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def parquet(table: pa.Table) -> bytes:
    """Return a table as a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _corrupted(content: bytes, at: float) -> bytes:
    place = int(len(content) * at)
    return content[:place] + bytes(64) + content[place + 64 :]


def _csv() -> Iterator[tuple[str, bytes, Reason | None]]:
    many = ",".join(f"c{number}" for number in range(5_000)).encode()
    yield "empty.csv", b"", Reason.EMPTY
    yield "only-mark.csv", b"\xef\xbb\xbf", Reason.EMPTY
    yield "only-newlines.csv", b"\n" * 100_000, Reason.EMPTY
    yield "only-headings.csv", b"a,b,c\n", Reason.EMPTY
    yield "numbers-for-headings.csv", b"1,2,3\n4,5,6\n", Reason.NO_HEADINGS
    yield "columns.csv", many + b"\n" + many + b"\n", Reason.TOO_MANY_COLUMNS
    yield "commas.csv", b"a,b\n" + b"," * 3_000_000 + b"\n", Reason.LONG_LINE
    yield "one-line.csv", b"x" * 5_000_000, Reason.LONG_LINE
    yield "long-cell.csv", b"a,b\n1," + b"y" * 40_000 + b"\n", Reason.LONG_CELL
    yield "nul.csv", b"a,b\n1,\x00\n", Reason.NUL
    yield "nuls.csv", bytes(1_000_000), Reason.NUL
    yield "nul-late.csv", b"a,b\n" + b"1,2\n" * 300_000 + b"\x00", Reason.NUL
    yield "unclosed.csv", b'a,b\n1,"open\n2,3\n', Reason.UNCLOSED_QUOTE
    yield "unclosed-long.csv", b'a,b\n1,"' + b"2,3\n" * 20_000, Reason.LONG_CELL
    yield "quote-inside.csv", b'a,b\n"1"x,2\n', Reason.QUOTE
    yield "latin.csv", "nom,ville\nRenée,Orléans\nJosé,Málaga\n".encode("latin-1"), Reason.ENCODING
    yield "chinese.csv", "姓名,村\n张三丰,大理村\n李四光,景洪村\n".encode("gbk"), Reason.ENCODING
    yield "japanese.csv", "名前,村\n山田太郎,京都\n".encode("shift-jis"), Reason.ENCODING
    yield "noise.csv", zlib.compress(b"noise" * 1000)[2:] + b"\x81\x82\xff", Reason.ENCODING
    yield "half-utf-8.csv", "ชื่อ,บ้าน\nสมใจ,หนึ่ง\n".encode()[:-2], Reason.ENCODING
    yield "surrogate.csv", b"a,b\n\xed\xa0\x80,1\n", Reason.ENCODING
    yield "overlong.csv", b"a,b\nx\xc0\xafx,1\n", Reason.ENCODING
    yield "utf-32.csv", "a,b\n1,2\n".encode("utf-32"), Reason.ENCODING
    yield "odd-utf-16.csv", "a,b\n1,2\n".encode("utf-16") + b"\x41", Reason.ENCODING
    yield "picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), Reason.ENCODING
    yield "page.csv", b"%PDF-1.7\n\x00\x01", Reason.NUL
    yield "program.csv", b"\x7fELF\x02\x01\x01" + bytes(50), Reason.NUL
    yield "thai.csv", "ชื่อ,หมู่บ้าน\nสมชาย ใจดี,บ้านน้ำใส\n".encode("cp874"), READ
    yield "utf-16.csv", "ชื่อ\tบ้าน\nสมใจ\tหนึ่ง\n".encode("utf-16"), READ
    yield "formulas.csv", b"name,value\n=cmd|' /C calc'!A0,1\n@SUM(1),2\n+1,3\n-1,4\n\t=1+1,5\n", READ
    yield "full-width-formula.csv", "name,value\n＝1+1,2\n".encode(), READ
    yield "directions.csv", "name,value\n\u202eabc\u202c,\u200b1\u200d\n".encode(), READ
    yield "hidden-headings.csv", "na\u200bme,\u202evalue\n1,2\n".encode(), READ
    yield "controls.csv", b"name,value\n\x01\x02\x1b[31m,\x7f\n", READ
    yield "same-headings.csv", b"a,a,a\n1,2,3\n", READ
    yield "ragged.csv", b"a,b,c\n1,2\n1,2,3,4\n", READ
    yield "old-newlines.csv", b"a,b\r1,2\r3,4\r", READ
    yield "markup.csv", b"name,value\n<script>alert(1)</script>,'; DROP TABLE x; --\n", READ
    yield "combining.csv", ("name,value\na" + "\u0300" * 10_000 + ",1\n").encode(), READ


def _names() -> Iterator[tuple[str, bytes, Reason | None]]:
    good = ordinary(("name", "value"), ("a", 1))
    yield "workbook.csv", good, Reason.WRONG_EXTENSION
    yield "text.xlsx", b"a,b\n1,2\n", Reason.WRONG_EXTENSION
    yield "text.parquet", b"a,b\n1,2\n", Reason.WRONG_EXTENSION
    yield "table.xlsx", parquet(pa.table({"a": [1]})), Reason.WRONG_EXTENSION
    yield "program.exe", b"MZ\x90", Reason.UNKNOWN_KIND
    yield "nothing", b"a,b\n1,2\n", Reason.UNKNOWN_KIND
    yield "macros.xlsm", good, Reason.MACROS
    yield "binary.xlsb", good, Reason.MACROS
    yield "old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), Reason.OLD_EXCEL
    yield "locked.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), Reason.ENCRYPTED
    yield "../../up.xlsx", good, READ
    yield "ไฟล์\u202exslx.csv", b"a,b\n1,2\n", READ


def _archives() -> Iterator[tuple[str, bytes, Reason | None]]:
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    external = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
    many = {f"xl/part{number}.xml": b"<a/>" for number in range(2_100)}
    macro_types = CONTENT_TYPES.replace(
        b"application/xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    locked = bytearray(zipped(book()))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    yield "bomb.xlsx", zipped(book(xl__worksheets__sheet2=b"0" * 60_000_000)), Reason.BOMB
    yield (
        "big.xlsx",
        zipped(book(**{f"xl__p{number}": bytes(200_000) for number in range(1_100)})),
        Reason.BOMB,
    )
    yield "many.xlsx", zipped(book() | many), Reason.BOMB
    yield "overlapping.xlsx", overlapping(), Reason.BOMB
    yield "lying-small.xlsx", lying(book(xl__a=b"0" * 500_000), "xl/a", 10), Reason.BROKEN
    yield "lying-large.xlsx", lying(book(), "xl/workbook.xml", 150_000_000), Reason.BOMB
    yield "link.xlsx", with_entry(_link), Reason.UNSAFE_ARCHIVE
    yield "absolute.xlsx", zipped(book() | {"/etc/passwd": b"x"}), Reason.UNSAFE_ARCHIVE
    yield "upwards.xlsx", zipped(book() | {"xl/../../x": b"x"}), Reason.UNSAFE_ARCHIVE
    yield "drive.xlsx", zipped(book() | {"C:\\x": b"x"}), Reason.UNSAFE_ARCHIVE
    yield "twice.xlsx", zipped(book() | {"XL/workbook.xml": WORKBOOK}), Reason.UNSAFE_ARCHIVE
    yield "password.xlsx", bytes(locked), Reason.ENCRYPTED
    yield "macros.xlsx", zipped(book(xl__vbaProject=b"x") | {"xl/vbaProject.bin": b"x"}), Reason.MACROS
    yield "macro-type.xlsx", zipped(book() | {"[Content_Types].xml": macro_types}), Reason.MACROS
    yield "macro-sheet.xlsx", zipped(book() | {"xl/macrosheets/s.xml": b"<a/>"}), Reason.MACROS
    yield "external.xlsx", zipped(book() | {"xl/externalLinks/e1.xml": b"<a/>"}), Reason.EXTERNAL_LINKS
    yield "query.xlsx", zipped(book() | {"xl/connections.xml": b"<a/>"}), Reason.EXTERNAL_LINKS
    yield "embedded.xlsx", zipped(book() | {"xl/embeddings/o.bin": b"x"}), Reason.EMBEDDED
    yield "control.xlsx", zipped(book() | {"xl/activeX/a.xml": b"<a/>"}), Reason.EMBEDDED
    yield (
        "laughs.xlsx",
        zipped(book() | {"xl/worksheets/sheet1.xml": sheet(GOOD_ROWS, prolog=doctype)}),
        Reason.DTD,
    )
    yield "outside.xlsx", zipped(book() | {"xl/workbook.xml": external + WORKBOOK[21:]}), Reason.DTD
    wide = sheet(GOOD_ROWS, prolog=doctype).decode().encode("utf-16")
    yield "hidden-type.xlsx", zipped(book() | {"xl/worksheets/sheet1.xml": wide}), Reason.DTD
    yield "plain.zip.xlsx", zipped({"readme.txt": b"hello"}), Reason.UNKNOWN_KIND
    yield "not-a-zip.xlsx", b"PK\x03\x04" + bytes(200), Reason.BROKEN


def _sheets() -> Iterator[tuple[str, bytes, Reason | None]]:
    good = ordinary(*[("name", "value"), *[(f"n{number}", number) for number in range(500)]])
    names = [f"t{number * 7919 % 100_003}".encode() for number in range(100_000)]
    deep = b"".join(b"<%b>" % one for one in names) + b"".join(b"</%b>" % one for one in reversed(names))
    gap = GOOD_ROWS + b'<row r="1048576">' + cell("A1048576", "z") + b"</row>"
    beyond = GOOD_ROWS + b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    wide = b'<row r="1">' + b"".join(cell(f"{_letters(n)}1", "c") for n in range(1, 5_001)) + b"</row>"
    far = GOOD_ROWS + b'<row r="3">' + cell("XFD3", "z") + b"</row>"
    formula = b'<row r="3"><c r="A3"><f>1+1</f><v>2</v></c><c r="B3"><v>1</v></c></row>'
    padded = sheet(GOOD_ROWS, before=b'<dimension ref="A1:XFD1048576"/>')
    yield "truncated.xlsx", good[: len(good) // 2], Reason.BROKEN
    yield "corrupted.xlsx", _corrupted(good, 0.3), Reason.BROKEN
    yield "unended.xlsx", zipped(book() | {"xl/worksheets/sheet1.xml": sheet(GOOD_ROWS)[:-30]}), Reason.BROKEN
    yield "no-sheet.xlsx", zipped({k: v for k, v in book().items() if "sheet1" not in k}), Reason.EMPTY
    yield "deep.xlsx", zipped(book(GOOD_ROWS + deep)), READ
    yield "gap.xlsx", zipped(book(gap)), READ
    yield "beyond.xlsx", zipped(book(beyond)), Reason.BROKEN
    yield "wide.xlsx", zipped(book(wide)), Reason.TOO_MANY_COLUMNS
    yield "far.xlsx", zipped(book(far)), Reason.TOO_MANY_COLUMNS
    yield "padded.xlsx", zipped(book() | {"xl/worksheets/sheet1.xml": padded}), READ
    yield "formula.xlsx", zipped(book(GOOD_ROWS + formula)), READ
    yield "blank.xlsx", ordinary(), Reason.EMPTY
    strings = b'<row r="3"><c r="A3" t="s"><v>999999999</v></c></row>'
    yield "no-such-string.xlsx", zipped(book(GOOD_ROWS + strings)), Reason.BROKEN
    yield "huge-number.xlsx", zipped(book(GOOD_ROWS + b'<row r="3"><c r="A3"><v>1e999</v></c></row>')), READ


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def _parquets() -> Iterator[tuple[str, bytes, Reason | None]]:
    good = parquet(pa.table({"name": ["a"] * 5_000, "value": list(range(5_000))}))
    wide = pa.table({f"c{number}": [1] for number in range(5_000)})
    run = pa.table(
        {"a": pa.DictionaryArray.from_arrays(pa.array([0] * 3_100_000, pa.int8()), pa.array(["x"]))}
    )
    yield "good.parquet", good, READ
    yield "truncated.parquet", good[: len(good) // 2], Reason.BROKEN
    yield "corrupted.parquet", _corrupted(good, 0.6), Reason.BROKEN
    yield "wide.parquet", parquet(wide), Reason.TOO_MANY_COLUMNS
    yield "nested.parquet", parquet(pa.table({"a": [[1, 2]]})), Reason.NESTED
    yield "rows.parquet", parquet(run), Reason.TOO_MANY_ROWS
    yield "long.parquet", parquet(pa.table({"a": ["x" * 40_000]})), Reason.LONG_CELL
    yield "nul.parquet", parquet(pa.table({"a": ["x\0y"]})), Reason.NUL
    yield "no-rows.parquet", parquet(pa.table({"a": pa.array([], pa.string())})), Reason.EMPTY
    yield "length.parquet", good[:-8] + struct.pack("<I", 0x7FFFFFFF) + b"PAR1", Reason.BROKEN


def corpus() -> list[Hostile]:
    """Return every file."""
    groups = (_csv(), _names(), _archives(), _sheets(), _parquets())
    return [Hostile(*one) for group in groups for one in group]
