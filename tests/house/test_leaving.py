"""The way out: on every page, first after the way past the head, without a script, honest about what stays."""

import re

import pytest

from app.kernel.config import ConfigError, load, new_secrets
from app.kernel.i18n import CODES
from tests.support import PETITION, run_jobs, sign

LINK = re.compile(r'<a class="leave"[^>]*>')
PAGES = ["/", "/un75", "/un75/why", "/imprint", "/nowhere", "/signature/x", "/un75/petitions/focal-point/shared"]


@pytest.mark.parametrize("lang", CODES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_way_out_right_after_the_way_past_the_head(client, lang, path):
    page = client.get(f"/{lang}{path}").get_data(as_text=True)
    first, second = re.findall(r"<a [^>]*>", page)[:2]
    assert 'class="skip"' in first
    assert 'class="leave"' in second
    assert f'href="/{lang}/leave"' in second
    assert 'rel="nofollow noreferrer"' in second


def test_the_page_of_a_signature_and_a_failed_form_have_it_too(app, client, mailbox):
    sign(client)
    run_jobs(app)
    for answer in (client.get(mailbox()[0].link), sign(client, name=""), client.get(PETITION.format(lang="en"))):
        assert LINK.search(answer.get_data(as_text=True))


@pytest.mark.parametrize("lang", CODES)
def test_it_leads_away_at_once_and_keeps_nothing(client, lang):
    answer = client.get(f"/{lang}/leave")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "https://www.wikipedia.org/"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin", "the other site does not hear where one came from"
    # Not the cache: Chromium may search it for many seconds before it lets anybody go.
    assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'


def test_it_asks_the_database_nothing(client):
    from tests.house.queries import counted

    client.get("/en/leave")
    with counted() as found:
        client.get("/en/leave")
    assert [statement for statement in found.statements if "kernel_page_version" not in statement] == []


def test_it_says_that_the_history_stays(client):
    assert "The history of your browser stays" in LINK.search(client.get("/en/").get_data(as_text=True))[0]


def test_the_operator_chooses_where_it_leads(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "LEAVE_URL", "https://weather.example/")
    assert client.get("/en/leave").headers["Location"] == "https://weather.example/"


@pytest.mark.parametrize("url", ["http://weather.example/", "weather.example", "javascript:alert(1)", "https://a b/"])
def test_an_address_that_is_none_is_refused(tmp_path, url):
    with pytest.raises(ConfigError, match="LEAVE_URL"):
        load({**new_secrets(), "INSTANCE_DIR": str(tmp_path), "LEAVE_URL": url})
