"""Staff pages: what administrators of a campaign and of the site see and do, and what they cannot."""

import pytest

from app.accounts import operations, queries
from app.accounts.models import StaffRole
from app.accounts.roles import EVERYWHERE, Role
from app.kernel import audit, clock
from app.kernel.db import db
from tests.accounts.support import make_account, signed_in
from tests.desk_support import make_staff
from tests.house.queries import counted


def held(staff_id: int) -> set[tuple[str, str]]:
    rows = db.session.query(StaffRole).filter_by(staff_id=staff_id).populate_existing()
    return {(row.campaign, row.role) for row in rows}


def entries(action: str) -> list[audit.Entry]:
    return db.session.query(audit.Entry).filter_by(action=action).all()


def also(someone, role: str, campaign: str):
    operations.give_role(someone.id, Role(role, campaign), None, clock.now())
    db.session.commit()
    return someone


def test_an_administrator_of_a_campaign_sees_its_roles_and_no_others(staff):
    here = also(make_staff("moderator", name="Fictional Here"), "treasurer", "another")
    make_staff("moderator", "another", name="Fictional Elsewhere")
    make_staff("administrator", EVERYWHERE, name="Fictional Everywhere")
    client = staff("administrator")
    for path in ("/en/desk/un75/staff", f"/en/desk/un75/staff/{here.id}"):
        page = client.get(path).get_data(as_text=True)
        assert "Fictional Here" in page and "Fictional Else" not in page and "Fictional Every" not in page
        assert "another" not in page


def test_an_administrator_of_the_site_sees_everybody(staff):
    make_staff("moderator", "another", name="Fictional Elsewhere")
    make_staff(None, name="Fictional Roleless")
    page = staff("administrator", EVERYWHERE).get("/en/desk/staff").get_data(as_text=True)
    assert "Fictional Elsewhere" in page and "Fictional Roleless" in page


def test_roles_are_given_and_taken_in_the_own_campaign_alone(staff):
    someone = also(make_staff("moderator"), "treasurer", "another")
    client = staff("administrator")
    base = f"/en/desk/un75/staff/{someone.id}"
    # A campaign in the form changes nothing: the page's own counts.
    client.post(f"{base}/give", data={"role": "observer", "campaign": "another"})
    client.post(f"{base}/give", data={"role": "administrator", "campaign": EVERYWHERE})
    assert held(someone.id) == {
        ("un75", "moderator"),
        ("un75", "observer"),
        ("un75", "administrator"),
        ("another", "treasurer"),
    }
    assert client.post(f"{base}/take", data={"role": "treasurer", "campaign": "another"}).status_code == 404
    assert client.post(f"{base}/take", data={"role": "moderator"}).status_code == 303
    assert held(someone.id) == {("un75", "observer"), ("un75", "administrator"), ("another", "treasurer")}


def test_somebody_who_holds_no_role_here_is_no_page_here(staff):
    someone = make_staff("moderator", "another")
    client = staff("administrator")
    assert client.get(f"/en/desk/un75/staff/{someone.id}").status_code == 404
    for what in ("give", "take", "disable", "enable", "end-sessions", "reset-factor"):
        assert client.post(f"/en/desk/un75/staff/{someone.id}/{what}", data={"role": "observer"}).status_code == 404


@pytest.mark.parametrize("what", ["disable", "enable", "end-sessions", "reset-factor"])
@pytest.mark.parametrize("elsewhere", ["another", EVERYWHERE])
def test_an_account_with_roles_elsewhere_is_not_for_the_administrator_of_one_campaign(staff, what, elsewhere):
    someone = also(make_staff("moderator"), "treasurer", elsewhere)
    client = staff("administrator")
    assert client.post(f"/en/desk/un75/staff/{someone.id}/{what}").status_code == 404
    assert f"/{what}" not in client.get(f"/en/desk/un75/staff/{someone.id}").get_data(as_text=True)
    assert queries.one(someone.id).disabled_at is None


def test_an_account_of_this_campaign_alone_can_be_disabled_and_works_again(staff, app):
    someone = make_account("translator")
    theirs = signed_in(app, someone)
    client = staff("administrator")
    client.post(f"/en/desk/un75/staff/{someone.id}/disable")
    assert "/desk/sign-in" in theirs.get("/en/desk").headers["Location"]
    client.post(f"/en/desk/un75/staff/{someone.id}/enable")
    assert signed_in(app, someone).get("/en/desk").status_code == 200


def test_the_last_administrator_of_the_site_stays(staff):
    client = staff("administrator", EVERYWHERE)
    base = f"/en/desk/staff/{client.staff_id}"
    take = {"role": "administrator", "campaign": EVERYWHERE}
    for path, data in ((f"{base}/take", take), (f"{base}/disable", {})):
        client.post(path, data=data)
        assert "last administrator" in client.get(base).get_data(as_text=True)
    assert held(client.staff_id) == {(EVERYWHERE, "administrator")}
    another = make_staff("administrator", EVERYWHERE)
    client.post(f"/en/desk/staff/{another.id}/disable")
    client.post(f"{base}/take", data=take)
    assert held(client.staff_id), "one who is disabled is none"
    client.post(f"/en/desk/staff/{another.id}/enable")
    client.post(f"{base}/take", data=take)
    assert not held(client.staff_id)
    assert client.get(base).status_code == 403


def test_what_is_done_is_written_down_by_ids_alone(staff):
    someone = make_staff("moderator", name="Fictional Zaphira")
    client = staff("administrator", EVERYWHERE)
    data = {"email": "wolmarik@staff.example.org", "language": "en", "role": "observer", "campaign": "un75"}
    assert client.post("/en/desk/staff/invite", data=data).status_code == 303
    base = f"/en/desk/staff/{someone.id}"
    for what in ("give", "take", "end-sessions", "reset-factor", "disable", "enable"):
        client.post(f"{base}/{what}", data={"role": "observer", "campaign": "un75"})
    actions = ("invite", "give-role", "take-role", "end-sessions", "reset-factor", "disable", "enable")
    for action in actions:
        (entry,) = entries(f"staff.{action}")
        assert entry.actor == client.staff_id
        said = f"{entry.subject} {entry.before} {entry.after} {entry.reason}".lower()
        assert "zaphira" not in said and "wolmarik" not in said and "@" not in said
        assert action == "invite" or entry.subject == f"staff:{someone.id}"
    assert not list(audit.verify())


@pytest.mark.parametrize("path", ["/en/desk/un75/staff/invite", "/en/desk/un75/staff/1/give", "/en/desk/staff/1/take"])
def test_roles_and_invitations_ask_for_the_factor_again(app, path):
    from tests.desk_support import signed_in as with_factor

    client = with_factor(app, "administrator", EVERYWHERE)
    operations.sessions.unprove(client.staff_id)
    db.session.commit()
    assert client.post(path).headers["Location"] == "/en/desk/me/factor"
    view = app.url_map.bind("x").match(path, method="POST")[0]
    assert app.view_functions[view].staff_fresh


def test_a_form_with_faults_comes_back_as_it_was_typed(staff):
    client = staff("administrator")
    data = {"email": "nobody", "language": "ru", "role": "translator", "further": "pt, !"}
    answer = client.post("/en/desk/un75/staff/invite", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for words in ("no complete e-mail address", "! is no code of a language", 'value="nobody"', 'value="pt, !"'):
        assert words in page
    data = {"email": "ok@staff.example.org", "language": "ru", "role": "translator"}
    assert "languages that a translator may write" in client.post("/en/desk/un75/staff/invite", data=data).get_data(
        as_text=True
    )


def test_giving_a_role_again_changes_its_languages(staff):
    someone = make_staff("translator", languages=["fr"])
    client = staff("administrator")
    data = {"role": "translator", "languages": ["ar"], "further": "pt sw"}
    client.post(f"/en/desk/un75/staff/{someone.id}/give", data=data)
    assert db.session.query(StaffRole).filter_by(staff_id=someone.id).one().languages == ["ar", "pt", "sw"]


def test_somebody_is_found_by_the_exact_address_and_it_stands_in_no_address_bar(staff):
    someone = make_staff("moderator")
    elsewhere = make_staff("moderator", "another")
    client = staff("administrator")
    answer = client.post("/en/desk/un75/staff/find", data={"address": f" {someone.email.upper()} "})
    assert answer.headers["Location"] == f"/en/desk/un75/staff/{someone.id}"
    for address in (elsewhere.email, "nobody@example.org", ""):
        answer = client.post("/en/desk/un75/staff/find", data={"address": address})
        assert answer.headers["Location"] == "/en/desk/un75/staff"


def test_the_list_is_filtered_paged_and_asks_the_same_number_of_queries(staff):
    client = staff("administrator")
    for _ in range(3):
        make_staff("moderator")
    with counted() as few:
        client.get("/en/desk/un75/staff")
    for number in range(60):
        make_staff("observer" if number % 2 else "moderator")
    with counted() as many:
        page = client.get("/en/desk/un75/staff?order=oldest").get_data(as_text=True)
    assert len(many.statements) == len(few.statements)
    assert page.count('<th scope="row">') == 50 and 'rel="next"' in page
    page = client.get("/en/desk/un75/staff?role=observer").get_data(as_text=True)
    assert page.count('<th scope="row">') == 30
    assert "Nobody fits" in client.get("/en/desk/un75/staff?state=disabled").get_data(as_text=True)
    assert client.get("/en/desk/un75/staff?at=nonsense").status_code == 404
    assert client.get("/en/desk/nowhere/staff").status_code == 403
    assert staff("administrator", EVERYWHERE).get("/en/desk/nowhere/staff").status_code == 404


def test_a_campaign_does_not_undo_what_the_site_decided(session, staff):
    someone = make_staff("moderator", name="Fictional Moderator")
    page = f"/en/desk/un75/staff/{someone.id}"
    here, above = staff("administrator"), staff("administrator", EVERYWHERE)

    def disabled() -> bool:
        session.expire_all()
        return queries.one(someone.id).disabled_at is not None

    # What one of the campaign did, one of the campaign undoes.
    here.post(f"{page}/disable")
    assert disabled() and f"{page}/enable" in here.get(page).get_data(as_text=True)
    here.post(f"{page}/enable")
    assert not disabled()
    # One of the site decides from whatever page they stand on, and over what a campaign did before.
    for url in (f"/en/desk/staff/{someone.id}", page):
        here.post(f"{page}/disable")
        above.post(f"{url}/disable")
        # Disabling once more does not bring it down to the campaign.
        here.post(f"{page}/disable")
        shown = here.get(page).get_data(as_text=True)
        assert f"{page}/enable" not in shown and "An administrator of the site disabled this account" in shown
        here.post(f"{page}/enable")
        assert disabled()
        above.post(f"{page}/enable")
        assert not disabled()


def test_what_the_command_line_disabled_is_of_the_site(session, staff):
    someone = make_staff("moderator")
    operations.disable(someone.id, None, clock.now())
    session.commit()
    staff("administrator").post(f"/en/desk/un75/staff/{someone.id}/enable")
    session.expire_all()
    assert queries.one(someone.id).disabled_at is not None
