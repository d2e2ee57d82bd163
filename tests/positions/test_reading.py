"""A CSV of evidence: every way a file can be written, every way a row can be wrong, and back again."""

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.positions import csv_form, record
from app.positions.csv_form import COLUMNS
from app.positions.judging import Known, KnownAsk
from app.positions.reading import FAULTY, NEW, SAME, read
from app.positions.record import Evidence

GROUPS = {"NAM": True, "G77": True, "EU": True, "ACT": False}
KNOWN = Known(
    states=frozenset(("KEN", "IND", "CRI", "DNK", "SRB")),
    groups=GROUPS,
    asks={"post": KnownAsk(("asg", "usg")), "seats": KnownAsk()},
    today=date(2026, 11, 28),
    deciders=frozenset(("SG",)),
)
GOOD = dict.fromkeys(COLUMNS, "") | {
    "ref": "E-1",
    "ask": "post",
    "speaker": "KEN",
    "type": "national_statement",
    "date": "2026-01-02",
    "signal": "support",
    "relevance": "direct",
    "status": "published",
    "confidence": "high",
    "url": "https://example.org/1",
}
VOTE = {"type": "vote", "on": "whole", "yes_means": "for", "cast": "yes", "signal": "", "un_symbol": "A/1"}


def table(*rows, columns=COLUMNS, delimiter=",", encoding="utf-8"):
    """A file with these rows, each GOOD but for what it says."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**GOOD, "ref": f"E-{number}", **row} for number, row in enumerate(rows, 1))
    return out.getvalue().encode(encoding)


def faults(*rows, known=KNOWN):
    """(line, column) of each fault."""
    return [(fault.line, fault.column) for fault in read(table(*rows), known).faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_unicode_and_separators(encoding, delimiter):
    text = 'dit «oui»;\n"مرحبا", 你好\tда'
    reading = read(table({"quote": text}, {}, delimiter=delimiter, encoding=encoding), KNOWN)
    assert reading.faults == []
    assert [piece.quote for piece in reading.new()] == [text, ""]
    assert [row.line for row in reading.rows] == [2, 4]


@pytest.mark.parametrize(("encoding", "text"), [("cp1252", "déclaré « pour »"), ("cp1256", "نؤيد المقترح")])
def test_what_windows_writes_is_guessed(encoding, text):
    [piece] = read(table({"quote": text}, encoding=encoding), KNOWN).new()
    assert piece.quote == text


def test_columns_in_any_order_and_only_the_needed_ones():
    columns = [name for name in reversed(COLUMNS) if GOOD[name]]
    [piece] = read(table({}, columns=columns), KNOWN).new()
    assert (piece.ref, piece.speaker, piece.date) == ("E-1", "KEN", date(2026, 1, 2))


def test_unknown_doubled_and_missing_columns_are_told():
    reading = read(b"ref,ref,colour,ask,speaker,type,date,relevance,status\n", KNOWN)
    assert [(fault.line, fault.column) for fault in reading.faults] == [(1, "ref"), (1, "colour"), (1, "confidence")]


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xff\xfe", b'ref,"ask\nx', b"\x00\x01\x02\x03", b"PK\x03\x04"])
def test_what_is_no_table_is_refused(content):
    reading = read(content, KNOWN)
    assert reading.faults and not reading.new()


def test_a_header_alone_is_refused_and_empty_lines_are_not_rows():
    assert [fault.line for fault in read(table(), KNOWN).faults] == [1]
    assert len(read(table({}) + b",,,\r\n\r\n", KNOWN).rows) == 1


def test_a_row_that_does_not_fit_and_a_quotation_that_does_not_end():
    content = table({}) + b"E-2,post\r\n" + table({"ref": "E-3"}).split(b"\r\n", 1)[1]
    reading = read(content, KNOWN)
    assert [(fault.line, fault.column) for fault in reading.faults] == [(3, "")]
    assert [row.fate for row in reading.rows] == [NEW, FAULTY, NEW]
    assert [fault.line for fault in read(table({}) + b'"E-2,post\r\n', KNOWN).faults] == [3]


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"speaker": "KEY"}, "speaker"),
        ({"speaker": ""}, "speaker"),
        ({"speaker": "UN"}, "speaker"),
        ({"speaker": "NAM"}, "speaker"),
        ({"type": "rumour"}, "type"),
        ({"type": ""}, "type"),
        ({"ask": "moon"}, "ask"),
        ({"variant": "envoy"}, "variant"),
        ({"ask": "seats", "variant": "asg"}, "variant"),
        ({"date": "2026-11-29"}, "date"),
        ({"date": "1944-12-31"}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": "2026"}, "date"),
        ({"date": "20260102"}, "date"),
        ({"date": ""}, "date"),
        ({**VOTE, "cast": "maybe"}, "cast"),
        ({**VOTE, "cast": ""}, "cast"),
        ({**VOTE, "on": ""}, "on"),
        ({**VOTE, "on": "all"}, "on"),
        ({**VOTE, "yes_means": ""}, "yes_means"),
        ({**VOTE, "yes_means": "yes"}, "yes_means"),
        ({**VOTE, "on": "procedural"}, "relevance"),
        ({**VOTE, "signal": "support"}, "signal"),
        ({**VOTE, "un_symbol": ""}, "un_symbol"),
        ({"cast": "yes"}, "cast"),
        ({"on": "whole"}, "on"),
        ({"yes_means": "for"}, "yes_means"),
        ({"type": "silence_break", "signal": ""}, "signal"),
        ({"signal": ""}, "signal"),
        ({"signal": "unknown"}, "signal"),
        ({"signal": "for"}, "signal"),
        ({"type": "joint_statement", "states": "KEN KEN"}, "states"),
        ({"type": "joint_statement", "states": "KEN XXX"}, "states"),
        ({"type": "joint_statement"}, "states"),
        ({"states": "KEN IND"}, "states"),
        ({"type": "group_statement"}, "speaker"),
        ({"type": "group_statement", "speaker": "ACT"}, "states"),
        ({"type": "group_draft", "speaker": "ACT", "un_symbol": "A/1"}, "states"),
        ({"type": "consensus_adoption", "un_symbol": "A/1"}, "speaker"),
        ({"type": "explanation"}, "un_symbol"),
        ({"type": "withdrawal"}, "regards"),
        ({"type": "alignment", "signal": ""}, "regards"),
        ({"regards": "E-9"}, "regards"),
        ({"regards": "E-1"}, "regards"),
        ({"ref": ""}, "ref"),
        ({"ref": "two words"}, "ref"),
        ({"url": "ftp://example.org/x"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://"}, "url"),
        ({"archive_url": "http://[bad"}, "archive_url"),
        ({"language": "English"}, "language"),
        ({"relevance": "near"}, "relevance"),
        ({"status": "done"}, "status"),
        ({"status": ""}, "status"),
        ({"confidence": ""}, "confidence"),
        ({"confidence": "sure"}, "confidence"),
        ({"confidence": "low"}, "confidence"),
        ({"confidence": "medium"}, "status"),
        ({"type": "report"}, "status"),
        ({"note": "x" * 20_001}, "note"),
        ({"quote": "a\x00b"}, "quote"),
    ],
)
def test_each_fault_has_its_line_and_column(fields, column):
    assert faults(fields) == [(2, column)]


@pytest.mark.parametrize(
    "fields",
    [
        VOTE,
        {**VOTE, "on": "procedural", "relevance": "related", "yes_means": ""},
        {"type": "group_statement", "speaker": "ACT", "states": "IND KEN"},
        {"type": "group_draft", "speaker": "NAM", "signal": "", "un_symbol": "A/C.3/1"},
        {"type": "consensus_adoption", "speaker": "UN", "signal": "", "un_symbol": "A/RES/1"},
        {"type": "report", "speaker": "UN", "signal": "", "relevance": "context", "status": "draft"},
        {"speaker": "SG"},
        {"type": "joint_statement", "speaker": "EU", "states": "KEN"},
        {"status": "draft", "confidence": "low"},
        {"date": "1945-01-01"},
        {"date": "2026-11-28"},
    ],
)
def test_what_is_right_is_taken(fields):
    assert faults(fields) == []


def test_a_ref_is_there_once_in_the_file_and_with_one_content():
    assert faults({"ref": "A"}, {"ref": "A"}) == [(3, "ref")]
    [piece] = read(table({}), KNOWN).new()
    on_file = replace(KNOWN, on_file={"E-1": replace(piece, of_current_version=False)})
    assert [row.fate for row in read(table({}), on_file).rows] == [SAME]
    assert faults({"note": "more"}, known=on_file) == [(2, "ref")]
    assert faults({"ref": "E-2", "regards": "E-1"}, known=on_file) == []


def test_two_of_medium_confidence_stand_for_one_another():
    medium = {"confidence": "medium"}
    other = {"url": "https://example.org/2"}
    assert faults(medium, medium | other) == []
    assert faults(medium, medium) == [(2, "status"), (3, "status")]
    assert faults(medium, medium | {"url": "http://www.example.org/1/#top"}) == [(2, "status"), (3, "status")]
    assert faults(medium, medium | other | {"signal": "partial"}) == [(2, "status"), (3, "status")]
    assert faults(medium, medium | other | {"speaker": "IND"}) == [(2, "status"), (3, "status")]
    assert faults(medium, medium | other | {"ask": "seats"}) == [(2, "status"), (3, "status")]
    assert faults(medium, medium | other | {"status": "draft"}) == [(2, "status")]
    assert faults(medium, other | {"confidence": "low", "status": "draft"}) == [(2, "status")]
    assert faults(medium | VOTE, medium | VOTE | other) == []
    assert faults(medium | VOTE, medium | VOTE | other | {"cast": "no"}) == [(2, "status"), (3, "status")]
    assert faults({"type": "report"}, {"type": "report"} | other) == []
    [second] = read(table(other), KNOWN).new()
    assert faults(medium | {"ref": "E-7"}, known=replace(KNOWN, on_file={"E-1": second})) == []


def test_the_evidence_of_un75_is_taken_whole():
    content = (Path(__file__).parents[2] / "campaigns/un75/evidence.csv").read_bytes()
    codes = {row["speaker"] for _, row in csv_form.rows(content)} - {"UN", *GROUPS}
    named = {code for _, row in csv_form.rows(content) for code in row["states"].split()}
    asks = {"focal-point": KnownAsk(("asg", "usg", "envoy")), "participation": KnownAsk(), "declaration": KnownAsk()}
    known = replace(KNOWN, states=codes | named, asks=asks)
    reading = read(content, known)
    assert reading.faults == [] and len(reading.new()) == 64
    again: list[bytes] = []
    csv_form.write(reading.new(), again.append)
    assert read(b"".join(again), known).new() == reading.new()


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
RISKY = st.builds(
    "".join, st.lists(st.sampled_from(("'", "=", "+", " ", "x", "@", '"', "\r\n", "\ufeff", ";")), max_size=6)
)


@settings(max_examples=150)
@given(st.lists(st.tuples(TEXT | RISKY, TEXT | RISKY, TEXT | RISKY), min_size=1, max_size=4))
def test_what_is_written_is_read_back_without_loss(texts):
    pieces = [
        Evidence(
            f"E{number}", "post", "CRI", "joint_statement", date(2026, 1, 2), variant="asg", signal=record.PARTIAL,
            states=("IND", "KEN"), forum=forum, quote=quote, note=note, delivered_by="CRI", language="fr",
            paragraph="OP 3", url="https://example.org/ü?a=1&b='", regards="E0" if number else "",
        )
        for number, (forum, quote, note) in enumerate(texts)
    ]  # fmt: skip
    parts: list[bytes] = []
    csv_form.write(pieces, parts.append)
    assert read(b"".join(parts), KNOWN).new() == pieces
    for cells in list(csv.reader(io.StringIO(b"".join(parts).decode("utf-8-sig"), newline=""))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@pytest.mark.slow
def test_fifty_thousand_rows_are_read():
    """Time and memory go with their number: no more of them would show more."""
    head, row = table({"ref": "REF"}).split(b"\r\n", 1)
    content = head + b"\r\n" + b"".join(row.replace(b"REF", b"E%d" % number) for number in range(50_000))
    reading = read(content, KNOWN)
    assert reading.accepted and len(reading.rows) == 50_000


def likes(*rows, known=KNOWN):
    """What is said of each row: which piece or row is from the same source."""
    return [row.like and str(row.like) for row in read(table(*rows), known).rows]


def test_a_row_from_the_same_source_as_another_is_pointed_out_and_not_refused(worker_app):
    with worker_app.app_context():
        same = {"url": "http://www.example.org/1/#page=2"}
        reading = read(table({}, same, {"url": "https://example.org/2"}), KNOWN)
        assert reading.accepted and len(reading.new()) == 3
        first, second, third = likes({}, same, {"url": "https://example.org/2"})
        assert first is None and third is None
        assert "Line 2" in second


@pytest.mark.parametrize(
    "other", [{"speaker": "IND"}, {"date": "2026-01-03"}, {"ask": "seats"}, {"url": ""}, {"status": "withdrawn"}]
)
def test_another_speaker_day_or_ask_is_another_act(other):
    assert likes({}, other) == [None, None]


def test_the_symbol_tells_as_the_address_does_and_a_piece_on_file_as_a_row(worker_app):
    with worker_app.app_context():
        [piece] = read(table({"un_symbol": "A/79/PV.1"}), KNOWN).new()
        on_file = replace(KNOWN, on_file={"F-9": replace(piece, ref="F-9")})
        gone = replace(KNOWN, on_file={"F-9": replace(piece, ref="F-9", status="withdrawn")})
        row = {"un_symbol": " a/79/pv.1", "url": "https://example.org/other"}
        assert "F-9" in likes(row, known=on_file)[0]
        assert likes(row, known=gone) == [None]
        # What is on file word for word is no second act.
        assert likes({"un_symbol": "A/79/PV.1"}, known=replace(KNOWN, on_file={"E-1": piece})) == [None]


def test_the_columns_of_disputes_are_read_past(worker_app):
    [piece] = read(table({}), KNOWN).new()
    parts = []
    dispute = record.Dispute(date(2026, 11, 1), '=words; "of" a state', "KEN", "en")
    csv_form.write([piece], parts.append, disputes={piece.ref: dispute})
    content = b"".join(parts)
    assert content.decode("utf-8-sig").splitlines()[0].endswith(",disputed_by,disputed_on,dispute")
    assert "KEN,2026-11-01" in content.decode()
    assert read(content, KNOWN).new() == [piece]
    parts.clear()
    csv_form.write([piece], parts.append, disputes={})
    assert b"disputed" not in b"".join(parts)
