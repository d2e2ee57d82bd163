"""The cache in front of Flask: what it tells apart, what it holds, and what it never serves from memory."""

import gzip

import pytest

from app.kernel import pagecache, sources
from tests.support import PETITION

CALL = "/en/un75"
PAGE = PETITION.format(lang="en")
HIDDEN = '<input id="source" name="source" type="hidden" value="{}">'


def body(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def rendered(app, monkeypatch):
    """How many pages Flask had to make, as a function."""
    made = []
    inner = app.wsgi_app._inner
    monkeypatch.setattr(app.wsgi_app, "_inner", lambda environ, start: made.append(1) or inner(environ, start))
    return lambda: len(made)


@pytest.mark.parametrize("path", [CALL, PAGE])
def test_each_source_has_its_own_page_and_the_bare_address_has_none(client, path, rendered):
    for name in ("whatsapp", "amnesty-2026", "whatsapp"):
        assert HIDDEN.format(name) in body(client.get(f"{path}?from={name}"))
    assert 'name="source"' not in body(client.get(path))
    assert 'name="source"' not in body(client.get(path))
    assert rendered() == 3


@pytest.mark.parametrize("path", [CALL, PAGE])
def test_any_other_query_is_ignored_and_answered_from_the_same_page(client, path, rendered):
    plain = client.get(path)
    for query in (
        "?utm_source=x",
        "?from=",
        "?from=a%20b",
        "?from=-x",
        "?from=" + "x" * 41,
        "?x=from=a",
        "?from=%3Cb%3E",
    ):
        answer = client.get(path + query)
        assert answer.data == plain.data, query
        assert answer.headers["ETag"] == plain.headers["ETag"]
    assert rendered() == 1


def test_a_page_that_asks_for_no_source_is_one_page_for_all_of_them(client, rendered):
    for path in ("/en/un75/why", "/en/un75/why?from=a", "/en/un75/why?from=b"):
        assert client.get(path).status_code == 200
    assert rendered() == 1


def test_the_page_of_a_source_is_asked_for_by_its_own_tag_zipped_and_by_head(client):
    named, plain = client.get(f"{CALL}?from=qr"), client.get(CALL)
    assert named.headers["ETag"] != plain.headers["ETag"]
    assert client.get(f"{CALL}?from=qr", headers={"If-None-Match": named.headers["ETag"]}).status_code == 304
    assert client.get(CALL, headers={"If-None-Match": named.headers["ETag"]}).status_code == 200
    zipped = client.get(f"{CALL}?from=qr", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.data) == named.data
    head = client.head(f"{CALL}?from=qr")
    assert (head.data, int(head.headers["Content-Length"])) == (b"", len(named.data))


def test_made_up_names_never_push_another_page_out_and_never_take_more_than_their_share(client, monkeypatch, rendered):
    cache = client.application.wsgi_app
    client.get(CALL)
    size = len(client.get(CALL).data)
    monkeypatch.setattr(cache._variants, "_most", 5 * size)
    for number in range(20):
        client.get(f"{CALL}?from=name-{number}")
    assert len(cache._variants) < 5
    before = rendered()
    client.get(CALL)
    assert rendered() == before


def test_a_change_reaches_the_pages_of_all_sources(client, session, rendered):
    client.get(f"{CALL}?from=mail")
    pagecache.bump()
    session.commit()
    client.get(f"{CALL}?from=mail")
    assert rendered() == 2


def test_a_page_with_names_is_held_but_asks_the_database_each_time(client, session, rendered, monkeypatch):
    client.get(PAGE)
    # In production a process asks once a second only; here never again, but for such pages.
    monkeypatch.setattr(client.application.wsgi_app, "_check_seconds", 3600.0)
    client.get(PAGE)
    assert rendered() == 1
    pagecache.bump()
    session.commit()
    client.get(PAGE)
    assert rendered() == 2


def test_a_page_with_names_is_not_served_from_memory_while_the_database_is_away(client, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from app.kernel.db import db

    assert client.get(PAGE).status_code == 200
    assert client.get(CALL).status_code == 200

    def away(*args, **kwargs):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "scalar", away)
    monkeypatch.setattr(db.session, "execute", away)
    assert client.get(PAGE).status_code == 503
    # The call names nobody, has the same text and the same form, and stays.
    assert client.get(CALL).status_code == 200


@pytest.mark.parametrize("name", ["a", "A.b_c-9", "x" * 40, "un75.org"])
def test_a_source_is_a_short_name(name):
    assert sources.checked(name) == sources.in_query(f"a=b&from={name}") == name


@pytest.mark.parametrize("name", [None, "", ".a", "-a", "a b", "a/b", "ä", "a\n", "x" * 41, "a@b.org", "<b>"])
def test_anything_else_is_no_source(name):
    assert sources.checked(name) is None


def test_the_first_of_two_names_counts():
    assert sources.in_query("from=one&from=two") == "one"
