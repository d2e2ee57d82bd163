"""`flask staff`, and the first administrator's link as the release step prints it."""

import re

import pytest

from app.accounts import queries, roles
from app.accounts.models import Invitation
from app.site import cli as site_cli
from tests.accounts.support import make_account, sign_in, signed_in
from tests.desk_support import StaffClient, make_staff

NEW = "new.colleague@staff.example.org"
LINK = re.compile(r"http://plenary\.test(/\w\w/desk/invitation/[\w-]+)")


@pytest.fixture
def run(app, session):
    """Runs a command; its output. `code` is how it is expected to end."""

    def command(*words: str, code: int = 0) -> str:
        result = app.test_cli_runner().invoke(args=["staff", *words])
        assert result.exit_code == code, result.output
        session.expire_all()
        return result.output

    return command


def test_invite_sends_a_mail_and_says_nothing_secret(run, work, mailbox):
    said = run("invite", NEW, "--role", "translator", "--campaign", "un75", "--languages", "fr,ar", "--language", "fr")
    assert "mail" in said and "invitation/" not in said
    assert work() == ["accounts:invite"]
    assert mailbox()[0].to == NEW and mailbox()[0].language == "fr"
    (made,) = [one for one in queries.open_invitations("un75", queries_now()) if one.email == NEW]
    assert (made.role, made.languages) == ("translator", ["fr", "ar"])


def queries_now():
    from app.kernel import clock

    return clock.now()


def test_invite_can_print_the_link_where_there_is_no_mail(run, app, work):
    said = run("invite", NEW, "--role", "administrator", "--campaign", "*", "--link")
    assert not work()
    assert StaffClient(app).get(LINK.search(said)[1]).status_code == 200


@pytest.mark.parametrize(
    "words",
    [
        ("nobody", "--role", "observer", "--campaign", "un75"),
        (NEW, "--role", "observer", "--campaign", "nowhere"),
        (NEW, "--role", "translator", "--campaign", "un75"),
        (NEW, "--role", "translator", "--campaign", "un75", "--languages", "fr,!"),
        (NEW, "--role", "coordinator", "--campaign", "un75", "--networks", "x"),
        (NEW, "--role", "coordinator", "--campaign", "un75"),
        (NEW, "--role", "coordinator", "--campaign", "un75", "--networks", "999"),
    ],
)
def test_invite_refuses_in_one_line(run, words):
    assert run("invite", *words, code=1).count("\n") == 1


def test_list_names_everybody_and_who_is_invited(run):
    someone = make_staff("moderator", name="Fictional Zaphira")
    run("invite", NEW, "--role", "observer", "--campaign", "un75")
    said = run("list")
    assert f"{someone.id}: Fictional Zaphira <{someone.email}>: moderator in un75\n" in said
    assert f"invited: {NEW}: observer in un75" in said


def test_disable_shuts_out_at_once_and_enable_lets_in(run, app):
    someone = make_account("translator")
    client = signed_in(app, someone)
    run("disable", someone.email)
    assert "/desk/sign-in" in client.get("/en/desk").headers["Location"]
    assert sign_in(app, someone)[1].status_code == 422
    run("enable", someone.email)
    assert sign_in(app, someone)[1].status_code == 303
    assert "Nobody here" in run("disable", "nobody@example.org", code=1)


def test_disable_refuses_the_last_administrator(run):
    someone = make_staff("administrator", "*")
    assert "last administrator" in run("disable", someone.email, code=1)


def test_reset_factor_sends_a_link(run, app, work, mailbox):
    someone = make_account("moderator", totp=True)
    client = signed_in(app, someone)
    run("reset-factor", someone.email)
    assert "/desk/sign-in" in client.get("/en/desk").headers["Location"]
    work()
    assert StaffClient(app).get(LINK.search(mailbox()[0].text)[1]).status_code == 200


def test_roles_prints_the_table(run):
    assert run("roles") == roles.table()


def test_first_prints_a_fresh_link_until_somebody_works_here(run, app):
    one, two = (LINK.search(run("first"))[1] for _ in range(2))
    assert StaffClient(app).get(one).status_code == 404
    assert StaffClient(app).get(two).status_code == 200
    make_staff("observer")
    assert "works here already" in run("first", code=1)


def test_the_release_step_prints_the_link_each_time_and_never_again_once_somebody_works_here(app, session, capsys):
    site_cli._first_administrator()
    path = LINK.search(capsys.readouterr().out)[1]
    assert StaffClient(app).get(path).status_code == 200
    site_cli._first_administrator()
    assert LINK.search(capsys.readouterr().out)[1] != path
    make_staff("administrator", "*")
    site_cli._first_administrator()
    assert capsys.readouterr().out == ""


def test_in_production_the_link_goes_to_a_terminal_and_into_no_file(app, session, capsys, monkeypatch):
    monkeypatch.setitem(app.config, "MODE", "production")
    before = session.query(Invitation).count()
    site_cli._first_administrator()
    said = capsys.readouterr().out
    assert "flask staff first" in said and "invitation/" not in said
    assert session.query(Invitation).count() == before
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    site_cli._first_administrator()
    assert LINK.search(capsys.readouterr().out)
