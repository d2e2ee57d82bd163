"""Nasty files: encodings, separators, spreadsheets; what a line says and what is wrong with it."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from app.people.importing import reading
from app.people.importing.columns import guessed, header_of
from app.people.importing.reading import Unreadable
from app.people.importing.values import parsed

RUSSIAN = "Название;Страна\r\nВымышленная лига мира;Кения\r\nВымышленный союз;Гана\r\n"
ARABIC = "الاسم;البلد\r\nجمعية العدالة الخيالية;كينيا\r\nمنظمة الإغاثة الوهمية;غانا\r\n"
FRENCH = "Nom;Pays\r\nLigue fictive étudiée;Sénégal\r\nAssociation « Été »;Côte d’Ivoire\r\n"


def read(content: bytes) -> list[tuple[str, ...]]:
    return [line.cells for line in reading.lines(content, reading.form_of(content))]


def sheet(*rows) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet()
    for row in rows:
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (ARABIC, "cp1256"),
        (FRENCH, "cp1252"),
        ("Name;Land\r\nFiktive Größe Ä;Österreich\r\nÖÄ;Fiktive Bürgerräte\r\n", "cp1252"),
        ("Name;City\r\nجمعية الماء الوهمية;x\r\nLigue fictive à Paris, fondée;y\r\nûye;z\r\n", "cp1256"),
        ("Name\r\nسلام\r\n", "cp1256"),
        ("Name\r\nМир\r\n", "cp1251"),
        *((text, encoding) for text in (RUSSIAN, ARABIC, FRENCH) for encoding in ("utf-8", "utf-8-sig", "utf-16")),
        *((text, encoding) for text in (RUSSIAN, ARABIC, FRENCH) for encoding in ("utf-16-le", "utf-16-be")),
    ],
)
def test_every_encoding_that_spreadsheets_write_is_read(text, encoding):
    assert read(text.encode(encoding)) == [tuple(line.split(";")) for line in text.split("\r\n") if line]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_out_also_when_another_stands_in_cells(separator):
    other = ";" if separator == "," else ","
    content = f"Name{separator}Country\nOne{other} two{separator}KEN\n".encode()
    assert read(content)[1] == (f"One{other} two", "KEN")


def test_quotes_line_breaks_in_cells_and_empty_lines_keep_the_line_numbers():
    content = b'Name,Country\n\n"A ""quoted""\nname",KEN\n,,\nB,GHA,,,\n'
    lines = list(reading.lines(content, reading.form_of(content)))
    assert [(line.number, line.cells) for line in lines] == [
        (1, ("Name", "Country")),
        (3, ('A "quoted"\nname', "KEN")),
        (6, ("B", "GHA")),
    ]


def test_a_spreadsheet_is_read_as_text_and_its_formulas_are_not_computed():
    content = sheet(["Name", "Number"], ["=1+1", 12.0], [None, None], ["B", 1.5])
    assert read(content) == [("Name", "Number"), ("=1+1", "12"), ("B", "1.5")]


def test_dates_merged_cells_and_empty_rows_of_a_spreadsheet_keep_the_line_numbers():
    book = Workbook()
    page = book.active
    moment = datetime(2020, 1, 2, 3, 4)  # noqa: DTZ001 a workbook knows no time zone
    for row in (["Name", "Since"], ["A", date(2020, 1, 2)], [], [None, " "], ["B", moment]):
        page.append(row)
    page["A7"], page["B7"], page["A8"] = "C", True, '=CONCATENATE("D","E")'
    page.merge_cells("A7:A7")
    page.merge_cells("A8:B9")
    content = io.BytesIO()
    book.save(content)
    lines = list(reading.lines(content.getvalue(), reading.form_of(content.getvalue())))
    assert [(line.number, line.cells) for line in lines] == [
        (1, ("Name", "Since")),
        (2, ("A", "2020-01-02")),
        (5, ("B", "2020-01-02T03:04:00")),
        (7, ("C", "True")),
        (8, ('=CONCATENATE("D","E")',)),
    ]


def test_reading_goes_on_after_a_line():
    content = sheet(["Name"], ["A"], ["B"], ["C"])
    assert [line.cells[0] for line in reading.lines(content, reading.form_of(content), after=2)] == ["B", "C"]


def packed(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), inside)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"x" * (reading.MOST_BYTES + 1), "large"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100, "old-excel"),
        (b"PK\x03\x04 broken", "broken"),
        (packed(readme=b"no workbook"), "broken"),
        (b"Name\n" + b"," * (reading.LONGEST_LINE + 1), "columns"),
        (packed(xl__workbook_xml=b"<not", xl__x=b"x"), "broken"),
        (packed(xl__workbook_xml=b"x", bomb=b"0" * (reading.MOST_UNPACKED + 1)), "large"),
        (b"\x89PNG\r\n\x1a\n\x01\x02\x03\x04" * 50, "binary"),
        (("a," * (reading.MOST_COLUMNS + 1) + "a\n").encode(), "columns"),
        (b"Name\n" + b"x\n" * (reading.MOST_ROWS + 1), "rows"),
        (b'Name\n"' + b"x" * 140_000, "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_taken_says_why(content, code):
    with pytest.raises(Unreadable) as refused:
        list(reading.lines(content, reading.form_of(content)))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "header",
    [
        ("Organisation name", "Country", "E-Mail Address", "Website", "Contact person"),
        ("Nom de l’organisation", "PAYS", "Courriel", "Site web", "Personne de contact"),
        ("Nombre", "País", "Correo electrónico", "Página web", "Persona de contacto"),
        ("Название организации", "Страна", "Электронная почта", "Сайт", "Контактное лицо"),
        ("اسم المنظمة", "البلد", "البريد الإلكتروني", "الموقع الإلكتروني", "جهة الاتصال"),
        ("机构名称", "国家", "电子邮件", "网站", "联系人"),
    ],
)
def test_headers_are_understood_in_six_languages(header):
    assert guessed(header) == ["name", "country", "address", "website", "person"]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Prénom,Nom,Courriel,Organisation", ["first_name", "last_name", "address", "name"]),
        ("Nombre,Apellidos,Correo electrónico,Organización", ["first_name", "last_name", "address", "name"]),
        ("Имя,Фамилия,Эл. почта,Организация", ["first_name", "last_name", "address", "name"]),
        ("الاسم الأول,اسم العائلة,البريد الإلكتروني,المنظمة", ["first_name", "last_name", "address", "name"]),
        ("名,姓,电子邮箱,机构", ["first_name", "last_name", "address", "name"]),
        ("Surname,First,Email,Company", ["last_name", "first_name", "address", "name"]),
        ("Prénom,Nom,Courriel", ["first_name", "last_name", "address"]),
        ("Name,First name,Last name,Email", ["name", "first_name", "last_name", "address"]),
        ("Organisation,Name,First name,Last name", ["name", None, "first_name", "last_name"]),
        ("Email,Subscription status,Unsubscribed at,Bounced", ["address", "status", "left_on", "bounced_on"]),
        ("Email,Subscribed,Consent date", ["address", "status", "agreed_on"]),
        ("Correo,Suscripción,Fecha de baja", ["address", "status", "left_on"]),
        ("Email,Статус подписки", ["address", "status"]),
        ("邮箱,订阅状态,退订日期", ["address", "status", "left_on"]),
        ("البريد الإلكتروني,حالة الاشتراك", ["address", "status"]),
    ],
)
def test_names_in_two_parts_and_what_says_who_left_are_guessed_in_six_languages(header, columns):
    assert guessed(header.split(",")) == columns


def test_a_column_of_who_left_may_say_no():
    said = [parsed(["address", "left_on"], ("a@a.example", word), "en").silent for word in ("yes", "No", "FALSE", "—")]
    assert said == ["unsubscribed", None, None, None]


def test_nothing_is_two_columns():
    assert guessed(("Name", "Name", "x")) == ["name", None, None]


COLUMNS = ["name", "country", "website", "ecosoc", "works_in", "person", "address", "roles", "language"]


def test_a_line_is_understood_in_words_and_in_codes():
    cells = (
        "Лига",
        "Кения",
        "Liga.Example/",
        "Специальный",
        "GH; Кения",
        "Ама",
        "ama@liga.example",
        "press, un",
        "français",
    )
    row = parsed(COLUMNS, cells, "en")
    assert not row.problems
    said = row.organisation
    assert (said.name_language, said.country, said.website) == ("ru", "KEN", "https://liga.example")
    assert (said.ecosoc, said.works_in) == ("special", ("GHA", "KEN"))
    assert (row.person.roles, row.person.language) == (("press", "un"), "fr")
    assert type(row).of(row.plain()) == row


@pytest.mark.parametrize(
    ("cells", "problems"),
    [
        (("",), {"no-name"}),
        (("—",), {"no-name"}),
        (("A", "Atlantis"), {"country"}),
        (("A", "", "not a site"), {"website"}),
        (("A", "", "", "gold"), {"ecosoc"}),
        (("A", "", "", "", "KEN, Atlantis"), {"area"}),
        (("A", "", "", "", "", "Ama"), {"no-address"}),
        (("A", "", "", "", "", "Ama", "ama@"), {"address"}),
        (("A", "", "", "", "", "Ama", "ama@a.example", "wizard"), {"role"}),
        (("A", "", "", "", "", "Ama", "ama@a.example", "", "klingon"), {"language"}),
        (("A" * 301,), {"long"}),
        (("A", *("",) * 8, "one cell more"), {"cells"}),
        (("A", "Atlantis", "not a site"), {"country", "website"}),
    ],
)
def test_what_is_wrong_with_a_line_is_said(cells, problems):
    assert set(parsed(COLUMNS, cells, "en").problems) == problems


def rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with something else in one of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            inside = before.read(name)
            after.writestr(name, inside.replace(old, new, 1) if name == part else inside)
    return made.getvalue()


MB = 1024 * 1024
SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


@pytest.mark.parametrize(
    ("part", "old", "new", "code"),
    [
        (STYLES, b"</styleSheet>", b"<x/>" * (5 * MB) + b"</styleSheet>", "large"),
        (SHEET, b"<sheetData>", b"<sheetData><row>" + b"<c/>" * MB + b"</row>", "columns"),
        (SHEET, b"<sheetData>", b"<sheetData>" + b"<row/>" * (MB + 1), "rows"),
        (SHEET, b"<sheetData>", b'<sheetData><row r="1048577"/>', "rows"),
        (SHEET, b"<sheetData>", b"<!--" + b"x" * 20 * MB + b"--><sheetData>", "broken"),
        (SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', "broken"),
    ],
    ids=["styles", "one row", "rows", "a row far away", "a tag", "entities"],
)
def test_a_small_workbook_that_holds_something_huge_is_refused_and_never_held(part, old, new, code):
    content = rewritten(sheet(["Name", "Email"], ["A", "a@a.example"]), part, old, new)
    with pytest.raises(Unreadable) as refused:
        for _ in reading.lines(content, reading.form_of(content)):
            pass
    assert refused.value.code == code


def test_a_cell_as_long_as_a_book_is_read_to_where_a_spreadsheet_ends_it():
    content = rewritten(sheet(["Name"], ["AA"]), SHEET, b">AA<", b">" + b"A" * (3 * MB) + b"<")
    assert len(read(content)[1][0]) == 32_767


def test_of_several_sheets_the_one_with_the_list_is_read_and_what_formulas_gave():
    book = Workbook()
    book.active.title = "Read me"
    book.active["A1"] = "How to use this list"
    hidden = book.create_sheet("Old")
    hidden.append(["Organisation", "Email", "Country", "Website"])
    hidden.sheet_state = "hidden"
    page = book.create_sheet("Members")
    for row in (["Organisation", "Email", "Agreed on"], ["Fictional A", "=B9", date(2024, 5, 6)], [" ", None, 45418]):
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    given = rewritten(content.getvalue(), "xl/worksheets/sheet3.xml", b"<f>B9</f><v />", b"<f>B9</f><v>a@a.example</v>")
    given = rewritten(given, "xl/worksheets/sheet3.xml", b"<f>B9</f><v></v>", b"<f>B9</f><v>a@a.example</v>")
    given = rewritten(given, "xl/worksheets/sheet3.xml", b'<c r="B2"><f>', b'<c r="B2" t="str"><f>')
    assert read(given) == [
        ("Organisation", "Email", "Agreed on"),
        ("Fictional A", "a@a.example", "2024-05-06"),
        ("", "", "45418"),
    ]
    assert reading.sheet_of(given) == ("Members", 2)


STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def test_a_workbook_as_excel_writes_it_is_read_also_a_strict_one_and_one_that_counts_from_1904():
    """Shared strings in runs and with how they are read aloud, days, percentages, gaps in rows and columns, errors."""
    relation = '<Relationship Id="{}" Type="x/{}" Target="{}"/>'
    parts = {
        "xl/workbook.xml": f'<x:workbook xmlns:x="{STRICT}" xmlns:r="y"><x:workbookPr date1904="1"/><x:sheets>'
        '<x:sheet name="L" sheetId="1" r:id="a"/></x:sheets></x:workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        + relation.format("a", "worksheet", "/xl/worksheets/list.xml")
        + relation.format("b", "sharedStrings", "sharedStrings.xml")
        + relation.format("c", "styles", "styles.xml")
        + "</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{STRICT}"><si><t>Name</t></si><si><r>'
        '<t xml:space="preserve">虚构 </t></r><r><rPr><b/></rPr><t>&amp; Wells</t></r>'
        '<rPh sb="0" eb="1"><t>xugou</t></rPh></si><si/></sst>',
        "xl/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="d.m.yyyy"/></numFmts><cellStyleXfs>'
        '<xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="9"/><xf/>'
        "</cellXfs></styleSheet>",
        "xl/worksheets/list.xml": f'<worksheet xmlns="{STRICT}"><sheetData><row r="1">'
        '<c r="A1" t="s"><v>0</v></c></row><row r="3"><c r="A3" t="s"><v>1</v></c>'
        '<c r="C3" s="1"><v>43956</v></c><c s="2"><v>0.5</v></c><c r="F3" t="e"><v>#REF!</v></c>'
        '<c r="G3" t="str"><f>A1</f><v>Name</v></c><c r="H3" t="s"><v>2</v></c>'
        '<c r="I3" t="b"><v>1</v></c><c r="J3"><v>1E3</v></c></row></sheetData></worksheet>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, inside in parts.items():
            made.writestr(name, inside)
    lines = list(reading.lines(content.getvalue(), reading.form_of(content.getvalue())))
    assert [(line.number, line.cells) for line in lines] == [
        (1, ("Name",)),
        (3, ("虚构 & Wells", "", "2024-05-06", "0.5", "", "", "Name", "", "True", "1000")),
    ]


def test_an_archive_of_lists_says_what_to_do():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("unsubscribed_members_export.csv", "Email Address\n")
    with pytest.raises(Unreadable) as refused:
        reading.form_of(archive.getvalue())
    assert refused.value.code == "archive"


@pytest.mark.parametrize(("encoding", "quote"), [("utf-8", ""), ("utf-16", ""), ("cp1252", '"')])
def test_what_excel_says_of_its_separator_is_believed_and_is_no_row(encoding, quote):
    content = f"{quote}sep=;{quote}\r\nName;Town, street, house\r\nA;b, c, d\r\n".encode(encoding)
    assert read(content) == [("Name", "Town, street, house"), ("A", "b, c, d")]


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ([["Name", "Email"], ["A", "a@a.example"]], 0),
        (
            [
                ["Members of the fictional network", ""],
                ["2026"],
                ["", "Organisation", "Email"],
                ["", "A", "a@a.example"],
            ],
            2,
        ),
        ([["Members"], ["a@a.example"]], 0),
        ([["a@a.example"], ["b@a.example"]], None),
        ([["Fictional Ama <a@a.example>", "Email", "Name"]], None),
        ([["Organisation", "Email (such as ama@example.org)"], ["A", "a@a.example"]], 0),
        ([["Organisation", "Something"], ["Name", "Email"]], 0),
    ],
)
def test_titles_above_a_header_are_no_rows_and_a_list_without_a_header_loses_nobody(lines, place):
    assert header_of(lines) == place


def test_what_looks_like_a_formula_is_text():
    assert parsed(["name"], ("=HYPERLINK(1)",), "en").organisation.name == "=HYPERLINK(1)"
