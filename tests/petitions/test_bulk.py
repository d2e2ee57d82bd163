"""A troll's signatures called false together and restored: counted first, checked by a second person, undone whole."""

from datetime import timedelta

import pytest

from app.accounts import operations
from app.accounts.models import StaffRole
from app.accounts.roles import Role
from app.kernel import audit, mail
from app.petitions import bulk, counting, limits, moderation, rules, selecting
from app.petitions.desk_models import Bulk, BulkRow
from app.petitions.models import Petition, Signature
from tests.house.queries import counted
from tests.support import run_task

TROLL = "198.51.100.0/24"
DESK = "/en/desk/un75"
FALSE = f"{DESK}/signatures/focal-point/call-false"
API = "/api/v1/petitions/focal-point"


def stands(client, session) -> int:
    counting.count()
    session.commit()
    assert counting.recount() == []
    return client.get(API).json["signatures"]["confirmed"]


def digits(network: str = TROLL) -> str:
    return selecting.network_or_domain(limits.NETWORK, network)


def troll(crowd, client, number: int, confirmed: int = 0) -> None:
    """So many signatures from one network, the first of them confirmed; and two honest ones from elsewhere."""
    for n in range(number):
        crowd.sign(f"troll{n}@t{n}.example.org", TROLL)
    crowd.sign("ama@honest.example.org", "203.0.113.0/24")
    crowd.sign("ben@honest.example.org", None)
    crowd.work()
    for address in [f"troll{n}@t{n}.example.org" for n in range(confirmed)] + ["ama@honest.example.org"]:
        assert crowd.confirm(client, address).status_code == 303


def states(session) -> dict[int, tuple]:
    return {row.id: (row.state, row.held, row.false_reason) for row in session.query(Signature)}


def entries(session) -> list[tuple]:
    return [
        (e.action, (e.after or {}).get("checked"))
        for e in session.query(audit.Entry).order_by(audit.Entry.id)
        if e.action.startswith("signatures.")
    ]


@pytest.mark.parametrize(
    ("number", "before", "needed"), [(50, 0, False), (51, 0, True), (1, 50, True), (1, 49, False), (20, 31, True)]
)
def test_more_than_fifty_need_two_however_they_are_cut(number, before, needed):
    assert rules.needs_checking(number, before) is needed


def test_three_hundred_are_counted_shown_checked_by_another_called_false_and_restored_to_what_they_were(
    crowd, client, session, staff, monkeypatch
):
    monkeypatch.setattr(limits, "judge", lambda *_: None)
    troll(crowd, client, 300, confirmed=40)
    held = session.query(Signature).filter_by(state="pending").limit(30).all()
    for row in held:
        row.held = "network"
    session.commit()
    before = states(session)
    assert stands(client, session) == 41
    asker, checker = staff("moderator"), staff("moderator")

    page = asker.get(f"{FALSE}?network={digits()}").get_data(as_text=True)
    assert "300" in page and "Ama Mensah" not in page and "A•••" in page
    assert states(session) == before
    answer = asker.post(f"{FALSE}?network={digits()}", data={"reason": "made by a program"})
    assert answer.status_code == 303
    one = answer.headers["Location"]
    crowd.work()
    assert states(session) == before, "nothing happens before it is checked"
    assert "checked it" not in asker.get(one).get_data(as_text=True)
    assert asker.post(f"{one}/approve").status_code == 422
    assert states(session) == before

    assert "checked it" in checker.get(one).get_data(as_text=True)
    assert checker.post(f"{one}/approve").status_code == 303
    assert "Refresh" in checker.get(one).headers
    crowd.work()
    assert "Refresh" not in checker.get(one).headers
    after = states(session)
    false = {i for i, row in after.items() if row[0] == "fraudulent"}
    assert len(false) == 300
    assert all(after[i][2] == "made by a program" for i in false)
    assert stands(client, session) == 1

    assert checker.post(f"{one}/undo", data={"reason": " "}).status_code == 422
    assert checker.post(f"{one}/undo", data={"reason": "it was a school"}).status_code == 303
    crowd.work()
    assert states(session) == before
    assert stands(client, session) == 41
    assert [action for action, _ in entries(session)] == [
        f"signatures.bulk-{verb}" for verb in ("ask", "approve", "done", "undo", "undone")
    ]
    assert ("signatures.bulk-done", "checked by two") in entries(session)
    assert list(audit.verify()) == []


def test_with_no_condition_nothing_is_called_false(crowd, client, session, staff):
    troll(crowd, client, 3)
    moderator = staff("moderator")
    for address in (FALSE, f"{FALSE}?network=&state="):
        assert "Choose at least one condition" in moderator.get(address).get_data(as_text=True)
        answer = moderator.post(address, data={"reason": "all of them"})
        assert answer.status_code == 422
        assert "Choose at least one condition" in answer.get_data(as_text=True)
    assert moderator.post(f"{FALSE}?network=zz", data={"reason": "x"}).status_code == 404
    assert moderator.post(f"{FALSE}?network=00000000", data={"reason": "x"}).status_code == 422
    assert moderator.post(f"{FALSE}?network={digits()}", data={"reason": ""}).status_code == 422
    assert session.query(Bulk).count() == 0
    assert {row.state for row in session.query(Signature)} == {"pending", "confirmed"}


def test_who_joined_after_the_count_is_not_among_them(crowd, client, session, staff, monkeypatch):
    monkeypatch.setattr(rules, "ALONE", 2)
    troll(crowd, client, 5)
    asker, checker = staff("moderator"), staff("administrator", "*")
    one = asker.post(f"{FALSE}?network={digits()}", data={"reason": "made by a program"}).headers["Location"]
    crowd.sign("late@late.example.org", TROLL)
    checker.post(f"{one}/approve")
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 5


def test_few_are_called_false_at_once_and_cut_into_pieces_they_are_not_few(crowd, client, session, staff, monkeypatch):
    monkeypatch.setattr(rules, "ALONE", 4)
    troll(crowd, client, 6, confirmed=3)
    first, second = staff("moderator"), staff("moderator")
    address = f"{FALSE}?network={digits()}&state="
    assert first.post(f"{address}confirmed", data={"reason": "x"}).status_code == 303
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 3
    assert ("signatures.bulk-done", "few enough for one") in entries(session)
    first.post(f"{address}pending", data={"reason": "x"})
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 3
    waiting = session.query(Bulk).filter_by(state="waiting").one()
    assert waiting.due_at is None
    assert f"{DESK}/called-false/{waiting.id}" in second.get(f"{DESK}/called-false").get_data(as_text=True)
    assert second.post(f"{DESK}/called-false/{waiting.id}/stop").status_code == 303
    assert second.post(f"{DESK}/called-false/{waiting.id}/approve").status_code == 422
    crowd.later(hours=25)
    ordinary = [row.id for row in session.query(Signature).filter_by(state="pending")]
    one = f"{DESK}/signatures/focal-point/{ordinary[0]}/verdict"
    third = staff("moderator")
    assert (
        third.post(one, data={"action": "false", "verdict-reason": "x"}).headers["Location"].endswith(str(ordinary[0]))
    )
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 4


def test_alone_it_takes_effect_after_a_day_with_notice_and_the_log_says_checked_by_one(
    app, crowd, client, session, staff, monkeypatch
):
    monkeypatch.setattr(rules, "ALONE", 2)
    troll(crowd, client, 5)
    alone, campaigner = staff("moderator"), staff("campaigner")
    crowd.letters.clear()
    one = alone.post(f"{FALSE}?network={digits()}", data={"reason": "made by a program"}).headers["Location"]
    crowd.work()
    assert len(crowd.letters) == 2, "whoever may see signatures is told"
    (letter,) = next(iter(crowd.letters.values()))
    assert "2026" in letter.paragraphs[1] or "effect" in letter.paragraphs[1]
    assert letter.withdraw_url is None and letter.action_url.endswith(one)
    assert "You get this mail because you work at the desk" in mail.render(letter).body
    crowd.later(hours=23)
    run_task(app, "moderation:turn")
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 0
    assert campaigner is not None
    crowd.later(hours=1)
    run_task(app, "moderation:turn")
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 5
    assert ("signatures.bulk-due", "checked by one") in entries(session)
    assert ("signatures.bulk-done", "checked by one") in entries(session)


def test_alone_it_can_be_stopped_until_then_by_whoever_may_see_signatures(
    app, crowd, client, session, staff, monkeypatch
):
    monkeypatch.setattr(rules, "ALONE", 2)
    troll(crowd, client, 5)
    alone, campaigner = staff("moderator"), staff("campaigner")
    one = alone.post(f"{FALSE}?network={digits()}", data={"reason": "made by a program"}).headers["Location"]
    assert "takes effect by itself" in campaigner.get(one).get_data(as_text=True)
    assert campaigner.post(f"{one}/stop").status_code == 303
    crowd.later(hours=48)
    run_task(app, "moderation:turn")
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 0
    assert session.query(BulkRow).count() == 0


def test_a_second_person_who_comes_has_to_say_yes_and_one_who_leaves_gives_the_day(
    app, crowd, client, session, staff, monkeypatch
):
    monkeypatch.setattr(rules, "ALONE", 2)
    troll(crowd, client, 5)
    alone = staff("moderator")
    alone.post(f"{FALSE}?network={digits()}", data={"reason": "made by a program"})
    second = staff("administrator")
    crowd.later(hours=25)
    run_task(app, "moderation:turn")
    assert session.query(Bulk).one().due_at is None
    session.query(StaffRole).filter_by(staff_id=second.staff_id).delete()
    session.commit()
    run_task(app, "moderation:turn")
    assert session.query(Bulk).one().due_at == crowd.now + timedelta(hours=24)


def test_killed_between_two_batches_it_goes_on_where_it_was(app, crowd, client, session, staff, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 2)
    troll(crowd, client, 5)
    petition = session.query(Petition).one()
    wanted = selecting.Chosen(network=digits())
    actor = staff("moderator").staff_id
    found = bulk.ask(petition, "un75", wanted, "made by a program", actor=actor, now=crowd.now)
    session.commit()
    assert bulk.work(found.id, crowd.now)
    session.commit()
    assert bulk.work(found.id, crowd.now)
    session.rollback()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 2
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 5
    session.execute(Bulk.__table__.update().values(state="undoing"))
    session.commit()
    run_task(app, "moderation:turn")
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 0


def test_undoing_leaves_what_was_false_before_what_was_restored_alone_and_what_befell_it_since(
    crowd, client, session, staff
):
    troll(crowd, client, 4)
    ids = sorted(row.id for row in session.query(Signature).filter(Signature.network.is_not(None)))[:4]
    moderation.call_false(ids[0], "before", crowd.now)
    session.commit()
    moderator = staff("moderator")
    one = moderator.post(f"{FALSE}?network={digits()}", data={"reason": "together"}).headers["Location"]
    crowd.work()
    moderation.restore(ids[1], crowd.now)
    moderation.call_false(ids[1], "afterwards", crowd.now)
    session.commit()
    crowd.confirm(client, "troll2@t2.example.org")
    moderator.post(f"{one}/undo", data={"reason": "a mistake"})
    crowd.work()
    now = states(session)
    assert now[ids[0]] == ("fraudulent", None, "before")
    assert now[ids[1]] == ("fraudulent", None, "afterwards")
    assert now[ids[2]] == ("confirmed", None, None), "its person pressed the button meanwhile"
    assert now[ids[3]] == ("pending", None, None)
    assert stands(client, session) == 2


def test_after_thirty_days_its_digests_are_let_go_of_and_it_can_still_be_undone(app, crowd, client, session, staff):
    troll(crowd, client, 2, confirmed=2)
    moderator = staff("moderator")
    one = moderator.post(f"{FALSE}?network={digits()}&area=CPV", data={"reason": "x"}).headers["Location"]
    crowd.work()
    crowd.later(days=31)
    run_task(app, "privacy:forget")
    assert session.query(Bulk).one().conditions == {"area": "CPV"}
    later = staff("moderator")
    assert later.post(f"{one}/undo", data={"reason": "a mistake"}).status_code == 303
    crowd.work()
    assert session.query(Signature).filter_by(state="fraudulent").count() == 0


def test_its_pages_ask_the_same_of_the_database_however_many_they_are(crowd, client, session, staff):
    moderator = staff("moderator")
    troll(crowd, client, 4)
    few = one_each(moderator)
    for number in range(20):
        crowd.sign(f"more{number}@m{number}.example.org", TROLL)
    session.commit()
    assert one_each(moderator) == few


def one_each(client) -> list[int]:
    found = []
    for path in (f"{FALSE}?network={digits()}", f"{DESK}/called-false"):
        client.get(path)
        with counted() as seen:
            assert client.get(path).status_code == 200
        found.append(len(seen.statements))
    return found


def test_conditions_that_mean_everything_are_none_and_blank_ones_neither(crowd, client, session, staff):
    troll(crowd, client, 3)
    moderator = staff("moderator")
    for query in ("since=1970-01-01", "since=2026-11-23", "until=9000-01-01", "since=1999-01-01&until=2999-01-01"):
        assert "All signatures of the petition are meant" in moderator.get(f"{FALSE}?{query}").get_data(as_text=True)
        answer = moderator.post(f"{FALSE}?{query}", data={"reason": "all of them"})
        assert answer.status_code == 422 and "All signatures of the petition are meant" in answer.get_data(as_text=True)
    for query in ("state=%20", "area=+&network=%09&since=%20"):
        answer = moderator.post(f"{FALSE}?{query}", data={"reason": "all of them"})
        assert answer.status_code == 422 and "Choose at least one condition" in answer.get_data(as_text=True)
    session.expire_all()
    assert session.query(Bulk).count() == 0
    hour = f"since={crowd.now:%Y-%m-%dT%H:00}"
    assert "are meant" in moderator.get(f"{FALSE}?{hour}").get_data(as_text=True), "a burst of this hour is none"


def test_whom_one_let_in_after_asking_is_no_second_person(app, crowd, client, session, staff, monkeypatch):
    monkeypatch.setattr(rules, "ALONE", 2)
    troll(crowd, client, 5)
    alone = staff("administrator")
    one = alone.post(f"{FALSE}?network={digits()}", data={"reason": "made by a program"}).headers["Location"]
    own = staff(None)
    operations.give_role(own.staff_id, Role("moderator", "un75"), alone.staff_id, crowd.now)
    session.commit()
    with pytest.raises(bulk.Refused, match="own"):
        bulk.approve(session.query(Bulk).one(), "un75", actor=own.staff_id, now=crowd.now)
    run_task(app, "moderation:turn")
    assert session.query(Bulk).one().due_at is not None, "nor does the day wait for them"
    third = staff("moderator")
    assert third.post(f"{one}/approve").status_code == 303


def test_who_may_no_longer_call_false_has_nothing_called_false_by_time(app, crowd, client, session, staff, monkeypatch):
    monkeypatch.setattr(rules, "ALONE", 2)
    troll(crowd, client, 5)
    alone = staff("moderator")
    alone.post(f"{FALSE}?network={digits()}", data={"reason": "made by a program"})
    session.query(StaffRole).filter_by(staff_id=alone.staff_id).delete()
    session.commit()
    crowd.later(hours=25)
    run_task(app, "moderation:turn")
    crowd.work()
    assert session.query(Bulk).one().state == "cancelled"
    assert session.query(Signature).filter_by(state="fraudulent").count() == 0
