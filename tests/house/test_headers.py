"""What every answer carries: the whole policy, no cookie, the right life in caches, and nobody from elsewhere posts."""

import pytest

from app.kernel.http import CSP, PUBLIC
from tests.support import PETITION, form_values, sign

PAGES = [
    "/en/",
    "/ar/un75",
    "/en/un75/why",
    "/en/un75/petitions/focal-point",
    "/en/imprint",
    "/en/nowhere",
    "/robots.txt",
]


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/petitions/focal-point", "/en/signature/x", "/healthz"])
def test_every_answer_carries_the_whole_policy_and_no_cookie(client, path):
    answer = client.get(path)
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "X-Page-Cache" not in answer.headers
    assert "Server" not in answer.headers


def test_the_policy_lets_nothing_in_from_elsewhere_and_no_script_at_all():
    assert CSP == (
        "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )


@pytest.mark.parametrize("path", ["/en/", "/ar/un75", "/en/un75/why", "/en/imprint"])
def test_pages_without_names_may_be_kept_and_are_asked_for_by_their_tag(client, path):
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == PUBLIC
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize("path", ["/signatories", "", "?from=whatsapp"])
def test_what_names_people_is_asked_for_each_time(client, path):
    answer = client.get(PETITION.format(lang="en") + path)
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get(PETITION.format(lang="en") + path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_what_belongs_to_one_person_is_kept_nowhere_and_tells_no_other_site_its_address(client):
    answer = client.get("/en/signature/no-such-token")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_page_goes_out_zipped_to_whoever_can_read_it(client):
    plain = client.get("/en/un75")
    zipped = client.get("/en/un75", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(zipped.data) < len(plain.data) / 2
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_the_same_page_has_no_body_when_asked_by_head(client):
    head = client.head("/en/un75")
    assert head.status_code == 200
    assert head.data == b""
    assert int(head.headers["Content-Length"]) == len(client.get("/en/un75").data)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_post_from_another_site_is_refused(client, headers):
    assert client.post(PETITION.format(lang="en"), data=form_values(client), headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://plenary.test"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
def test_a_post_from_our_own_pages_is_taken(client, headers):
    assert client.post(PETITION.format(lang="en"), data=form_values(client), headers=headers).status_code == 303


def test_an_error_never_shows_a_stack_trace(app, client, monkeypatch):
    monkeypatch.setattr("app.site.views.campaigns.campaign_views", lambda lang: 1 / 0)
    answer = client.get("/fr/")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in page and "Traceback" not in page
    assert 'lang="fr"' in page


def test_the_cache_is_told_when_the_count_moves(app, client, session):
    from app.petitions import counting
    from tests.support import confirm_all

    before = client.get("/en/un75")
    sign(client)
    confirm_all(app, client)
    counting.count()
    session.commit()
    after = client.get("/en/un75", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data


def test_a_page_stays_up_while_the_database_is_away(app, client, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from app.kernel.db import db

    before = client.get("/en/un75")

    def away(*args, **kwargs):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "scalar", away)
    monkeypatch.setattr(db.session, "execute", away)
    during = client.get("/en/un75")
    assert (during.status_code, during.data) == (200, before.data)
    assert client.get("/healthz").status_code == 503
    values = {"name": "Ama", "email": "ama@example.org"}
    lost = client.post(PETITION.format(lang="fr"), data=values)
    assert lost.status_code == 503
    assert lost.headers["Retry-After"] == "10"
    assert client.get("/api/v1/petitions/none").mimetype == "application/json"
