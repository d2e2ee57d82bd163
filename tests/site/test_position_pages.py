"""The pages of a state and of a group, of what moved and of the method."""

import re

import pytest

from app.campaigns.models import Campaign
from app.kernel import clock
from app.kernel.i18n import CODES
from app.positions import operations, queries
from app.states import groups, members
from tests.house.queries import counted
from tests.positions.reply_support import published

BASE = "/en/un75"


@pytest.fixture
def campaign(session):
    return session.query(Campaign).filter_by(slug="un75").one()


def test_a_states_page_says_where_it_stands_by_what_and_in_which_groups(client):
    page = client.get(f"{BASE}/states/CRI").get_data(as_text=True)
    assert "<h1>Costa Rica</h1>" in page
    assert page.count("Champion") >= 2
    assert "A/75/893" in page and "What decided it" in page
    assert "/en/un75/groups/GRULAC" in page
    assert "/en/un75/corrections/UN75-003" in page


def test_a_state_of_which_nothing_is_known_says_so(client):
    page = client.get(f"{BASE}/states/NAM").get_data(as_text=True)
    assert "<h1>Namibia</h1>" in page
    assert "No position recorded" in page and "not the same as undecided" in page


@pytest.mark.parametrize("lang", CODES)
def test_states_and_groups_have_a_page_in_every_language(client, lang):
    for iso3 in sorted(members.states())[:: 9 if lang == "en" else 40]:
        assert client.get(f"/{lang}/un75/states/{iso3}").status_code == 200
    for code in list(groups.groups())[:: 1 if lang == "en" else 7]:
        assert client.get(f"/{lang}/un75/groups/{code}").status_code == 200
    for name in ("method", "changes", "changes.xml"):
        assert client.get(f"/{lang}/un75/positions/{name}").status_code == 200


@pytest.mark.parametrize("path", ["states/XYZ", "states/cri", "groups/NATO", "states/XYZ/changes.xml"])
def test_what_is_none_is_not_found(client, path):
    assert client.get(f"{BASE}/{path}").status_code == 404


def test_a_groups_page_says_that_nothing_commits_it_and_who_would_be_counted(client):
    page = client.get(f"{BASE}/groups/NAM").get_data(as_text=True)
    assert "That is a gap, not a position" in page
    assert re.search(r"Of (<bdi>)?121(</bdi>)? members", page) and "more states would be counted through it" in page


def test_a_withheld_position_is_told_with_its_reason_and_no_evidence_of_that_ask(client, session, campaign):
    operations.withhold(
        campaign, "focal-point", "CRI", "Its mission asked us to wait.", "en", actor=None, now=clock.now()
    )
    session.commit()
    page = client.get(f"{BASE}/states/CRI").get_data(as_text=True)
    assert "Its mission asked us to wait." in page
    assert "A/75/893" not in page


def test_what_moved_stands_in_the_feeds_of_its_state_and_its_groups(client, session, campaign):
    row = session.query(queries.Row).filter_by(ref="UN75-004").one()
    operations.withdraw(campaign, row, "A test.", actor=None, now=clock.now())
    session.commit()
    for path in ("positions/changes.xml", "states/DNK/changes.xml", "groups/EU/changes.xml"):
        feed = client.get(f"{BASE}/{path}")
        assert feed.mimetype == "application/atom+xml"
        assert "Denmark: No position recorded" in feed.get_data(as_text=True)
    assert "Denmark" not in client.get(f"{BASE}/groups/NAM/changes.xml").get_data(as_text=True)


def test_a_states_page_asks_the_same_number_of_questions_whoever_it_is(client):
    client.get(f"{BASE}/states/FRA")
    numbers = set()
    for iso3 in ("CRI", "DEU", "KEN"):
        with counted() as asked:
            client.get(f"{BASE}/states/{iso3}")
        numbers.add(len(asked.statements))
    assert max(numbers) - min(numbers) <= 2


def test_namibia_and_the_non_aligned_movement_share_a_code_and_are_never_taken_for_each_other(client, session):
    movement = published(speaker="NAM", type="group_statement", signal="support", quote="Fictional words of a group.")
    namibia = published(speaker="NAM", quote="Fictional words of one state.", date="2024-09-24")
    said = r"<dt>Said by</dt>\s*<dd><bdi>{}</bdi>"
    for piece, name in ((movement, "Non-Aligned Movement"), (namibia, "Namibia")):
        page = client.get(f"{BASE}/corrections/{piece.ref}").get_data(as_text=True)
        assert re.search(said.format(name), page)
    listed = client.get(f"{BASE}/positions/focal-point").get_data(as_text=True)
    assert "<span>Non-Aligned Movement: <a" in listed and "<span>Namibia: <a" in listed
    assert re.search(said.format("Non-Aligned Movement"), client.get(f"{BASE}/groups/NAM").get_data(as_text=True))
    of_kenya = client.get(f"{BASE}/states/KEN").get_data(as_text=True)
    assert "Fictional words of a group." in of_kenya and "Fictional words of one state." not in of_kenya
    of_namibia = client.get(f"{BASE}/states/NAM").get_data(as_text=True)
    assert "Fictional words of a group." in of_namibia and "Fictional words of one state." in of_namibia


def test_what_moved_points_on_in_the_direction_of_the_language(client):
    assert "No position recorded → <strong>Supports" in client.get(f"{BASE}/positions/changes").get_data(as_text=True)
    for path in ("changes", "changes.xml"):
        page = client.get(f"/ar/un75/positions/{path}").get_data(as_text=True)
        assert "←" in page and "→" not in page


def test_who_sits_in_a_body_for_one_term_stands_together_and_the_two_groups_come_first(client):
    page = client.get(f"{BASE}/deciders").get_data(as_text=True)
    offices = re.findall(r"<li><span>(.*?): ", page[page.index('id="offices"') :])
    assert offices[:2] == ["Non-Aligned Movement · Chair", "Group of 77 and China · Chair"]
    assert offices.count("Committee on Non-Governmental Organizations · Members") == 1
    assert any(office.startswith("General Assembly · President, session ") for office in offices)
    assert "Ecosoc" not in page


def test_a_groups_bar_is_the_one_of_the_tracker(client):
    page = client.get(f"{BASE}/groups/NAM").get_data(as_text=True)
    assert page.count('<div class="way"><svg') == 2 and 'class="apart bars"' not in page
