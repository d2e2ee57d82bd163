"""Passing a petition on: addresses that carry their channel and nobody's name, and no script of anybody's."""

import io
import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pytest

from app.kernel import share, sources
from app.kernel.i18n import CODES
from app.kernel.qr import qr_code
from tests.support import PETITION

HOSTS = {
    "whatsapp": "wa.me",
    "telegram": "t.me",
    "x": "x.com",
    "facebook": "www.facebook.com",
    "bluesky": "bsky.app",
}
PAGES = {
    "/{lang}/un75": "/{lang}/un75",
    PETITION: PETITION,
    PETITION + "/thanks": PETITION,
    "/{lang}/done/focal-point/confirmed": PETITION,
}


def links(page: str) -> dict[str, str]:
    """The links of the share part, by the host or scheme they lead to."""
    part = re.search(r'<ul class="share-links".*?</ul>', page, re.DOTALL)[0]
    found = [unescape(href) for href in re.findall(r'href="([^"]*)"', part)]
    return {urlsplit(href).netloc or href.partition(":")[0]: href for href in found}


@pytest.mark.parametrize("lang", CODES)
@pytest.mark.parametrize("path", PAGES)
def test_each_channel_is_offered_with_an_address_that_names_it_and_leads_back(client, lang, path):
    page = client.get(path.format(lang=lang)).get_data(as_text=True)
    found = links(page)
    target = "http://plenary.test" + PAGES[path].format(lang=lang)
    for channel, host in HOSTS.items():
        assert f"{target}?from={channel}" in unquote(found[host]), channel
    assert f"{target}?from=mail" in unquote(found["mailto"])
    assert PETITION.format(lang=lang) + "/mastodon" in found.values()
    assert f'value="{target}?from=copy"' in page
    assert client.get(urlsplit(target).path + "?from=whatsapp").status_code == 200


@pytest.mark.parametrize("lang", CODES)
def test_the_words_that_are_posted_are_the_campaigns_in_that_language(app, client, lang):
    from app.campaigns.queries import campaign_view

    said = campaign_view("un75", lang).share
    found = links(client.get(PETITION.format(lang=lang)).get_data(as_text=True))
    assert parse_qs(urlsplit(found["x.com"]).query)["text"] == [said]
    assert parse_qs(urlsplit(found["bsky.app"]).query)["text"][0].startswith(said + " http")
    mail = parse_qs(urlsplit(found["mailto"]).query)
    assert mail["subject"] == [said]
    assert mail["body"][0].startswith(said + "\r\n\r\nhttp")


def test_whatever_stands_in_the_words_no_link_breaks():
    post = share.Post(
        '50 % & more? #1 + "a" {x} é 中', '50 % & more? #1 + "a" {x} é 中', "https://plenary.example/en/un75"
    )
    for channel, link in post.links().items():
        assert re.fullmatch(r"[A-Za-z0-9:/?&=%._~-]+", link), channel
    assert parse_qs(urlsplit(post.links()["x"]).query)["text"] == [post.text]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_another_site_is_loaded(client, path):
    page = client.get(path.format(lang="en")).get_data(as_text=True)
    assert "<script" not in page
    assert not re.findall(r'\ssrc="(?:https?:)?//', page)
    for link in re.findall(r"<a [^>]*https://(?!github)[^>]*>", page):
        assert 'rel="noopener noreferrer"' in link


def test_every_channel_is_a_name_that_is_kept():
    for channel in (*share.Post("a", "a", "b").links(), "mastodon", "copy", "qr", "paper", "network"):
        assert sources.checked(channel) == channel


def test_after_signing_there_is_a_text_for_ones_network_to_copy_or_to_mail(client):
    page = unescape(client.get(PETITION.format(lang="en") + "/thanks").get_data(as_text=True))
    text = re.search(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    assert text.endswith("\n\nhttp://plenary.test" + PETITION.format(lang="en") + "?from=network")
    mails = [unquote(href) for href in re.findall(r'href="(mailto:[^"]*)"', page)]
    assert any("?from=network" in mail for mail in mails)


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("mastodon.social", "mastodon.social"),
        (" Mastodon.Social/ ", "mastodon.social"),
        ("https://mastodon.social/@me/1", "mastodon.social"),
        ("@me@social.example.org", "social.example.org"),
        ("me@social.example.org", "social.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ],
)
def test_a_reader_may_write_their_server_in_any_way(typed, server):
    assert share.mastodon_server(typed) == server


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "mastodon.social:8443",
        "mastodon.social/login?x=",
        "https://me:pw@mastodon.social",
        "javascript://mastodon.social%0aalert(1)",
        "a..b",
        "-a.example",
        "mastodon.social#x",
        "mastodon.social?x",
        "mastodon.social\\evil.example",
        "evil.example%2f.mastodon.social",
        "a" * 64 + ".example",
        "a." * 130 + "example",
        "x" * 5000,
        "mastodon social.org",
        "mast\0don.social",
        "http://[",
    ],
)
def test_what_is_no_name_of_a_server_is_none(typed):
    assert share.mastodon_server(typed) is None


MASTODON = PETITION.format(lang="en") + "/mastodon"


def test_mastodon_is_reached_by_a_link_that_the_reader_asked_for(client):
    asked = client.get(MASTODON)
    assert asked.status_code == 200 and 'name="server"' in asked.get_data(as_text=True)
    answer = client.get(f"{MASTODON}?server=@me@mastodon.social", headers={"Sec-Fetch-Site": "same-origin"})
    link = unescape(re.search(r'href="(https://mastodon\.social/share\?[^"]*)"', answer.get_data(as_text=True))[1])
    assert parse_qs(urlsplit(link).query)["text"][0].endswith(PETITION.format(lang="en") + "?from=mastodon")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_nobody_else_can_make_this_site_show_a_link_of_theirs(client, site):
    answer = client.get(f"{MASTODON}?server=evil.example", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 200
    assert "https://evil.example" not in answer.get_data(as_text=True)


def test_no_address_of_this_site_sends_a_reader_elsewhere(client):
    for typed in ("evil.example", "//evil.example", "https://evil.example/"):
        assert "Location" not in client.get(MASTODON, query_string={"server": typed}).headers


def test_a_server_that_is_none_is_asked_for_again_and_stands_as_it_was_typed(client):
    answer = client.get(MASTODON, query_string={"server": 'no "server"'})
    assert answer.status_code == 422
    assert 'value="no &#34;server&#34;"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("lang", CODES)
def test_the_qr_code_is_a_picture_that_runs_nothing_and_may_be_kept(client, lang):
    answer = client.get(PETITION.format(lang=lang) + "/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "max-age" in answer.headers["Cache-Control"]
    root = ElementTree.parse(io.BytesIO(answer.data)).getroot()
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "path"}
    assert all(not name.startswith("on") and name != "style" for e in root.iter() for name in e.attrib)
    assert len(answer.data) < 4000


def test_the_qr_code_says_the_address_with_its_channel():
    import segno

    post = share.Post("text", "told", "http://plenary.test/en/un75")
    made = segno.make_qr("http://plenary.test/en/un75?from=qr", error="m")
    picture = ElementTree.fromstring(qr_code(post.address_from("qr")))
    dark = 0
    for path in picture.iter("{http://www.w3.org/2000/svg}path"):
        if path.get("stroke"):
            dark = sum(int(length) for length in re.findall(r"h(\d+)", path.get("d")))
    assert dark == sum(sum(row) for row in made.matrix)
