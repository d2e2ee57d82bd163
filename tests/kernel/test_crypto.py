"""Sealed columns and keyed digests."""

import os

import pytest

from app.kernel.crypto import Keyring, UnknownKey

OLD, NEW, DIGEST = os.urandom(32), os.urandom(32), os.urandom(32)
NAME, EMAIL = "petitions_signature.name", "people_person.email"


def keyring(encryption=None, digest=None) -> Keyring:
    return Keyring(encryption or {1: OLD}, digest or {1: DIGEST})


@pytest.mark.parametrize("text", ["Ama Serwaa Mensah", "", "محمد", "李 小龙", "a" * 10_000, "\n\u200d"])
def test_what_was_sealed_opens_again(text):
    assert keyring().decrypt(keyring().encrypt(text, NAME), NAME) == text


def test_the_same_text_is_never_sealed_to_the_same_bytes():
    ring = keyring()
    assert len({ring.encrypt("Ama", NAME) for _ in range(100)}) == 100


def test_a_value_that_was_moved_to_another_column_does_not_open():
    sealed = keyring().encrypt("ama@example.org", EMAIL)
    with pytest.raises(UnknownKey, match=r"petitions_signature\.name: .* does not open"):
        keyring().decrypt(sealed, NAME)


def test_a_column_in_the_database_does_not_open_what_was_copied_from_another(app, session):
    from sqlalchemy import select, text

    from app.petitions.models import Signature
    from tests.support import sign

    sign(app.test_client())
    session.execute(text("UPDATE petitions_signature SET name = (SELECT email FROM people_person)"))
    with pytest.raises(UnknownKey):
        session.scalars(select(Signature.name)).all()


@pytest.mark.parametrize("place", [1, 12, 13, 20, -1])
def test_a_value_with_one_bit_turned_does_not_open(place):
    sealed = bytearray(keyring().encrypt("Ama Serwaa Mensah", NAME))
    sealed[place] ^= 1
    with pytest.raises(UnknownKey):
        keyring().decrypt(bytes(sealed), NAME)


@pytest.mark.parametrize("length", [1, 5, 13, 20, 28])
def test_a_value_that_was_cut_does_not_open(length):
    with pytest.raises(UnknownKey):
        keyring().decrypt(keyring().encrypt("Ama Serwaa Mensah", NAME)[:length], NAME)


def test_the_newest_key_writes_and_the_older_one_still_reads():
    old, both = keyring(), keyring({2: NEW, 1: OLD})
    assert both.decrypt(old.encrypt("Ama", NAME), NAME) == "Ama"
    written = both.encrypt("Ama", NAME)
    assert written[0] == 2
    with pytest.raises(UnknownKey):
        old.decrypt(written, NAME)


def test_a_key_that_is_not_held_is_named_with_its_column():
    sealed = keyring({7: NEW}).encrypt("Ama", NAME)
    with pytest.raises(UnknownKey, match=r"petitions_signature\.name: there is no encryption key number 7"):
        keyring().decrypt(sealed, NAME)


def test_another_key_under_the_same_number_does_not_open():
    sealed = keyring({1: NEW}).encrypt("Ama", NAME)
    with pytest.raises(UnknownKey, match="key number 1"):
        keyring().decrypt(sealed, NAME)


def test_digests_come_newest_first_under_every_key_with_its_number():
    ring = keyring(digest={3: NEW, 1: OLD})
    newest, older = ring.digests("ama@example.org", "people.email")
    assert (newest[0], older[0], len(newest)) == (3, 1, 33)
    assert older == keyring(digest={1: OLD}).digests("ama@example.org", "people.email")[0]
    assert newest[1:] != older[1:]


def test_a_digest_for_one_purpose_says_nothing_about_another():
    ring = keyring()
    assert ring.digests("ama@example.org", "people.email") != ring.digests("ama@example.org", "network")
