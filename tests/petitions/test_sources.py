"""Whence a signer came: only the name in the address is kept, and the page says so."""

import re

import pytest

from app.petitions.models import Signature
from tests.support import PETITION, form_values, sign

PAGE = PETITION.format(lang="en")


def kept(session) -> list[str | None]:
    return [s.source for s in session.query(Signature).order_by(Signature.id)]


def source_on(client, path: str) -> str | None:
    found = re.search(r'name="source" type="hidden" value="([^"]*)"', client.get(path).get_data(as_text=True))
    return found and found[1]


@pytest.mark.parametrize("path", [PAGE, "/en/un75"])
def test_a_partners_name_in_the_address_is_kept_with_the_signature(client, session, path):
    assert sign(client, source=source_on(client, f"{path}?from=Amnesty.org")).status_code == 303
    assert kept(session) == ["Amnesty.org"]


def test_without_a_name_nothing_is_kept(client, session):
    sign(client)
    assert kept(session) == [None]


@pytest.mark.parametrize("forged", ["a b", "<script>", "x" * 41, "\0", "https://evil.example/", "me@example.org", ""])
def test_a_forged_name_is_dropped_and_the_signature_stands(client, session, forged):
    assert sign(client, source=forged).status_code == 303
    assert kept(session) == [None]


def test_a_form_that_comes_back_still_knows_whence_its_reader_came(client, session):
    answer = sign(client, source="whatsapp", name="")
    assert answer.status_code == 422
    assert 'value="whatsapp"' in answer.get_data(as_text=True)


def test_whoever_signs_again_before_confirming_keeps_the_name_unless_there_is_another(client, session):
    for source, expected in (("qr", "qr"), (None, "qr"), ("mail", "mail")):
        sign(client, source=source)
        assert kept(session) == [expected]


def test_a_confirmed_signature_keeps_what_it_had(app, client, session):
    from tests.support import confirm_all

    sign(client, source="qr")
    confirm_all(app, client)
    sign(client, source="mail")
    assert kept(session) == ["qr"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("whatsapp", "You came here by way of <bdi>WhatsApp</bdi>."),
        ("x", "You came here by way of <bdi>X</bdi>."),
        ("qr", "You came here by a QR code."),
        ("paper", "You came here from a sheet of paper."),
        ("copy", "You came here by a copied link."),
        ("mail", "You came here from an e-mail."),
        ("amnesty", "You came here by way of <bdi>amnesty</bdi>."),
    ],
)
def test_the_page_says_what_it_keeps_of_the_way_here(client, name, words):
    page = client.get(f"{PAGE}?from={name}").get_data(as_text=True)
    assert words in page
    assert "we keep only this with your signature" in page
    assert "You came here" not in client.get(PAGE).get_data(as_text=True)


def test_the_name_goes_with_its_reader_into_another_language_but_not_into_what_search_engines_read(client):
    page = client.get(f"{PAGE}?from=amnesty").get_data(as_text=True)
    assert f'href="http://plenary.test{PETITION.format(lang="fr")}?from=amnesty" lang="fr"' in page
    head = page.partition("</head>")[0]
    assert f'<link rel="canonical" href="http://plenary.test{PAGE}">' in head
    assert "amnesty" not in head


def test_no_page_shows_how_many_came_from_where(app, client, session):
    from tests.support import confirm_all

    sign(client, source="secret-partner", shown="name")
    confirm_all(app, client)
    for path in (PAGE, "/en/un75", PAGE + "/signatories", "/api/v1/petitions/focal-point"):
        assert "secret-partner" not in client.get(path).get_data(as_text=True)


def test_a_repeat_costs_the_same_whatever_its_source(client):
    from tests.house.queries import counted

    values = form_values(client, source="qr")
    with counted() as first:
        client.post(PAGE, data=values)
    with counted() as second:
        client.post(PAGE, data={**values, "source": "mail"})
    assert first.statements == second.statements


def test_an_erased_signer_leaves_no_name_of_where_they_came_from(app, client, session, mailbox):
    from tests.support import confirm_all

    sign(client, source="amnesty")
    confirm_all(app, client)
    client.post(mailbox()[0].link, data={"action": "erase"})
    assert kept(session) == [None]


def test_operators_read_sums_by_name_and_small_ones_only_together(app, client, session):
    from tests.support import confirm_all

    for number in range(13):
        sign(
            client,
            source="amnesty" if number < 10 else "small" if number < 12 else None,
            email=f"p{number}@example.org",
        )
    confirm_all(app, client)
    sign(client, source="amnesty", email="unconfirmed@example.org")
    told = app.test_cli_runner().invoke(args=["petitions", "sources", "focal-point"]).output
    assert [line.split(maxsplit=1) for line in told.splitlines()] == [
        ["10", "amnesty"],
        ["3", "no name, or fewer than ten by it"],
    ]
