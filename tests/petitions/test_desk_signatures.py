"""The desk's list of signatures: found by what staff may know, masked until somebody asks with a reason."""

import re

import pytest
from flask import current_app

from app.kernel import audit, switches
from app.petitions import exporting, names, searching, selecting, today
from app.petitions.models import Petition, Signature
from tests.house.queries import counted
from tests.support import confirm_all, run_task, sign

LIST = "/en/desk/un75/signatures/focal-point"


@pytest.fixture
def signed(app, client, session):
    """One who is shown by name, one who is hidden, one who waits."""
    sign(client, name="Zoë Quill-Ångström", email="zoe@shown.example.org", area="FRA", shown="name")
    sign(client, name="Hidden Person", email="hidden@dark.example.org", area="GHA", shown="none", source="radio")
    confirm_all(app, client)
    sign(client, name="Waiting Person", email="waits@dark.example.org", area="GHA", shown="name")
    return {row.area + row.state: row.id for row in session.query(Signature)}


def rows(page: str) -> int:
    return page.count('<th scope="row">')


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Ama", "A•••"),
        ("élan", "é•••"),
        ("فاطمة", "ف•••"),
        ("李小龍", "•••"),
        ("김민준", "•••"),
        ("(x)", "•••"),
        ("", "•••"),
        (None, "•••"),
    ],
)
def test_a_mask_leaves_a_letter_where_that_is_no_name_by_itself(name, seen):
    assert searching.masked(name) == seen


@pytest.mark.parametrize(
    "typed", ["Zoë Quill-Ångström", "zoe quill-angstrom", "ZOË  QUILL-ÅNGSTRÖM", "Ｚoë Quill-Ångström"]
)
def test_a_name_is_folded_before_it_is_compared(typed):
    assert names.folded(typed) == "zoe quill-angstrom"


def test_the_list_shows_whoever_chose_to_be_shown_and_masks_everybody_else(signed, staff):
    page = staff("moderator").get(LIST).get_data(as_text=True)
    assert "Zoë Quill-Ångström" in page
    assert "Hidden Person" not in page and "H•••" in page
    assert "Waiting Person" not in page, "what is not confirmed is not public"
    assert "@" not in re.sub(r"<(input|label)[^>]*>", "", page)


def test_an_address_is_found_exactly_and_stands_in_no_address_of_ours(signed, staff):
    moderator = staff("moderator")
    answer = moderator.post(LIST, data={"address": "Hidden@dark.example.org"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{LIST}/{signed['GHAconfirmed']}"
    answer = moderator.post(LIST, data={"address": "nobody@dark.example.org"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "There is no signature under this address." in page
    assert 'value="nobody@dark.example.org"' in page
    assert moderator.post(LIST, data={"address": "hidden@"}).status_code == 422


def test_a_name_is_found_only_while_it_is_shown(signed, client, staff, session):
    moderator = staff("moderator")

    def found(name: str) -> int:
        where = moderator.post(LIST, data={"name": name}).headers["Location"]
        assert name.split()[0] not in where
        return rows(moderator.get(where).get_data(as_text=True))

    assert found("zoe quill-angstrom") == 1
    assert found("Waiting Person") == 1
    assert found("Hidden Person") == 0
    assert {row.name_digest is None for row in session.query(Signature).filter_by(shown="none")} == {True}
    row = session.query(Signature).filter_by(area="FRA").one()
    row.shown, row.name_digest = "none", None
    session.commit()
    assert found("Zoë Quill-Ångström") == 0


def test_names_from_before_there_were_digests_are_filled_in(app, signed, session):
    session.query(Signature).update({"name_digest": None})
    session.commit()
    run_task(app, "moderation:fill_in_names")
    session.expire_all()
    assert sum(row.name_digest is not None for row in session.query(Signature)) == 2


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ({"area": "GHA"}, 2),
        ({"state": "pending"}, 1),
        ({"area": "GHA", "state": "confirmed"}, 1),
        ({"source": "radio"}, 1),
        ({"domain": "dark.example.org"}, 2),
        ({"network": "203.0.113.0/24"}, 0),
        ({"since": "2020-01-01"}, 3),
        ({"until": "2020-01-01T10:00"}, 0),
        ({"held": "trap"}, 0),
        ({}, 3),
    ],
)
def test_each_condition_narrows_the_list(signed, staff, typed, number):
    moderator = staff("moderator")
    answer = moderator.post(LIST, data=typed)
    assert answer.status_code == 303
    assert rows(moderator.get(answer.headers["Location"]).get_data(as_text=True)) == number


@pytest.mark.parametrize(
    "typed", [{"network": "10.0.0.0/8"}, {"domain": "*"}, {"since": "soon"}, {"area": "ZZZ"}, {"source": "a b"}]
)
def test_a_wrong_condition_comes_back_as_it_was_typed(signed, staff, typed):
    answer = staff("moderator").post(LIST, data={**typed, "name": "Ama"})
    assert answer.status_code == 422
    assert 'value="Ama"' in answer.get_data(as_text=True)


def test_pages_are_turned_by_key_in_both_orders_and_cost_the_same(crowd, session, staff, monkeypatch):
    monkeypatch.setattr("app.kernel.listing.SIZE", 50)
    for number in range(120):
        crowd.later(seconds=1)
        crowd.sign(f"p{number}@d{number}.example.org", None)
    session.commit()
    moderator = staff("moderator")
    moderator.get(LIST)
    for order in ("", "?order=oldest"):
        at, seen, costs = LIST + order, [], set()
        while at:
            with counted() as asked:
                page = moderator.get(at).get_data(as_text=True)
            costs.add(len(asked.statements))
            seen += re.findall(rf'href="{LIST}/(\d+)"', page)
            further = re.search(r'rel="next" href="([^"]+)"', page)
            at = further and further[1].replace("&amp;", "&")
        ids = [int(i) for i in seen]
        assert len(ids) == 120 and ids == sorted(ids, reverse=not order)
        assert len(costs) == 1
    assert moderator.get(f"{LIST}?at=x").status_code == 404


def test_each_look_needs_a_reason_is_written_down_and_is_shown_once(signed, staff, session):
    moderator, one = staff("moderator"), f"{LIST}/{signed['GHAconfirmed']}"
    assert "Hidden Person" not in moderator.get(one).get_data(as_text=True)
    assert moderator.post(f"{one}/look", data={"look-reason": " "}).status_code == 422
    assert session.query(audit.Entry).count() == 0
    answer = moderator.post(f"{one}/look", data={"look-reason": "they wrote to us"})
    page = answer.get_data(as_text=True)
    assert "Hidden Person" in page and "hidden@dark.example.org" in page
    assert answer.headers["Cache-Control"] == "no-store"
    entry = session.query(audit.Entry).one()
    assert (entry.action, entry.actor, entry.reason) == ("signatures.look", moderator.staff_id, "they wrote to us")
    assert entry.subject == f"signature:{signed['GHAconfirmed']}"
    again = moderator.get(one).get_data(as_text=True)
    assert "Hidden Person" not in again and "they wrote to us" in again


def test_a_look_asks_for_the_factor_again_and_whoever_may_not_look_gets_no_form(app, signed, staff):
    one = f"{LIST}/{signed['GHAconfirmed']}"
    for endpoint in ("signatures.look", "paper.scan", "bulk.approve"):
        assert app.view_functions[endpoint].staff_fresh, endpoint
    campaigner = staff("campaigner")
    assert "look-reason" not in campaigner.get(one).get_data(as_text=True)
    assert campaigner.post(f"{one}/look", data={"look-reason": "x"}).status_code == 403


def test_a_signature_of_another_campaign_is_no_page(signed, staff):
    one = signed["GHAconfirmed"]
    assert staff("moderator").get(f"{LIST}/{one + 1000}").status_code == 404
    elsewhere = staff("administrator", "*")
    assert elsewhere.get(f"/en/desk/another/signatures/focal-point/{one}").status_code == 404


def test_what_is_held_is_released_and_one_is_called_false_and_restored_with_its_story(crowd, client, session, staff):
    crowd.sign("trap@t.example.org", None, trapped=True)
    crowd.work()
    row = session.query(Signature).one()
    moderator, one = staff("moderator"), f"{LIST}/{row.id}"
    with current_app.test_request_context("/en/desk"):
        assert [need.count for need in today.held("un75", None)] == [1]
    assert moderator.post(f"{one}/verdict", data={"action": "release"}).status_code == 303
    assert session.query(Signature).one().held is None
    assert moderator.post(f"{one}/verdict", data={"action": "false"}).status_code == 422
    moderator.post(f"{one}/verdict", data={"action": "false", "verdict-reason": "one of many"})
    crowd.work()
    assert session.query(Signature).one().state == "fraudulent"
    moderator.post(f"{one}/verdict", data={"action": "restore", "verdict-reason": "they wrote"})
    assert session.query(Signature).one().state == "pending"
    page = moderator.get(one).get_data(as_text=True)
    for words in ("Signed", "Mail: please confirm", "Held no more", "Restored", "they wrote"):
        assert words in page


def test_bursts_lead_to_their_signatures_and_to_calling_them_false(crowd, client, session, staff):
    for number in range(6):
        crowd.sign(f"t{number}@forged.example.org", "198.51.100.0/24")
    crowd.sign("a@one.example.org", "203.0.113.0/24")
    crowd.work()
    crowd.confirm(client, "t0@forged.example.org")
    moderator = staff("moderator")
    digits = selecting.network_or_domain("network", "198.51.100.0/24")
    with counted() as few:
        page = moderator.get(f"{LIST}/bursts").get_data(as_text=True)
    assert f"{LIST}?network={digits}" in page and f"{LIST}/call-false?network={digits}" in page
    assert "83" in page, "five of six are not confirmed"
    hour = re.search(rf'href="({LIST}\?since=[^"]+)"', page)[1].replace("&amp;", "&")
    assert rows(moderator.get(hour).get_data(as_text=True)) == 7
    for number in range(30):
        crowd.sign(f"m{number}@m{number}.example.org", f"10.1.{number}.0/24")
    session.commit()
    with counted() as many:
        moderator.get(f"{LIST}/bursts")
    assert len(few.statements) == len(many.statements)
    assert moderator.get(f"{LIST}/bursts?span=year").status_code == 404


def test_rows_that_leave_are_safe_unless_persons_are_asked_for(signed, session):
    petition = session.query(Petition).one()
    safe = list(exporting.of_petition(petition.id, selecting.Chosen(), personal=False))
    assert {len(row) for row in safe} == {len(exporting.SAFE) - 1}
    said = repr(safe)
    assert (
        "Zoë" not in said and "Hidden" not in said and "Waiting" not in said and "@" not in said and "GHA" not in said
    )
    people = list(exporting.of_petition(petition.id, selecting.Chosen(area="GHA"), personal=True))
    assert len(people) == 2 and "hidden@dark.example.org" in repr(people)
    assert {len(row) for row in people} == {len(exporting.SAFE) + len(exporting.PERSONAL) - 1}


def test_switches_are_turned_at_the_desk_and_written_down(client, staff, session):
    administrator = staff("administrator", "*")
    page = "/en/desk/switches"
    assert administrator.post(page, data={"name": "signing", "action": "pause"}).status_code == 303
    assert switches.paused("signing")
    assert "Resume" in administrator.get(page).get_data(as_text=True)
    administrator.post(page, data={"name": "signing", "action": "resume"})
    assert not switches.paused("signing")
    assert [e.action for e in session.query(audit.Entry).order_by(audit.Entry.id)] == [
        "switches.pause",
        "switches.resume",
    ]
    assert administrator.post(page, data={"name": "everything", "action": "pause"}).status_code == 404
    assert staff("administrator").get(page).status_code == 403
