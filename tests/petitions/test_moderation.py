"""What a person calls false counts no more, whatever is pressed; what they restore counts again; to the last tally."""

import pytest

from app.kernel import clock
from app.petitions import counting, limits, moderation
from app.petitions.models import Signature
from app.petitions.total_models import AreaTotal, PetitionTotal
from tests.support import PETITION

API = "/api/v1/petitions/focal-point"
NETWORK = "198.51.100.0/24"
FORGED = "forged.example.org"


@pytest.fixture
def signed(crowd, client, session):
    """Twelve from Ghana who have confirmed, six of them from one network and domain; the ids of these six."""
    for number in range(12):
        forged = number < 6
        crowd.sign(f"p{number}@{FORGED if forged else f'd{number}.example.org'}", NETWORK if forged else None)
    crowd.work()
    for address in list(crowd.letters):
        crowd.confirm(client, address)
    count(session)
    return moderation.found("domain", FORGED, false=False)


def count(session) -> None:
    counting.count()
    session.commit()
    assert counting.recount() == []


def stands(client) -> int:
    return client.get(API).json["signatures"]["confirmed"]


def test_what_is_called_false_counts_no_more_and_restored_it_counts_again(crowd, client, session, signed):
    assert len(signed) == 6
    assert stands(client) == 12
    assert moderation.call_false(signed, "made by a program", crowd.now) == 6
    assert moderation.call_false(signed, "once more", crowd.now) == 0
    count(session)
    assert stands(client) == 6
    assert moderation.restore(signed[:2], crowd.now) == 2
    assert moderation.restore(signed[:2], crowd.now) == 0
    count(session)
    assert stands(client) == 8


def test_no_figure_of_an_area_falls_or_grows_twice_by_a_verdict(crowd, client, session, signed):
    before = session.query(AreaTotal).one().confirmed
    for _ in range(3):
        moderation.call_false(signed, "made by a program", crowd.now)
        count(session)
        moderation.restore(signed, crowd.now)
        count(session)
    assert session.query(AreaTotal).one().confirmed == before == 12
    total = session.query(PetitionTotal).one()
    assert (total.confirmed, total.withdrawn) == (12, 0)


def test_a_verdict_before_the_button_is_pressed_wins_and_restored_it_is_new(crowd, client, session):
    crowd.sign("a@one.example.org", NETWORK)
    crowd.work()
    row = session.query(Signature).one()
    moderation.call_false(row.id, "made by a program", crowd.now)
    session.commit()
    assert crowd.confirm(client, "a@one.example.org").status_code == 303
    count(session)
    row = session.query(Signature).one()
    assert (row.state, row.confirmed_at is not None, stands(client)) == ("fraudulent", True, 0)
    moderation.restore(row.id, crowd.now)
    count(session)
    assert stands(client) == 1
    assert session.query(AreaTotal).one().confirmed == 1


def test_held_and_called_false_it_stays_false(crowd, client, session):
    for number in range(26):
        crowd.sign(f"a{number}@d{number}.example.org", NETWORK)
    crowd.work()
    ids = moderation.found("network", NETWORK, false=False)
    assert {row.held for row in session.query(Signature)} == {"network"}
    moderation.call_false(ids[0], "made by a program", crowd.now)
    session.commit()
    for address in crowd.letters:
        crowd.confirm(client, address)
    count(session)
    assert stands(client) == 25


def test_whoever_was_called_false_and_withdraws_and_comes_back_raises_no_figure_twice(crowd, client, session, signed):
    moderation.call_false(signed[0], "made by a program", crowd.now)
    session.commit()
    assert client.post(crowd.link(f"p0@{FORGED}"), data={"action": "withdraw"}).status_code == 303
    count(session)
    assert stands(client) == 11
    crowd.sign(f"p0@{FORGED}", NETWORK)
    crowd.work()
    crowd.confirm(client, f"p0@{FORGED}")
    count(session)
    assert stands(client) == 12
    assert session.query(AreaTotal).one().confirmed == 12


def test_a_false_one_that_was_never_counted_leaves_no_trace_in_the_tallies(crowd, client, session):
    crowd.sign("a@one.example.org", None)
    crowd.work()
    moderation.call_false(session.query(Signature).one().id, "made by a program", crowd.now)
    session.commit()
    crowd.confirm(client, "a@one.example.org")
    client.post(crowd.link("a@one.example.org"), data={"action": "withdraw"})
    crowd.sign("a@one.example.org", None)
    crowd.work()
    crowd.confirm(client, "a@one.example.org")
    count(session)
    total = session.query(PetitionTotal).one()
    assert (total.confirmed, total.withdrawn) == (1, 0)


def test_the_erased_can_be_called_false_and_restored(crowd, client, session, signed):
    client.post(crowd.link(f"p0@{FORGED}"), data={"action": "erase"})
    moderation.call_false(signed, "made by a program", crowd.now)
    count(session)
    assert stands(client) == 6
    moderation.restore(signed, crowd.now)
    count(session)
    assert stands(client) == 12
    assert session.query(AreaTotal).one().confirmed == 12


def test_the_false_vanish_from_the_public_list_and_the_page_and_their_own_page_says_what_it_said(
    crowd, client, session, signed
):
    link = crowd.link(f"p0@{FORGED}")
    client.post(link, data={"action": "show", "shown": "name"})
    own = client.get(link).get_data(as_text=True)
    public = PETITION.format(lang="en")
    assert "Ama Mensah" in client.get(f"{public}/signatories").get_data(as_text=True)
    moderation.call_false(signed, "made by a program", crowd.now)
    session.commit()
    assert client.get(link).get_data(as_text=True) == own
    for path in (f"{public}/signatories", public):
        page = client.get(path).get_data(as_text=True)
        assert "Ama Mensah" not in page
        assert "made by a program" not in page


def test_a_verdict_needs_a_reason(session):
    with pytest.raises(ValueError, match="reason"):
        moderation.call_false(1, "  ", clock.now())


@pytest.fixture
def flask(app):
    """Runs `flask petitions …` with what is typed; what it said."""

    def run(*arguments, typed=""):
        answer = app.test_cli_runner().invoke(args=["petitions", *arguments], input=typed)
        return answer.exit_code, answer.output

    return run


def test_the_operator_calls_false_and_restores_after_seeing_how_many(flask, crowd, client, session, signed):
    domain = ("--domain", FORGED.upper())
    assert flask("false", *domain, "--reason", "x", "--dry-run") == (0, "6 signatures will be called false.\n")
    assert "Go on?" in flask("false", *domain, "--reason", "x", typed="n\n")[1]
    count(session)
    assert stands(client) == 12
    assert "6 called false" in flask("false", *domain, "--reason", "made by a program", typed="y\n")[1]
    count(session)
    assert stands(client) == 6
    assert flask("false", *domain, "--reason", "x") == (0, "0 signatures will be called false.\n")
    assert "1 restored" in flask("restore", "--id", str(signed[0]), typed="y\n")[1]
    assert "5 restored" in flask("restore", "--network", NETWORK, typed="y\n")[1]
    count(session)
    assert stands(client) == 12


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "by one of"),
        (["--domain", "a.example", "--id", "1"], "by one of"),
        (["--network", "198.51.0.0/16"], "only digests are kept"),
        (["--domain", "*"], "too many"),
        (["--domain", "none"], "no mail domain"),
    ],
)
def test_the_operator_is_told_what_cannot_be_chosen(flask, arguments, words):
    for command in (["false", "--reason", "x"], ["restore"]):
        code, said = flask(*command, *arguments)
        assert code != 0
        assert words in said


def test_the_operator_sees_what_is_held_without_personal_data(flask, crowd, session):
    for number in range(26):
        crowd.sign(f"a{number}@d{number}.example.org", NETWORK)
    crowd.sign("trap@t.example.org", None, trapped=True)
    crowd.work()
    digest = limits.digests("network", NETWORK)[0][1:5].hex()
    code, said = flask("held", "list")
    assert code == 0
    assert said.splitlines()[0] == f"network {digest}: 26 held, 26 of them have their mail"
    assert "trap -: 1 held" in said
    assert "27 held in all" in said
    assert "example.org" not in said
    assert "198.51" not in said


def test_the_operator_edits_limits(flask, session):
    assert "network *: within 3600 s 25 may wait, and 2 more for each confirmed" in flask("limits", "list")[1]
    assert "gmail.com" in flask("limits", "list")[1]
    assert flask("limits", "set", "domain", "Forged.example.org", "--verdict", "fraudulent")[0] == 0
    assert "domain forged.example.org: within 3600 s 30 may wait" in flask("limits", "list")[1]
    assert flask("limits", "set", "network", NETWORK, "--waiting", "500", "--per-confirmed", "0.5")[0] == 0
    assert f"network {NETWORK}: within 3600 s 500 may wait, and 0.5 more" in flask("limits", "list")[1]
    assert flask("limits", "remove", "network", NETWORK)[0] == 0
    assert flask("limits", "remove", "network", NETWORK)[0] != 0
    assert "only digests are kept" in flask("limits", "set", "network", "10.0.0.0/8", "--waiting", "1")[1]
    assert "can only hold" in flask("limits", "set", "domain", "*", "--verdict", "fraudulent")[1]
    assert flask("limits", "remove", "network", "*")[0] == 0
    assert "give every number" in flask("limits", "set", "network", NETWORK, "--waiting", "1")[1]
