"""Reports, complaints and answering machines, as they come."""

import base64
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.crypto import Keyring
from app.mobilisation import stamps
from app.mobilisation.back import rules
from app.mobilisation.back.model import AUTOMATIC, COMPLAINED, DELAYED, DELIVERED, HARD, SOFT, UNKNOWN
from app.mobilisation.back.reading import read

from . import reports

KEYS = Keyring({1: bytes(32)}, {1: b"k" * 32})
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TOKEN = bytes(range(16))
TO = reports.PATH.format(stamp=stamps.stamp(TOKEN, KEYS))


def kind(raw: bytes) -> str:
    found = read(raw, KEYS, NOW)
    assert found.event is None or found.event.token == TOKEN
    return found.kind


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        ("5.1.1", "550 5.1.1 <ada@example.org>: Recipient address rejected", HARD),
        ("5.1.10", "556 5.1.10 Domain has null MX", HARD),
        ("5.0.0", "550 5.1.1 no such user", HARD),
        ("5.0.0", "550 User unknown", HARD),
        ("5.0.0", "550 blocked by 185.5.1.12", SOFT),
        ("5.2.2", "552 5.2.2 mailbox full", SOFT),
        ("5.7.1", "550 5.7.1 user unknown to our policy", SOFT),
        ("5.1.8", "550 5.1.8 bad sender's domain", SOFT),
        ("5.1.0", "550 5.1.0 <a@plenary.test> sender rejected. AUP#CDRBL", SOFT),
        ("5.1.0", "550 5.1.0 no such recipient", HARD),
        ("4.4.7", "delivery time expired", SOFT),
        ("", "", SOFT),
    ],
)
def test_only_an_address_that_is_no_good_is_a_hard_bounce(status, words, expected):
    found = read(reports.dsn(TO, status, diagnostic=words), KEYS, NOW)
    assert (found.kind, found.event.token, found.event.about) == (expected, TOKEN, ("ada@example.org",))


def test_what_is_on_its_way_or_there_changes_nothing():
    assert kind(reports.dsn(TO, "4.4.1", "delayed")) == DELAYED
    assert kind(reports.dsn(TO, "2.0.0", "delivered")) == DELIVERED
    assert kind(reports.dsn(TO, "2.0.0", "relayed")) == DELIVERED
    assert read(reports.dsn(TO, "4.4.1", "delayed"), KEYS, NOW).event is None


def test_a_list_behind_an_address_is_no_good_only_if_nobody_in_it_is():
    more = "\nFinal-Recipient: rfc822; bo@example.org\nAction: {}\nStatus: {}\n"
    assert kind(reports.dsn(TO, "5.1.1", more=more.format("failed", "5.1.1"))) == HARD
    assert kind(reports.dsn(TO, "5.1.1", more=more.format("delivered", "2.0.0"))) == SOFT
    assert kind(reports.dsn(TO, "5.1.1", more=more.format("failed", "5.2.2"))) == SOFT


@pytest.mark.parametrize("make", [reports.qmail, reports.exim, reports.page])
def test_well_known_servers_are_understood_in_their_own_words(make):
    assert kind(make(TO)) == HARD


def test_a_mail_server_is_no_answering_machine_though_it_says_so():
    assert kind(reports.daemon(TO, "Local mailbox ada@example.org is unavailable: user not found")) == HARD
    assert kind(reports.daemon(TO, "[ada@example.org]: 550 User account is overquota")) == SOFT
    late = "A message that you sent has not yet been delivered.\nhost mx: 451 later"
    assert kind(reports.daemon(TO, late)) == DELAYED
    assert read(reports.daemon(TO, "It could not be done."), KEYS, NOW).for_a_person
    # A postmaster is a person now and then, and away.
    assert kind(reports.vacation(TO, "Auto-Submitted: auto-replied").replace(b"ada@", b"postmaster@")) == AUTOMATIC


def test_a_server_that_says_nothing_we_know_is_left_for_a_person():
    server = f"From: postmaster@mx.example.org\nReturn-Path: <>\nTo: {TO}\nSubject: Notice\n\n"
    assert read(f"{server}Something about your mail.\n".encode(), KEYS, NOW).for_a_person
    assert kind(f"{server}452 try later, mailbox busy\n".encode()) == SOFT
    assert kind(f"{server}550 5.1.1 nobody. Will retry? No.\n".encode()) == HARD
    assert kind(f"{server}Warning message only, 4.4.1, will keep trying\n".encode()) == DELAYED
    person = f"From: ada@example.org\nReturn-Path: <>\nTo: {TO}\nSubject: hello\n\nuser unknown 5.1.1\n"
    assert kind(person.encode()) == UNKNOWN, "also answering machines have no return path"


@pytest.mark.parametrize(
    "raw",
    [
        reports.vacation(TO, "Auto-Submitted: auto-replied"),
        reports.vacation(TO, "Auto-Submitted: auto-replied (vacation)", "Return-Path: <>"),
        reports.vacation(TO, "X-Autoreply: yes", "Return-Path: <>"),
        reports.vacation(TO, "Precedence: auto_reply", "Return-Path: <>"),
        reports.vacation(TO, "Return-Path: <>", subject="Automatic reply: The focal point"),
        reports.vacation(TO, "Return-Path: <>", subject="=?utf-8?B?UsOpcG9uc2UgYXV0b21hdGlxdWU=?="),
        reports.vacation(TO, "Return-Path: <>", subject="=?utf-8?B?6Ieq5Yqo5Zue5aSN?="),
        reports.vacation(TO, "Return-Path: <>", subject="=?utf-8?B?2LHYryDYqtmE2YLYp9im2Yo=?="),
        reports.vacation(TO, "Precedence: junk", "Return-Path: <>", subject="Until Monday"),
        reports.vacation(TO, 'Content-Type: multipart/report; report-type=disposition-notification; boundary="x"'),
    ],
)
def test_an_answering_machine_is_no_bounce(raw):
    assert kind(raw) == AUTOMATIC


def test_a_complaint_is_known_by_the_return_path_or_the_link_to_leave():
    link = f"List-Unsubscribe: <https://plenary.test/en/mail/{stamps.link_word(TOKEN)}>"
    for original in (f"Return-Path: <{TO}>", link):
        found = read(reports.complaint(original), KEYS, NOW)
        assert (found.kind, found.event.token) == (COMPLAINED, TOKEN)
    assert kind(reports.complaint(link, "not-spam")) == DELIVERED
    assert read(reports.outlook(link), KEYS, NOW).event.token == TOKEN and kind(reports.outlook(link)) == COMPLAINED
    assert read(reports.complaint(f"Message-ID: {stamps.message_id(TOKEN, 'plenary.test')}"), KEYS, NOW).for_a_person


def test_a_report_that_somebody_forwarded_whole_is_read():
    for within in (reports.dsn(TO, "5.1.1"), reports.complaint(f"Return-Path: <{TO}>")):
        head = b"From: postmaster@plenary.test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=M\n\n"
        raw = head + b"--M\nContent-Type: text/plain\n\nFor you.\n--M\nContent-Type: message/rfc822\n\n" + within
        found = read(raw + b"\n--M--\n", KEYS, NOW)
        assert found.kind in (HARD, COMPLAINED) and found.event.token == TOKEN


def test_nobody_forges_a_bounce_with_the_link_alone_or_with_another_stamp():
    link = f"https://plenary.test/en/mail/{stamps.link_word(TOKEN)}"
    forged = reports.PATH.format(stamp=stamps.stamp(TOKEN, Keyring({1: bytes(32)}, {1: b"z" * 32})))
    assert read(reports.dsn("bounces@plenary.test", "5.1.1", diagnostic=link), KEYS, NOW).event is None
    assert read(reports.dsn(forged, "5.1.1"), KEYS, NOW).event is None


def test_the_same_report_has_the_same_number_whatever_the_last_server_wrote_above_it():
    raw = reports.dsn(TO, "5.1.1")
    again = b"Received: from a by b; Sat, 28 Nov 2026 10:00:01 +0000\r\n" + raw.replace(b"\n", b"\r\n")
    assert read(raw, KEYS, NOW).event.outside_id == read(again, KEYS, NOW).event.outside_id
    assert read(raw, KEYS, NOW).event.outside_id != read(reports.dsn(TO, "5.1.2"), KEYS, NOW).event.outside_id


@given(st.binary(max_size=400), st.integers(0, 1500))
def test_no_message_breaks_the_reader(noise, place):
    raw = reports.dsn(TO, "5.1.1")
    read(noise, KEYS, NOW)
    read(raw[:place] + noise + raw[place:], KEYS, NOW)
    read(raw[:place], KEYS, NOW)


def test_a_mailing_stops_at_a_share_that_says_something():
    assert rules.too_many(10, 0, 2) is None
    assert rules.too_many(10, 0, 3) == "complaints"
    assert rules.too_many(10_000, 0, 30) is None
    assert rules.too_many(10_000, 0, 31) == "complaints"
    assert rules.too_many(100, 19, 0) is None
    assert rules.too_many(100, 20, 0) == "errors"
    assert rules.too_many(10_000, 500, 0) is None


def test_a_mail_that_came_back_encoded_anew_is_known_all_the_same():
    word = stamps.link_word(TOKEN)
    link = f"List-Unsubscribe: <https://plenary.test/en/mail/{word}>\n\nHello".encode()
    encoded = f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(link).decode()}"
    soft = f"Content-Transfer-Encoding: quoted-printable\n\nReturn-Path: <{TO[:30]}=\n{TO[30:]}>"
    for original in (encoded, soft):
        assert kind(reports.complaint(original)) == COMPLAINED
    plain = reports.dsn(TO, "5.1.1").decode()
    head, status, rest = re.split(r"(Reporting-MTA.*?)\n\n--B1", plain, maxsplit=1, flags=re.DOTALL)
    status = base64.encodebytes(status.encode()).decode()
    head = head.replace("message/delivery-status\n", "message/delivery-status\nContent-Transfer-Encoding: base64\n")
    found = read(f"{head}{status}\n--B1{rest}".encode(), KEYS, NOW)
    assert (found.kind, found.event.status, found.event.about) == (HARD, "5.1.1", ("ada@example.org",))


@pytest.mark.parametrize(
    "head",
    [
        'Content-Type: a/b; x="' + ";" * 900_000,
        "Content-Type: multipart/report; " + "a*0=x;" * 150_000,
        "Content-Type: text/plain;" + "\n ;;;;" * 120_000,
        "Subject: " + "=?a?q?" * 150_000,
        "X-Failed-Recipients: " + "a" * 900_000,
    ],
)
def test_nobody_keeps_the_reader_of_reports_busy_for_long(head):
    # Each took minutes to hours: what a header's parameters cost grows with the square of its length.
    raw = f"From: MAILER-DAEMON@mx.example.org\nTo: {TO}\n{head}\n\n550 5.1.1 nobody here\n".encode()
    assert kind(raw) in (HARD, UNKNOWN)
    long = reports.dsn(TO, "5.1.1", final="a" * 900_000)
    assert read(long, KEYS, NOW).event.token == TOKEN
