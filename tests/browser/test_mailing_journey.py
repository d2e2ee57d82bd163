"""A mailing's whole way in a real browser and over SMTP: five hundred contacts from a file, a segment, three languages,
a second person; what comes back, a signature, a state that endorses in the middle, and a balance that adds up."""

import base64
import contextlib
import csv
import email
import email.policy
import io
import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from datetime import timedelta
from functools import cache
from subprocess import PIPE, STDOUT
from urllib.parse import parse_qs, urlsplit

import pytest

from app.kernel import clock
from tests.browser.desk import in_house
from tests.browser.house import House
from tests.browser.visitor import follow
from tests.conftest import ROOT
from tests.machine import PATIENCE, eventually
from tests.mobilisation import providers, reports
from tests.mobilisation.engine.sink import Sink
from tests.people.org_support import network
from tests.positions import reply_support

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

RULE = "group:NAM position:focal-point=undecided"
# Where every ten contacts are, and what they read: eight of ten are meant; one's state has no view, one's is in no NAM.
PLACES = [("JAM", "en")] * 3 + [("BWA", "en")] * 3 + [("MUS", "fr"), ("MUS", "ar"), ("TTO", "en"), ("CAN", "en")]
ROWS, MEANT, ABROAD = 500, 400, 150
MOVES = "BWA"
TEXTS = {
    "en": ("Where {state|your state} stands", "Dear {name|friends},\n\n{state}: {position}.\n\n[Sign]({sign_link})"),
    "fr": ("Un sujet fictif", "Chers {name|amis},\n\n{state} : {position}.\n\n[Signer]({sign_link})"),
    "ar": ("موضوع خيالي", "إلى {name|الأصدقاء}،\n\n{state}: {position}.\n\n[وقّعوا]({sign_link})"),
}
POSTMARK = "fictional:a long and random password of a test"
SLOW, FAST = 0.25, 0.0


@pytest.fixture(scope="module")
def sink():
    """The relay, which keeps what it took."""
    with Sink(keep=True) as running:
        yield running


@pytest.fixture(scope="module")
def house(browser, make_database, tmp_path_factory, sink):
    """A site of its own, that sends over the relay."""
    relay = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(sink.port), "MAIL_SENDER": "Fictional <news@plenary.test>"}
    site = House(make_database(), tmp_path_factory.mktemp("relayed"), POSTMARK_HOOK=POSTMARK, **relay)
    try:
        yield site.wait()
    finally:
        site.stop()


def listed() -> bytes:
    """The file: one organisation and one person a row."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=";")
    lines.writerow(["Organisation", "Country", "Website", "Name", "E-mail", "Language"])
    for number in range(ROWS):
        country, language = PLACES[number % len(PLACES)]
        word = "".join("bdfgklmnpr"[int(digit)] + "aeiou"[place] for place, digit in enumerate(f"{number:03}"))
        name, site = f"Fictional {word.title()} {country}", f"{word}.example"
        lines.writerow([name, country, f"https://{site}", f"Ama {word.title()}", f"ama@{site}", language])
    return out.getvalue().encode()


def press(page, form: str, nth: int = 0) -> None:
    """Press a button of a form, and wait for the page that it leads to."""
    follow(page.locator(f"{form} button").nth(nth))


def button(page, words: str) -> None:
    """Press the button that says this, and wait for the page that it leads to."""
    follow(page.get_by_role("button", name=words, exact=True))


def main(page) -> str:
    """What a page says."""
    return page.locator("main").inner_text()


def taken_in(campaigner, net: int) -> None:
    """Upload the list, say what its people agreed to, try it out, take it in."""
    page = campaigner.open("/en/desk/organisations/imports/new")
    page.set_input_files("#file", {"name": "fictional.csv", "mimeType": "text/csv", "buffer": listed()})
    button(page, "Upload")
    # One header alone cannot tell whose name it is.
    page.select_option("#column-3", "person")
    page.select_option("[name=network]", str(net))
    page.check("[name=purposes][value=mobilisation]")
    page.fill("[name=wording]", "Fictional words that all of them agreed to.")
    page.fill("[name=on]", (clock.today() - timedelta(days=30)).isoformat())
    button(page, "Try it out")
    page.get_by_role("link", name="See what came of it").click()
    page.get_by_text(f"{ROWS} rows would be taken in.").wait_for()
    button(page, "Take it in")
    page.get_by_role("link", name="See what came of it").click()
    page.get_by_text(f"({ROWS})").first.wait_for()


def built(campaigner):
    """Build the segment, condition by condition; its page."""
    page = campaigner.open("/en/desk/un75/segments/rule")
    for kind in ("group", "position"):
        page.select_option("[name='r.new']", kind)
        button(page, "Add")
    page.select_option("[name='r.0.values']", "NAM")
    page.select_option("[name='r.1.ask']", "focal-point")
    page.check("[name='r.1.values'][value=undecided]")
    button(page, "Count and show a sample")
    assert f"{MEANT} contacts" in main(page)
    assert parse_qs(urlsplit(page.url).query)["rule"] == [RULE], "the rule stands in the address"
    return page


def planned(campaigner) -> str:
    """Build the segment, and write to it in three languages; the path of the mailing."""
    page = built(campaigner)
    follow(page.locator("a[href*='/mailings/new?']"))
    said = {"name": "Fictional call", "sender_name": "Fictional Campaign", "reply_to": "office@fictional.example"}
    for name, value in said.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=ask]", "focal-point")
    page.select_option("[name=letter]", "focal-point")
    button(page, "Begin")
    path = urlsplit(page.url).path
    for language, (subject, body) in TEXTS.items():
        page = campaigner.open(f"{path}/texts/{language}/plain")
        page.fill("[name=subject]", subject)
        page.fill("[name=body]", body)
        button(page, "Save")
    return path


def asked_for(campaigner, path: str) -> None:
    """Have a dry run, look at it, and ask for the start."""
    page = campaigner.open(path)
    button(page, "Have a dry run")
    page.get_by_text(f"{MEANT} mails would go out.").wait_for()
    languages = page.locator("section[aria-labelledby=tried-title] tbody tr").all_inner_texts()
    assert [re.findall(r"\d+", line) for line in languages] == [["300", "0"], ["50", "0"], ["50", "0"]]
    button(page, "Start it")
    assert "It waits for a second person" in main(page)
    assert page.get_by_role("button", name="I have checked it: let it start").count() == 0


def step(colleague, path: str, words: str) -> None:
    """Press a button of the mailing's page."""
    button(colleague.open(path), words)


@cache
def read(raw: bytes):
    """A mail as it came over the wire, where a line that begins with a dot has one more."""
    return email.message_from_bytes(raw.replace(b"\r\n..", b"\r\n."), policy=email.policy.default)


class Mails:
    """What the relay has taken so far, of bulk mails one for each recipient."""

    def __init__(self, sink: Sink):
        parsed = [(to, read(raw)) for to, raw in list(sink.messages)]
        self.bulk = {to: mail for to, mail in parsed if mail["Precedence"] == "bulk"}
        self.single = {to: mail for to, mail in parsed if mail["Precedence"] != "bulk"}
        self.numbers = [to for to, mail in parsed if mail["Precedence"] == "bulk"]

    def in_(self, language: str) -> list[str]:
        """Who got a mail in a language."""
        return [to for to, mail in self.bulk.items() if mail["Content-Language"] == language]

    def stamp(self, to: str) -> str:
        """What names the delivery of a mail, as Postmark tells it and as its return path holds it."""
        return self.bulk[to]["X-PM-Metadata-delivery"]


def link(mail, pattern: str) -> str:
    """The path of a link in a mail."""
    return re.search(pattern, mail.get_body(("plain",)).get_content())[0]


@contextlib.contextmanager
def bounce(house, stamp: str, address: str):
    """A mail server pipes its report into the product, which takes it meanwhile."""
    report = reports.dsn(f"bounces+{stamp}@plenary.test", "5.1.1", final=address)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "bounce"]
    env = {"PATH": os.environ["PATH"], **house.settings}
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=STDOUT, env=env, cwd=ROOT) as piped:
        piped.stdin.write(report)
        piped.stdin.close()
        piped.stdin = None
        yield
        said = piped.communicate(timeout=300)[0]
    assert (piped.returncode, said.strip()) == (0, b"hard"), said


def sent_from_afar(url: str, data: bytes, **headers: str) -> None:
    """A post by a program that is no browser, which must be taken."""
    with urllib.request.urlopen(urllib.request.Request(url, data=data, headers=headers), timeout=PATIENCE) as answer:
        assert answer.status == 200


def complain(house, stamp: str, address: str) -> None:
    """The provider tells of a complaint."""
    told = providers.postmark("SpamComplaint", stamp, address, RecordType="SpamComplaint")
    headers = {**basic(), "Content-Type": "application/json"}
    sent_from_afar(f"{house.url}/hooks/mail/postmark", json.dumps(told).encode(), **headers)


def basic() -> dict[str, str]:
    """The password of the provider."""
    return {"Authorization": f"Basic {base64.b64encode(POSTMARK.encode()).decode()}"}


def unsubscribe(mail) -> None:
    """What a mail program does by itself (RFC 8058)."""
    url, post = mail["List-Unsubscribe"].strip("<>"), mail["List-Unsubscribe-Post"]
    key, _, value = post.partition("=")
    sent_from_afar(url, urllib.parse.urlencode({key: value}).encode(), Origin="https://mail.example")


def sign(visitor, campaigner, sink, address: str) -> None:
    """Sign the letter by one's personal link, and press the button behind the mail that follows; a campaigner
    finds the mandate good."""
    mail = Mails(sink).bulk[address]
    page = visitor.open(link(mail, r"/en/mail/[\w-]+/letter"))
    name = page.locator("#name").input_value()
    assert name.startswith("Fictional ") and page.locator("#email").input_value() == ""
    said = {"website": address.partition("@")[2], "person": "Ama Fictional", "title": "Director", "email": address}
    for field, value in said.items():
        page.locator(f"#{field}").fill(value)
    page.locator("#country").select_option(name[-3:])
    for box in ("input[name=visibility][value=public]", "#authorised", "#consent"):
        page.locator(box).check()
    press(page, "form:has(#authorised)")
    mail = eventually(lambda: Mails(sink).single.get(address), PATIENCE, "no mail to confirm came")
    page = visitor.open(link(mail, r"/en/letter/[\w-]+"))
    follow(page.locator("button[name=action][value=confirm]"))
    page = campaigner.open("/en/desk/un75/letters/focal-point/mandates")
    for way in (page.get_by_role("link", name=name), page.locator("button[name=action][value=accept]")):
        follow(way)
    assert name in main(visitor.open("/en/un75/letters/focal-point/signatories"))


def endorse(campaigner, second) -> None:
    """Enter a statement of the state, and have a second person check and publish it."""
    first = f"type=national_statement&ask=focal-point&speaker=state:{MOVES}&date={clock.today().isoformat()}"
    page = campaigner.open(f"/en/desk/un75/evidence/new/details?{first}")
    for name, value in {"signal": "support", "relevance": "direct", "confidence": "high"}.items():
        page.select_option(f"[name={name}]", value)
    page.fill("[name=url]", "https://www.example.org/a-fictional-statement")
    page.fill("[name=quote]", "A fictional sentence.")
    press(page, "form:has([name=quote])")
    path = urlsplit(page.url).path
    for what in ("check", "publish"):
        press(second.open(path), f"form:has(input[name=step][value={what}])")


def facts(page, which: str) -> dict[str, int]:
    """The numbers of a list of facts by what they are."""
    labels = page.locator(f"{which} > dt").all_inner_texts()
    values = page.locator(f"{which} > dd").all_inner_texts()
    return {label: int(re.match(r"\d+", value)[0]) for label, value in zip(labels, values, strict=True)}


def adds_up(page) -> dict[str, int]:
    """The balance on a page, whose parts are the whole."""
    balance = facts(page, "#balance")
    assert sum(balance.values()) == 2 * balance["Recipients"] == 2 * MEANT, balance
    return balance


def test_from_a_file_over_all_that_comes_back_to_a_balance(desk, visit, house, sink):
    def world() -> int:
        long_ago = (clock.today() - timedelta(days=200)).isoformat()
        for state in ("JAM", "BWA", "MUS", "CAN"):
            reply_support.published(signal="undecided", speaker=state, date=long_ago)
        return network("fictional-network")

    plain = {"java_script_enabled": False}
    net = in_house(house, world)
    campaigner, second, signer = desk("campaigner", **plain), desk("campaigner", **plain), visit(width=360, **plain)

    taken_in(campaigner, net)
    page = campaigner.open("/en/desk/un75/mailings/settings")
    page.fill("[name=approve_above]", "100")
    button(page, "Save")
    path = planned(campaigner)
    asked_for(campaigner, path)
    sink.delay = SLOW
    step(second, path, "I have checked it: let it start")
    eventually(lambda: len(sink.taken) >= 20, PATIENCE, f"nothing is sent: {house.said()}")
    step(campaigner, path, "Pause")

    mails = Mails(sink)
    bounced, complained, left, signing, *_ = mails.in_("en")
    sink.delay = FAST
    with bounce(house, mails.stamp(bounced), bounced):
        complain(house, mails.stamp(complained), complained)
        unsubscribe(mails.bulk[left])
        sign(signer, campaigner, sink, signing)
    page = campaigner.open(path)
    assert adds_up(page)["Waiting"] > 0
    back = facts(page, "#back")
    assert len(back) == 3 and set(back.values()) == {1} and back["Unsubscribed"] == 1
    assert "Fewer than ten" in main(campaigner.open(f"{path}/balance"))

    endorse(campaigner, second)
    page = campaigner.open(path)
    assert "Botswana has come to support it" in main(page)
    button(page, "Cancel the rest for Botswana")
    gone = adds_up(page)["Cancelled"]
    assert 0 < gone < ABROAD
    button(page, "Go on")

    eventually(lambda: len(sink.taken) >= MEANT - gone, PATIENCE, f"the rest does not go: {house.said()}")
    campaigner.page.get_by_text("Finished", exact=True).wait_for()
    balance = adds_up(campaigner.page)
    assert balance["Waiting"] == balance["Uncertain"] == balance["Failed"] == balance["Left out"] == 0
    mails = Mails(sink)
    assert (balance["Cancelled"], balance["Sent out"]) == (gone, MEANT - gone)
    assert len(mails.numbers) == len(mails.bulk) == MEANT - gone, "none twice, none lost"
    assert all(mails.in_(language) for language in TEXTS)
    moved = main(campaigner.open(f"{path}/balance"))
    assert adds_up(campaigner.page) == balance and "Botswana: " in moved
