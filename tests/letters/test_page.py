"""The letter's page: where its signatories are, where their states stand, and how it is passed on."""

import re
from html import unescape
from urllib.parse import unquote

import pytest

from app.kernel.i18n import CODES
from app.positions.drawing import spread, world
from tests.letters.support import LETTER, close_day, confirmed, links, organisation, said, sign_on
from tests.positions.reply_support import published
from tests.support import run_jobs

WHERE = re.compile(r'<section class="where".*?</section>', re.DOTALL)


def where(client, lang: str = "en") -> str:
    """The part of the page that says where signatories are; an empty text when there is none."""
    found = WHERE.search(client.get(LETTER.format(lang=lang)).get_data(as_text=True))
    return found[0] if found else ""


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def test_with_nobody_named_there_is_no_map(client):
    assert where(client) == ""


def test_the_map_has_a_disc_for_each_country_of_the_public_list_and_for_nobody_hidden(app, client, session):
    for number, country in enumerate(("KEN", "KEN", "CPV", "other"), 1):
        confirmed(app, client, **organisation(number, country=country))
    for number, visibility in ((5, "area"), (6, "counted")):
        confirmed(app, client, **organisation(number, country="FJI", visibility=visibility))
    close_day(session)
    part = where(client)
    assert re.findall(r"<title>([^<]*)</title>", part) == ["Kenya: 2", "Cabo Verde: 1"]
    assert "Another area 1" in words(part) and "Fiji" not in part and "FJI" not in part


@pytest.mark.parametrize("lang", CODES)
def test_beside_each_country_stands_its_states_position_with_a_link_to_its_page(app, client, session, lang):
    published()
    confirmed(app, client, **organisation(1, country="CRI"))
    confirmed(app, client, **organisation(2, country="ESH"))
    part = where(client, lang)
    assert f'href="/{lang}/un75/states/CRI"' in part and "at-opposed" in part
    assert f'href="/{lang}/un75/positions/focal-point"' in part
    # An area that is no state has no position.
    assert "states/ESH" not in part and "country=ESH" in part
    assert client.get(f"/{lang}/un75/states/CRI").status_code == 200


def test_who_hides_leaves_the_map_and_the_page_of_the_state_at_once(app, client, session):
    path = confirmed(app, client, **organisation(1, country="KEN"))
    state = said(client.get("/en/un75/states/KEN"))
    assert "1 organisation there has put its name under this letter." in state
    assert "No organisation there is named" in said(client.get("/en/un75/states/FJI"))
    client.post(path, data={"action": "show", "visibility": "area"})
    close_day(session)
    assert where(client) == ""
    assert "No organisation there is named under this letter." in said(client.get("/en/un75/states/KEN"))
    assert "counted without being named" not in said(client.get("/en/un75/states/KEN"))


def test_discs_grow_with_the_number_and_small_ones_lie_above():
    drawing = spread.draw([("KEN", 1, "one"), ("BRA", 100, "many"), ("XKX", 5, "no place"), ("FRA", 0, "none")])
    assert re.findall(r"<title>(\w+)</title>", drawing.body) == ["many", "one"]
    assert spread.radius(1) < spread.radius(10) < spread.radius(100)
    assert all(world.place(code) for code in world.states())


@pytest.mark.parametrize("lang", CODES)
def test_a_letter_is_passed_on_by_an_address_without_any_mark(client, lang):
    page = client.get(LETTER.format(lang=lang)).get_data(as_text=True)
    part = re.search(r'<section class="share".*?</section>', page, re.DOTALL)[0]
    address = "http://plenary.test" + LETTER.format(lang=lang)
    assert unquote(part).count(address) >= 6 and "from=" not in part
    assert LETTER.format(lang=lang) + "/mastodon" in part


def test_the_readers_mastodon_server_is_asked_for_and_only_our_own_form_leads_there(client):
    path = LETTER.format(lang="en") + "/mastodon"
    assert client.get(path).status_code == 200
    assert client.get(path, query_string={"server": "no server"}).status_code == 422
    answer = client.get(path, query_string={"server": "example.social"})
    assert 'href="https://example.social/share?text=' in answer.get_data(as_text=True)
    foreign = client.get(path, query_string={"server": "example.social"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "https://example.social/share" not in foreign.get_data(as_text=True)


def test_who_confirms_what_was_withdrawn_reads_so_in_their_language(app, client):
    sign_on(client, "fr")
    run_jobs(app)
    path = links()["ama@fictional-water.org"]
    assert client.post(path, data={"action": "withdraw"}).status_code == 303
    answer = client.post(path, data={"action": "confirm", "visibility": "public"})
    assert answer.status_code == 404
    page = answer.get_data(as_text=True)
    assert '<html lang="fr"' in page and client.get(LETTER.format(lang="en")).status_code == 200
    assert client.get(path).status_code == 404
