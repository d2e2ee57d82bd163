"""What-if and whom to talk to first, as a reader and as the desk see them."""

import re

import pytest
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.people import org_operations
from app.people.org_operations import OrganisationData
from app.positions import operations
from app.positions.models import Change, Evidence, StoredPosition
from app.states import groups
from tests.positions.reply_support import campaign, published

WHAT_IF = "/en/un75/positions/focal-point/what-if"
FIRST = "/en/un75/positions/focal-point/whom-first"


def said(client, address: str, status: int = 200) -> str:
    """The words of a page, without its marks."""
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.get_data(as_text=True)))


def rows() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(model)) for model in (Evidence, StoredPosition, Change)]


def test_what_if_the_g77_spoke_is_shown_against_every_threshold_and_nothing_is_stored(client):
    before = rows()
    page = said(client, f"{WHAT_IF}?group=G77&signal=support")
    newly = len(groups.members_on("G77", clock.today()))
    counted = int(re.search(r"2 in their own name, (\d+) more through a group", page)[1])
    assert newly - 5 < counted < newly
    assert "Now: 2 in their own name, 0 more through a group; no known opponent" in page
    assert "majority: 97" in page and "two thirds: 129" in page
    assert "This is a supposition of" in page and "Newly counted, through a group only" in page
    assert rows() == before
    assert client.get(f"{WHAT_IF}?group=G77&signal=support").headers["Cache-Control"] == "no-store"


def test_what_if_says_whom_it_would_contradict_and_never_overrules_them(client):
    published(speaker="GHA", signal="opposed", un_symbol="A/79/PV.2")
    page = said(client, f"{WHAT_IF}?group=G77&state=KEN&signal=support")
    assert "Ghana: Opposes" in page.partition("Whom it would contradict")[2]
    assert "No position recorded → Supports Kenya" in page.partition("in their own name (1)")[2]


def test_namibia_alone_moves_nobody_else(client):
    page = said(client, f"{WHAT_IF}?state=NAM&signal=support")
    assert "3 in their own name, 0 more through a group" in page


def test_a_group_that_binds_nobody_is_supposed_to_name_all(client):
    loose = next(
        code
        for code, group in groups.groups().items()
        if group.binds != "yes" and groups.members_on(code, clock.today())
    )
    page = said(client, f"{WHAT_IF}?group={loose}&signal=support")
    assert "binds none of its members by itself" in page and "Newly counted, in their own name" in page


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("signal=support", "somebody has to speak"),
        ("group=NAM", "Choose what they would say"),
        ("group=NATO&signal=support", "There is no such group"),
        ("state=XYZ&signal=support", "There is no such state"),
        ("group=NAM&signal=maybe", "There is no such position"),
    ],
)
def test_a_supposition_that_is_none_is_told_and_what_was_understood_is_kept(client, query, fault):
    answer = client.get(f"{WHAT_IF}?{query}")
    assert answer.status_code == 422 and fault in answer.get_data(as_text=True)
    if "group=NAM" in query:
        assert re.search(r'value="NAM" selected', answer.get_data(as_text=True))


@pytest.mark.parametrize("path", ["what-if", "whom-first"])
def test_of_an_ask_that_is_closed_nobody_need_be_asked(client, path):
    assert client.get(f"/en/un75/positions/declaration/{path}").status_code == 404


def test_whoever_chairs_a_group_comes_first_with_the_reason_in_words(client):
    page = said(client, FIRST)
    chair = next(
        office for office in groups.offices_on(clock.today()) if office.body == "G77" and office.office == "chair"
    )
    assert "It holds an office: Chair, Group of 77 and China." in page
    assert "other states would newly be counted" in page
    assert chair.holder
    assert "organisations of ours" not in page


def test_a_withheld_position_is_told_neither_by_what_if_nor_by_whom_first(client, session):
    published(speaker="GHA", signal="opposed", un_symbol="A/79/PV.2")
    operations.withhold(campaign(), "focal-point", "GHA", "Asked to wait.", "en", actor=None, now=clock.now())
    db.session.commit()
    assert "Ghana" not in said(client, f"{WHAT_IF}?group=G77&signal=support").partition("Who would speak")[0]
    assert "Ghana" not in said(client, FIRST)


def test_the_desk_sees_our_organisations_there_and_who_looks_after_the_state(staff):
    for name in ("Fictional Water League", "Fictional Forest League"):
        data = OrganisationData(name=name, name_language="en", country="MNG", works_in=("KEN",))
        org_operations.create(data, [], None, clock.now())
    db.session.commit()
    page = said(staff("campaigner", "un75"), "/en/desk/un75/whom-first?ask=focal-point")
    assert "Mongolia" in page and page.count("2 organisations of ours are there.") == 2
