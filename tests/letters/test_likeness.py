"""Which signatories of one letter are put side by side."""

import pytest

from app.letters.likeness import PERSON, Index, Named, compare, profile, surely_one


def body(key, *names, person="Ada Fictional", acronym=None, country=None, website=None, address=None) -> Named:
    return Named(key, person, profile(names, acronym, country, website, address))


LEAGUE = body("a", "Fictional Water League", country="KEN", website="https://fictional-fwl.org.ke")
PAIRS = [
    ("the same domain", body("b", "Imaginary Rivers", website="https://un.fictional-fwl.org.ke"), "domain"),
    ("an address at the domain", body("b", "Imaginary Rivers", address="x@fictional-fwl.org.ke"), "domain"),
    ("close names", body("b", "The Fictional Watre League, Inc."), "close"),
    ("a chapter and its parent", body("b", "Fictional Water League Ghana", country="GHA"), "other_place"),
    ("an acronym", body("b", "FWL", country="KEN"), "acronym"),
    ("a person in the other list", Named("b", "League Water Fictional"), PERSON),
]
APART = [
    ("nothing alike", body("b", "Imaginary Rivers", website="https://imaginary-rivers.org.ke")),
    ("free mail", body("b", "Imaginary Rivers", address="fwl@gmail.com")),
    ("who signed for it", Named("b", "Ada Fictional")),
]


@pytest.mark.parametrize(("why", "other", "reason"), PAIRS, ids=[one[0] for one in PAIRS])
def test_what_may_be_one(why, other, reason):
    found, back = compare(LEAGUE, other), compare(other, LEAGUE)
    assert found == back and reason in found.reasons
    assert Index([LEAGUE, *(one for _why, one in APART), other]).near(LEAGUE)[0][0] == "b"
    assert [key for key, _match in Index([LEAGUE]).near(other)] == ["a"]


@pytest.mark.parametrize(("why", "other"), APART, ids=[one[0] for one in APART])
def test_what_is_not(why, other):
    assert compare(LEAGUE, other) is compare(other, LEAGUE) is None
    assert not Index([LEAGUE]).near(other)


def test_one_person_in_two_scripts():
    one, other = Named("a", "Иван Вымышленный"), Named("b", "Dr. Ivan Vymyshlennyy")
    assert compare(one, other).reasons == (PERSON,)
    assert Index([one]).near(other) and not Index([one]).near(Named("c", "Ada Fictional"))


def test_nobody_is_their_own_double():
    assert not Index([LEAGUE]).near(LEAGUE)


def test_a_known_organisation_that_signs_is_itself_and_its_chapter_is_not():
    own = body("b", "Fictional Water League", website="https://fictional-fwl.org.ke")
    chapter = body("b", "Fictional Water League Ghana", website="https://fictional-fwl.org.ke")
    impostor = body("b", "Fictional Water League", website="https://fictional-fwl.org.gh")
    assert surely_one(compare(LEAGUE, own))
    assert not surely_one(compare(LEAGUE, chapter)) and not surely_one(compare(LEAGUE, impostor))
