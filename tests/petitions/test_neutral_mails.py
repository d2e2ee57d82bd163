"""Where a word in a mailbox may do harm, no mail says what it is about: not its words, not its address, no header."""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from markupsafe import Markup

from app.campaigns import queries as campaigns
from app.campaigns import update_queries
from app.campaigns.update_queries import UpdateView
from app.kernel import clock
from app.kernel.config import Controller
from app.kernel.i18n import CODES
from app.petitions import news
from app.petitions import queries as petitions
from app.petitions.models import Signature
from app.states import operations as states
from tests.support import read_mailbox, run_jobs, run_task, sign

# What would betray, in the forms it takes in running text.
TELLING = {
    "ar": "عريضة توقيع وقّع وقع حملة المجتمع المدني الأمم المتحدة الأمين العام سياس مناصرة",
    "zh": "请愿 签名 签署 运动 活动 民间 社会 联合国 秘书长 政治",
    "en": "petition sign campaign civil society nations secretary focal politic civicus activis rights",
    "fr": "pétition sign campagne société civil nations onu secrétaire politiq militant droits",
    "ru": "петици подпис кампани общест граждан наци оон секретар полит прав",
    "es": "petici firm campaña sociedad civil naciones onu secretari polític activis derechos",
}
# In the campaign's name, its line or the petition's title, and in any letter, too.
COMMON = {"en": {"high", "level", "close"}, "fr": {"pour"}, "es": {"para"}, "ru": {"рядом"}}
URL = re.compile(r"https?://[^\s\"<>]+")
TOKEN = re.compile(r"(/m/)[\w-]{32}")


@pytest.fixture(autouse=True)
def neutral_settings(app, monkeypatch):
    """A server with a sender and an address that say nothing, and with somebody who is responsible."""
    monkeypatch.setitem(app.config, "MAIL_NEUTRAL_SENDER", "post@letters.test")
    monkeypatch.setitem(app.config, "NEUTRAL_URL", "http://letters.test")
    controller = Controller("Assembly for a Voice", "1 Street", "info@assembly.test", "privacy@assembly.test")
    monkeypatch.setitem(app.config, "CONTROLLER", controller)


@pytest.fixture
def there_is_news(monkeypatch):
    """Every campaign has one update, in every language."""

    def held(campaign_id, language, *rest):
        words = {"title": "We were heard", "description": "The United Nations answered", "html": Markup("")}
        address = f"/{language}/un75/updates/heard"
        return [UpdateView("heard", date(2026, 11, 20), url=address, language=language, **words)]

    monkeypatch.setattr(news, "updates", held)
    monkeypatch.setattr(news, "languages_of", lambda campaign_id, slug: CODES)
    monkeypatch.setattr(update_queries, "updates", held)


def whole(found) -> str:
    """Everything of a mail that anybody could read: all headers and all parts, decoded, without the random tokens."""
    said = []
    for part in found.raw.walk():
        said += [f"{name}: {value}" for name, value in part.items()]
        if not part.is_multipart():
            said.append(part.get_content())
    return TOKEN.sub(r"\1", "\n".join(said)).casefold()


def betraying(app, lang: str) -> set[str]:
    """Every word, in Chinese every two characters, of the campaign's name, its line and the petition's title."""
    with app.test_request_context(f"/{lang}/"):
        campaign, petition = campaigns.campaign_view("un75", lang), petitions.petition_view("focal-point", lang)
    own = " ".join((campaign.name, campaign.tagline, petition.title, petition.addressees)).casefold()
    runs = re.findall(r"[^\W\d_]+", own)
    if lang == "zh":
        words = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    else:
        words = {run for run in runs if len(run) >= 4}
    return (words - COMMON.get(lang, set())) | set(TELLING[lang].split())


def told(said: str, words: set[str], lang: str) -> set[str]:
    """Which of these words stand in it; where words are written apart, at the beginning of one: confirm is not firm."""
    start = "" if lang in ("ar", "zh") else r"\b"
    return {word for word in words if re.search(start + re.escape(word), said)}


def every_mail(app, client, session, monkeypatch, lang: str, area: str, **changes) -> list:
    """A confirm mail, a reminder, a repeat and news, as they went out to one signer."""
    sign(client, lang, area=area, updates="y", **changes)
    run_jobs(app)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=4))
    run_task(app, "petitions:queue_reminders")
    run_jobs(app)
    (signature,) = session.query(Signature)
    client.post(path_of(read_mailbox()[0]), data={"action": "confirm"})
    sign(client, lang, area=area, updates="y", **changes)
    run_jobs(app)
    news.ask(signature.petition_id, "heard", clock.now())
    session.commit()
    run_jobs(app)
    return read_mailbox()


def path_of(found) -> str:
    """The path of the page of the signature."""
    lang, token = re.search(r"/(\w\w)/(?:m|signature)/([\w-]{32})", found.text).groups()
    return f"/{lang}/signature/{token}"


@pytest.mark.parametrize("lang", CODES)
def test_no_mail_to_where_it_may_harm_says_what_it_is_about(app, client, session, monkeypatch, there_is_news, lang):
    mails = every_mail(app, client, session, monkeypatch, lang, "CHN")
    assert len(mails) == 4
    assert len({found.subject for found in mails}) == 4
    forbidden = betraying(app, lang) | {"plenary", "un75", "ama", "mensah", "assembly", "heard"}
    if lang != "en":
        forbidden |= set(TELLING["en"].split())
    for found in mails:
        said = whole(found).replace("ama@example.org", "")
        assert not told(said, forbidden, lang), found.subject
        assert found.language == lang


@pytest.mark.parametrize("lang", CODES)
def test_every_address_in_it_has_a_host_and_a_path_that_say_nothing(
    app, client, session, monkeypatch, there_is_news, lang
):
    for found in every_mail(app, client, session, monkeypatch, lang, "CHN"):
        addresses = [urlsplit(url.rstrip(">")) for url in URL.findall(f"{found.text} {found.html} {found.raw.items()}")]
        assert len(addresses) >= 4
        for address in addresses:
            assert (address.scheme, address.netloc) == ("http", "letters.test")
            assert re.fullmatch(rf"/{lang}/m/[\w-]{{32}}(/[nu])?", address.path)
            assert not address.query and not address.fragment
        assert found.raw["From"] == "post@letters.test"
        assert found.raw["Message-ID"].endswith("@letters.test>")


def test_the_guard_finds_what_an_ordinary_mail_says(app, client, session, monkeypatch, there_is_news):
    for found in every_mail(app, client, session, monkeypatch, "en", "CAN"):
        found = told(whole(found), betraying(app, "en") | {"plenary"}, "en")
        assert {"petition", "sign", "civil", "nations", "plenary"} <= found


@pytest.mark.parametrize(
    ("area", "neutral"),
    [
        ("CHN", True),  # closed
        ("HKG", True),  # folds into it
        ("IND", True),  # repressed
        ("GHA", True),  # not known
        ("TWN", True),
        ("other", True),
        ("unsaid", True),
        ("USA", False),  # obstructed
        ("CHE", False),  # narrowed
        ("CAN", False),  # open
    ],
)
def test_where_one_lives_decides_and_nobody_has_to_ask(app, client, mailbox, area, neutral):
    sign(client, area=area)
    run_jobs(app)
    (found,) = mailbox()
    assert ("petition" not in whole(found)) == neutral


def test_a_rating_that_is_edited_holds_from_the_next_mail_on(app, client, session, mailbox):
    def rate(rating):
        source = "https://monitor.civicus.org/country/canada"
        states.rate_civic_space(session, "CAN", rating, "2026-11-01", source, "", clock.today())
        session.commit()

    rate("repressed")
    sign(client, area="CAN")
    run_jobs(app)
    rate("open")
    sign(client, area="CAN")
    run_jobs(app)
    assert ["petition" in whole(found) for found in mailbox()] == [False, True]


def test_the_link_leads_on_without_a_trace_and_all_can_be_done_from_the_neutral_host(app, client, session, mailbox):
    here = {"base_url": "http://letters.test"}
    sign(client, area="CHN")
    run_jobs(app)
    path = urlsplit(URL.search(mailbox()[0].text)[0]).path
    answer = client.get(path, **here)
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Location"] == path_of(mailbox()[0]), "it stays on the neutral host"
    page = client.get(answer.headers["Location"], **here).get_data(as_text=True)
    for words in ("Confirm my signature", "It was not me", "Withdraw my signature", "Assembly for a Voice"):
        assert words in page, words
    for host in ("http://letters.test", "http://plenary.test"):
        done = client.post(
            answer.headers["Location"],
            data={"action": "confirm"},
            base_url=host,
            headers={"Origin": "http://letters.test"},
        )
        # Pressed twice, it is still confirmed, and counted once.
        assert done.status_code == 303
    assert session.query(Signature).one().state == "confirmed"


def test_a_neutral_address_without_a_signature_leads_to_the_page_that_says_so(client):
    for ending in ("", "/n"):
        answer = client.get(f"/en/m/there-is-none{ending}")
        assert answer.status_code == 303
        assert client.get(answer.headers["Location"]).status_code == 404


def test_the_news_are_reached_and_ended_by_addresses_that_say_nothing(app, client, session, monkeypatch, there_is_news):
    mails = every_mail(app, client, session, monkeypatch, "en", "CHN")
    (found,) = [found for found in mails if found.raw["List-Unsubscribe"]]
    onward = client.get(urlsplit(URL.search(found.text)[0]).path)
    assert (onward.status_code, onward.headers["Location"]) == (303, "/en/un75/updates")
    out = urlsplit(str(found.raw["List-Unsubscribe"]).strip()[1:-1]).path
    assert client.get(out).status_code == 200
    assert session.query(Signature).one().updates is True
    # As a mail program does it: from nowhere, to where the header says, and led nowhere else (RFC 8058).
    answer = client.post(out, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "null"})
    assert answer.status_code == 200
    assert session.query(Signature).one().updates is False


def test_without_the_two_settings_the_sender_has_no_name_and_the_path_still_says_nothing(
    app, client, mailbox, monkeypatch
):
    from app.kernel.config import load, new_secrets

    settings = load({**new_secrets(), "INSTANCE_DIR": str(app.config["INSTANCE_DIR"]), "PLENARY_URL": "http://x.test"})
    for name in ("MAIL_NEUTRAL_SENDER", "NEUTRAL_URL"):
        monkeypatch.setitem(app.config, name, settings[name])
    sign(client, area="CHN")
    run_jobs(app)
    (found,) = mailbox()
    assert found.raw["From"] == "plenary@localhost"
    assert re.search(r"http://x\.test/en/m/[\w-]{32}\s", found.text)


def test_a_relay_hears_the_neutral_sender_only(app, client, monkeypatch):
    from app.kernel import mail
    from tests.kernel.test_mail import Relay

    Relay.said.clear()
    monkeypatch.setattr(mail.smtplib, "SMTP", Relay)
    monkeypatch.setitem(app.config, "MAIL_SERVER", "relay.example")
    monkeypatch.setattr(app.extensions["mail"], "server", "relay.example")
    sign(client, area="CHN")
    run_jobs(app)
    (sent,) = [said for said in Relay.said if said[0] == "mail"]
    assert sent[1] == "post@letters.test"
