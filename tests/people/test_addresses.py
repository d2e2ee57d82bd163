"""One person, one mailbox, however the address is written."""

import pytest

from app.people.addresses import InvalidAddress, canonical_address, checked_address, providers


def canonical(text: str) -> str:
    return canonical_address(checked_address(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ama@Example.org", "ama@example.org"),
        ("a.m.a+un75@gmail.com", "ama@googlemail.com"),
        ("ama+petition@outlook.com", "ama@outlook.com"),
        ("ama@me.com", "ama@icloud.com"),
        ("a.m.a@proton.me", "ama+x@pm.me"),
        ("ama@yandex.ru", "ama@ya.ru"),
        ("ama-petition@yahoo.com", "ama@yahoo.com"),
        (" ama@example.org ", "ama@example.org"),
        ("ama@mañana.example.org", "ama@xn--maana-pta.example.org"),
    ],
)
def test_two_spellings_of_one_mailbox_are_one_person(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.ma@example.org", "ama@example.org"),
        ("ama+x@example.org", "ama@example.org"),
        ("a.ma@outlook.com", "ama@outlook.com"),
        ("ama@outlook.com", "ama@hotmail.com"),
        ("ama@yahoo.com", "ama@yahoo.fr"),
    ],
)
def test_two_people_are_not_made_one_where_the_provider_tells_them_apart(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("text", ["", "ama", "ama@", "@example.org", "a b@example.org", "ama@example", "ama@localhost"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(InvalidAddress):
        checked_address(text)


def test_every_alias_domain_leads_to_a_row_of_its_own_that_reads_addresses_alike():
    for provider in providers().values():
        home = providers()[provider.canonical_domain]
        assert (home.canonical_domain, home.ignores_dots, home.tag) == (
            home.domain,
            provider.ignores_dots,
            provider.tag,
        )
