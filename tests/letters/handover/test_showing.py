"""Who a handover document names: nobody who did not choose it, and nobody who could be worked out from its figures."""

import functools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.letters.handover import content, showing
from app.letters.handover.records import AREA, COUNTED, PUBLIC, Unnamed, figures

from . import invented

PEOPLE = {"person": "Invented Person", "title": "Secretary"}


@functools.cache
def _letter():
    return invented.handover("en", 0, 0)


def signed(name="Fictional Water League", **changes):
    """An organisation that signed in English."""
    return invented.signatory("en", name=name, **changes)


def handed(*signatories, unnamed=(), by_area=0, counted=0, at_least=False):
    """A document as it comes from the letter's room, before a view was chosen."""
    return replace(
        _letter(),
        signatories=signatories,
        unnamed=tuple(unnamed),
        figures=figures(signatories, tuple(unnamed), by_area=by_area, counted=counted, at_least=at_least),
    )


def test_the_safe_view_names_what_is_public_and_the_full_view_what_will_be():
    handover = handed(signed("A"), signed("B", delayed=True), signed("C", visibility=AREA))
    assert [one.name for one in showing.safe(handover).signatories] == ["A"]
    assert [one.name for one in showing.full(handover).signatories] == ["A", "B"]


def test_who_is_hidden_is_in_no_view():
    handover = handed(signed("A", visibility=AREA), signed("B", visibility=COUNTED))
    for view in (showing.safe, showing.full):
        assert view(handover).signatories == ()
        assert view(handover).figures.by_country == ()


def test_a_person_stands_beside_their_organisation_only_where_they_agreed_or_in_the_full_view():
    shy, open_ = signed("A", **PEOPLE), signed("B", **PEOPLE, person_public=True)
    safe, full = showing.safe(handed(shy, open_)), showing.full(handed(shy, open_))
    assert [one.person for one in safe.signatories] == ["", "Invented Person"]
    assert [one.title for one in safe.signatories] == ["", "Secretary"]
    assert [one.person for one in full.signatories] == ["Invented Person"] * 2


@pytest.mark.parametrize("changes", ({"visibility": AREA}, {"visibility": COUNTED}, {"delayed": True}, PEOPLE))
def test_a_document_is_not_made_of_records_that_no_view_has_gone_over(changes):
    with pytest.raises(ValueError, match="handover document"):
        content.document(handed(signed(**changes)))


def test_who_has_no_country_and_no_region_stands_under_a_heading_of_words():
    lost = signed("A", country="", region="")
    made = content.document(showing.safe(handed(lost, unnamed=(Unnamed("", "", 12),), by_area=12)))
    (region,) = made.sections[0].groups
    assert (region.name, region.more) == ("Elsewhere, or not said", "Not named: 12")
    assert [(country.name, country.more) for country in region.groups] == [("Elsewhere, or not said", "")]


def test_a_full_document_says_on_every_page_that_it_is_not_for_publication():
    assert content.document(showing.full(handed(signed()))).mark.startswith("Not for publication")
    assert content.document(showing.safe(handed(signed()))).mark == ""


def test_who_is_named_at_the_handover_is_among_the_counted_until_then_and_in_no_countrys_line():
    handover = handed(signed("A"), signed("B", delayed=True), counted=4)
    told = showing.safe(handover).figures
    assert (told.organisations, told.counted, told.total) == (1, 4, 5)
    assert [line.total for line in told.by_country] == [1]
    told = showing.full(handover).figures
    assert (told.organisations, told.counted, told.total) == (2, 3, 5)


def test_numbers_that_are_rounded_down_say_so():
    made = content.document(showing.safe(handed(signed(), counted=20, at_least=True)))
    assert made.facts[0] == ("Signatories, at least", "21")
    assert "rounded down to tens" in made.sections[-1].notes[0]


def test_what_is_not_named_is_told_by_the_cells_that_were_handed_in_and_no_others():
    cells = (Unnamed("Africa", "Invented Land", 14), Unnamed("Africa", "", 23))
    told = showing.safe(handed(unnamed=cells, by_area=37)).figures
    assert [(line.place, line.unnamed) for line in told.by_region] == [("Africa", 37)]
    assert [(line.place, line.unnamed) for line in told.by_country] == [("Invented Land", 14)]


quick = settings(max_examples=60)
one = some.builds(
    signed,
    some.text("abc", min_size=1, max_size=3),
    visibility=some.sampled_from((PUBLIC, AREA, COUNTED)),
    delayed=some.booleans(),
    individual=some.booleans(),
    person=some.sampled_from(("", "Invented Person")),
    person_public=some.booleans(),
    country=some.sampled_from(("Invented Land", "Invented Isle")),
    region=some.sampled_from(("Africa", "Asia")),
)


@quick
@given(some.lists(one, max_size=8))
def test_a_safe_document_is_the_same_whether_the_hidden_signed_or_not(signatories):
    """Not even a number changes with them: those that may be told come from elsewhere, and are handed in."""
    public = [each for each in signatories if each.visibility == PUBLIC and not each.delayed]
    with_all, without = showing.safe(handed(*signatories, counted=20)), showing.safe(handed(*public, counted=20))
    assert with_all == without
    assert all(not each.person or each.person_public for each in with_all.signatories)


@quick
@given(some.lists(one, max_size=8))
def test_a_view_of_a_view_shows_no_more(signatories):
    safe = showing.safe(handed(*signatories))
    assert showing.full(safe).signatories == showing.safe(safe).signatories == safe.signatories
    assert replace(showing.full(safe), full=False) == showing.safe(safe) == safe
