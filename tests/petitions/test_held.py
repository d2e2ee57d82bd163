"""What trips a limit is held, in silence: it gets its mail, counts once it is confirmed, and nobody can tell."""

import pytest
from sqlalchemy import text

from app.petitions import counting, limits, rules
from app.petitions.limits import WrongKey
from app.petitions.models import Signature
from tests.house.queries import counted
from tests.support import PETITION, form_values, run_task

NETWORK = "198.51.100.0/24"
TABLES = ("people_person", "petitions_signature", "people_consent", "procrastinate_jobs", "petitions_tally_entry")


def signature(session, **which) -> Signature:
    return session.query(Signature).filter_by(**which).one()


def held(session) -> list[str | None]:
    return [row.held for row in session.query(Signature).order_by(Signature.id)]


def set_limit(session, scope="network", key="*", **changes) -> None:
    numbers = {"seconds": 3600, "waiting": 3, "per_confirmed": 2, "mails": 250, "verdict": "held", **changes}
    limits.put(scope, key, rules.Allowance(**numbers))
    session.commit()


def written(session) -> dict[str, tuple[int, ...]]:
    """What PostgreSQL has inserted, updated and deleted so far in this test, by table."""
    rows = session.execute(
        text(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables WHERE relname = ANY(:tables)"
        ),
        {"tables": list(TABLES)},
    )
    return {name: tuple(numbers) for name, *numbers in rows}


def work(session, do) -> tuple:
    """The statements that something took, and the rows it wrote."""
    before = written(session)
    with counted() as seen:
        answer = do()
    after = written(session)
    rows = {name: tuple(b - a for a, b in zip(before.get(name, (0, 0, 0)), after[name], strict=True)) for name in after}
    headers = sorted((k, v) for k, v in answer.headers if k not in ("Date", "X-Request-ID"))
    return answer.status_code, headers, answer.data, seen.statements, {n: r for n, r in rows.items() if any(r)}


def test_what_goes_beyond_a_limit_is_held_with_its_like_and_confirming_counts_all_the_same(crowd, client, session):
    set_limit(session, waiting=3)
    for number in range(4):
        crowd.sign(f"a{number}@one{number}.example.org", NETWORK)
        crowd.later(minutes=1)
    crowd.sign("b@else.example.org", "203.0.113.0/24")
    crowd.work()
    assert held(session) == ["network"] * 4 + [None]
    assert len(crowd.letters) == 5, "the mail of each went out"
    crowd.confirm(client, "a1@one1.example.org")
    counting.count()
    session.commit()
    assert client.get("/api/v1/petitions/focal-point").json["signatures"]["confirmed"] == 1
    assert counting.recount() == []


def test_up_to_a_limit_nothing_is_held(crowd, session):
    set_limit(session, waiting=3)
    for number in range(3):
        crowd.sign(f"a{number}@one{number}.example.org", NETWORK)
    crowd.work()
    assert held(session) == [None] * 3


def test_what_was_signed_longer_ago_than_the_window_is_no_matter(crowd, session):
    set_limit(session, waiting=3)
    for number in range(6):
        crowd.sign(f"a{number}@one{number}.example.org", NETWORK)
        crowd.work()
        crowd.later(minutes=25)
    assert held(session) == [None] * 6


def test_a_worker_that_was_away_for_hours_judges_by_when_they_were_signed(crowd, session):
    set_limit(session, waiting=3)
    for number in range(4):
        crowd.sign(f"a{number}@one{number}.example.org", NETWORK)
    crowd.later(hours=9)
    crowd.work()
    assert held(session) == ["network"] * 4


def test_a_mail_domain_is_one_however_it_is_spelled(crowd, session):
    set_limit(session, "domain", waiting=3)
    for number, domain in enumerate(["bücher.example", "BÜCHER.example", "xn--bcher-kva.example", "Bücher.EXAMPLE"]):
        crowd.sign(f"a{number}@{domain}", None)
    crowd.work()
    assert held(session) == ["domain"] * 4


def test_where_it_came_from_may_be_unknown_and_then_only_the_domain_is_looked_at(crowd, session):
    for number in range(40):
        crowd.sign(f"a{number}@one{number}.example.org", None)
    crowd.work()
    assert held(session) == [None] * 40


def test_a_viral_hour_holds_nobody_with_an_address_at_a_large_provider(crowd, session):
    for number in range(60):
        crowd.sign(f"a{number}@{('gmail.com', 'googlemail.com')[number % 2]}", f"10.0.{number}.0/24")
    crowd.work()
    assert set(held(session)) == {None}


def test_a_conference_behind_one_address_that_confirms_slowly_loses_nobody(crowd, client, session):
    """Three hundred sign in twenty minutes and press the button in the evening: held meanwhile, mailed, all counted."""
    people = [f"delegate{number}@mission{number % 100}.example.org" for number in range(300)]
    for number, address in enumerate(people):
        crowd.sign(address, NETWORK, area=("GHA", "KEN", "FRA")[number % 3])
        if number % 15 == 14:
            crowd.later(minutes=1)
            crowd.work()
    held_now = session.query(Signature).filter(Signature.held.is_not(None)).count()
    assert held_now == 300
    assert 250 <= len(crowd.letters) < 300, "the rest wait for the next window"
    for _ in range(24):
        crowd.later(minutes=5)
        crowd.work()
    assert {address: len(letters) for address, letters in crowd.letters.items()} == dict.fromkeys(people, 1)
    crowd.later(hours=6)
    for address in people:
        assert crowd.confirm(client, address).status_code == 303
    counting.count()
    session.commit()
    assert client.get("/api/v1/petitions/focal-point").json["signatures"]["confirmed"] == 300
    assert counting.recount() == []


def test_a_campus_that_confirms_as_it_goes_is_never_held(crowd, client, session):
    for number in range(120):
        crowd.sign(f"s{number}@campus.example.edu", NETWORK)
        crowd.work()
        if number % 2:
            crowd.confirm(client, f"s{number}@campus.example.edu")
    assert set(held(session)) == {None}


def test_mails_to_what_is_held_are_capped_put_off_and_never_lost_or_doubled(crowd, session):
    set_limit(session, waiting=0, mails=2)
    for number in range(5):
        crowd.sign(f"a{number}@one{number}.example.org", NETWORK)
    crowd.work()
    assert len(crowd.letters) == 2
    crowd.work()
    assert len(crowd.letters) == 2
    for _ in range(60):
        crowd.later(minutes=5)
        crowd.work()
    assert [len(letters) for letters in crowd.letters.values()] == [1] * 5
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_what_is_held_gets_no_reminder_and_is_forgotten_like_the_rest(crowd, session, app):
    set_limit(session, waiting=0)
    crowd.sign("a@one.example.org", NETWORK)
    crowd.sign("b@two.example.org", None)
    crowd.work()
    crowd.later(days=4)
    run_task(app, "petitions:queue_reminders")
    crowd.work()
    assert (len(crowd.letters["a@one.example.org"]), len(crowd.letters["b@two.example.org"])) == (1, 2)
    crowd.later(days=27)
    run_task(app, "privacy:forget")
    assert session.query(Signature).count() == 0


def test_the_field_that_stays_empty_holds_whoever_fills_it(crowd, client, session):
    client.post(PETITION.format(lang="en"), data=form_values(client, remark="Nice site!"))
    client.post(PETITION.format(lang="en"), data=form_values(client, email="b@example.org", remark="  "))
    crowd.work()
    assert held(session) == ["trap", None]
    crowd.confirm(client, "ama@example.org")
    counting.count()
    session.commit()
    assert client.get("/api/v1/petitions/focal-point").json["signatures"]["confirmed"] == 1


def test_the_trap_says_to_everybody_to_leave_it_empty_and_comes_back_empty(client):
    answer = client.post(PETITION.format(lang="en"), data=form_values(client, remark="Nice site!", name=""))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Nice site!" not in page
    for words in ("Leave this field empty", 'tabindex="-1"', 'autocomplete="off"', "data-1p-ignore", "data-bwignore"):
        assert words in page
    assert 'data-lpignore="true"' in page
    assert 'data-form-type="other"' in page


def test_nobody_can_tell_from_a_signing_what_the_house_thinks_of_it(crowd, client, session):
    set_limit(session, waiting=1)
    set_limit(session, "domain", "forged.example.org", verdict="fraudulent")
    values, post = form_values(client), PETITION.format(lang="en")

    def sign(email, address="198.51.100.7", **more):
        data = {**values, "email": email, **more}
        return lambda: client.post(post, data=data, environ_overrides={"REMOTE_ADDR": address})

    plain = work(session, sign("first@plain.example.org", "203.0.113.9"))
    of_kinds = {
        "beyond a limit": sign("a@one.example.org"),
        "beyond it again": sign("b@two.example.org"),
        "of a false domain": sign("c@forged.example.org"),
        "in the trap": sign("d@three.example.org", remark="x"),
    }
    for kind, do in of_kinds.items():
        assert work(session, do) == plain, kind
        crowd.work()
    assert held(session) == [None, "network", "network", "network", "trap"]
    states = [row.state for row in session.query(Signature).order_by(Signature.id)]
    assert states == ["pending", "pending", "pending", "fraudulent", "pending"]
    again = {kind: work(session, do) for kind, do in of_kinds.items()}
    assert all(found == again["beyond a limit"] for found in again.values())
    assert again["beyond a limit"][:4] == plain[:4]


def test_confirming_shows_and_takes_the_same_whether_it_counts_or_not(crowd, client, session):
    set_limit(session, waiting=0)
    set_limit(session, "domain", "forged.example.org", verdict="fraudulent")
    for address, network in (
        ("a@one.example.org", None),
        ("b@two.example.org", NETWORK),
        ("c@forged.example.org", None),
    ):
        crowd.sign(address, network, area="unsaid")
    crowd.work()
    assert [(s.state, s.held) for s in session.query(Signature).order_by(Signature.id)] == [
        ("pending", None),
        ("pending", "network"),
        ("fraudulent", None),
    ]
    seen = []
    for address in sorted(crowd.letters):
        link = crowd.link(address)
        page = client.get(link).get_data(as_text=True)
        done = work(session, lambda link=link: client.post(link, data={"action": "confirm"}))
        own = client.get(link).get_data(as_text=True)
        assert "Your signature is confirmed and counts." in own
        token = link.rpartition("/")[2]
        seen.append((page.replace(token, "…"), done, own.replace(token, "…")))
    assert seen[0] == seen[1] == seen[2]
    counting.count()
    session.commit()
    assert client.get("/api/v1/petitions/focal-point").json["signatures"]["confirmed"] == 2
    assert counting.recount() == []
    gone = [
        work(session, lambda a=address: client.post(crowd.link(a), data={"action": "withdraw"}))[:4]
        for address in sorted(crowd.letters)
    ]
    assert gone[0] == gone[1] == gone[2]
    counting.count()
    assert counting.recount() == []


def test_a_false_one_that_signs_again_is_told_what_everybody_is_told(crowd, client, session):
    set_limit(session, "domain", "forged.example.org", verdict="fraudulent")
    for _ in range(2):
        for address in ("c@forged.example.org", "a@one.example.org"):
            crowd.sign(address, None)
        crowd.work()
        for address in ("c@forged.example.org", "a@one.example.org"):
            crowd.confirm(client, address)
    false, honest = crowd.letters["c@forged.example.org"], crowd.letters["a@one.example.org"]
    assert [letter.subject for letter in false] == [letter.subject for letter in honest]
    assert len({letter.subject for letter in false}) == 2, "the second says that the signature stands"


def test_what_a_false_one_asks_for_is_done(crowd, client, session):
    set_limit(session, "domain", "forged.example.org", verdict="fraudulent")
    for address in ("w@forged.example.org", "e@forged.example.org", "n@forged.example.org", "s@forged.example.org"):
        crowd.sign(address, None)
    crowd.work()
    assert client.post(crowd.link("n@forged.example.org"), data={"action": "not-me"}).status_code == 303
    for address in ("w@forged.example.org", "e@forged.example.org", "s@forged.example.org"):
        crowd.confirm(client, address)
    client.post(crowd.link("s@forged.example.org"), data={"action": "show", "shown": "name"})
    assert client.post(crowd.link("w@forged.example.org"), data={"action": "withdraw"}).status_code == 303
    assert client.post(crowd.link("e@forged.example.org"), data={"action": "erase"}).status_code == 303
    assert [(s.state, s.erased) for s in session.query(Signature).order_by(Signature.id)] == [
        ("fraudulent", True),
        ("fraudulent", False),
    ]
    assert "Ama" not in client.get(PETITION.format(lang="en") + "/signatories").get_data(as_text=True)
    counting.count()
    session.commit()
    assert counting.recount() == []
    figures = client.get("/api/v1/petitions/focal-point").json
    assert (figures["signatures"]["confirmed"], figures["by_area"], figures["by_day"]) == (0, {}, {})


def test_whoever_is_erased_leaves_no_trace_of_where_they_came_from(crowd, client, session):
    crowd.sign("a@one.example.org", NETWORK)
    crowd.work()
    crowd.confirm(client, "a@one.example.org")
    client.post(crowd.link("a@one.example.org"), data={"action": "erase"})
    row = signature(session)
    assert (row.erased, row.network, row.domain) == (True, None, None)


def test_the_narrowest_limit_applies(crowd, session):
    set_limit(session, waiting=0)
    set_limit(session, "network", NETWORK, waiting=1000)
    crowd.sign("a@one.example.org", NETWORK)
    crowd.sign("b@two.example.org", "203.0.113.0/24")
    crowd.work()
    assert held(session) == [None, "network"]


@pytest.mark.parametrize("key", ["198.51.0.0/16", "198.51.100.7", "198.51.100.0/25", "2001:db8::/32", "gmail.com", ""])
def test_a_network_that_is_not_kept_as_one_is_refused_with_a_reason(key):
    with pytest.raises(WrongKey, match="only digests are kept"):
        limits.key_of("network", key)


def test_a_domain_is_taken_as_people_write_it():
    assert limits.key_of("domain", " GoogleMail.com ") == "gmail.com"
    assert limits.key_of("domain", "*") == "*"
    for wrong in ("gmail", "a@b.example", "", "198.51.100.0/24"):
        with pytest.raises(WrongKey):
            limits.key_of("domain", wrong)


def test_nobody_can_make_everybody_false_at_once(session):
    with pytest.raises(WrongKey, match="everybody"):
        set_limit(session, "domain", "*", verdict="fraudulent")
