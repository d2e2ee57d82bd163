"""To whom a letter was given is written down, told, and may lead to evidence; its handover shows who waited for it."""

from app.kernel import audit, clock
from app.letters.models import Delivery
from tests.letters.support import LETTER, confirmed, letter, organisation, said

PAGE = "/en/desk/un75/letters/focal-point/handover"
DELIVERIES = "/en/desk/un75/letters/focal-point/deliveries"


def values(**changes) -> dict[str, str]:
    """What the form sends."""
    said = {"addressee": "Permanent Mission of Kenya", "state": "ken", "how": "note", "day": clock.today().isoformat()}
    return {f"deliver-{name}": value for name, value in {**said, **changes}.items()}


def test_a_delivery_stands_on_the_letters_page_and_in_the_log(app, client, session, staff):
    desk = staff("campaigner")
    assert desk.post(DELIVERIES, data=values(day="")).status_code == 422
    later = desk.post(DELIVERIES, data=values(day="2999-01-01"))
    assert later.status_code == 422 and "has not come yet" in said(later) and "Permanent Mission" in later.text
    assert desk.post(DELIVERIES, data=values(receipt="stamped")).status_code == 303
    assert session.query(Delivery).one().state == "KEN"
    app.wsgi_app.clear()
    page = said(client.get(LETTER.format(lang="en")))
    assert "Permanent Mission of Kenya" in page and "With a note" in page and "stamped" in page
    assert session.query(audit.Entry).filter_by(action="letters.deliver").count() == 1


def test_only_the_delivery_that_is_the_handover_shows_who_waited_for_it(app, client, session, staff):
    confirmed(app, client, **organisation(1, delayed="y"))
    confirmed(app, client, **organisation(2, delayed="y", visibility="counted"))
    desk, public = staff("campaigner"), LETTER.format(lang="en") + "/signatories"
    assert desk.post(DELIVERIES, data=values()).status_code == 303
    app.wsgi_app.clear()
    assert "Fictional League" not in said(client.get(public))
    assert letter(session).handed_over_on is None
    assert desk.post(DELIVERIES, data=values(handover="y")).status_code == 303
    app.wsgi_app.clear()
    page = said(client.get(public))
    assert "Fictional League 1" in page and "Fictional League 2" not in page
    assert "The handover was on" in said(desk.get(PAGE))


def test_a_reply_is_entered_as_evidence_by_who_may(staff):
    desk = staff("campaigner")
    desk.post(DELIVERIES, data=values())
    page = desk.get(PAGE)
    (link,) = [one for one in page.text.split('"') if "/evidence/new?" in one]
    form = desk.get(link.replace("&amp;", "&")).text
    for chosen in ('value="state:KEN"', 'value="focal-point"'):
        assert f"selected {chosen}" in form or f"{chosen} selected" in form.replace(f"selected {chosen}", "")
    assert clock.today().isoformat() in form


def test_what_was_written_down_by_mistake_is_taken_out(app, client, session, staff):
    desk = staff("campaigner")
    desk.post(DELIVERIES, data=values())
    number = session.query(Delivery).one().id
    assert staff("observer").post(f"{DELIVERIES}/{number}/remove").status_code == 403
    assert desk.post(f"/en/desk/un75/letters/nowhere/deliveries/{number}/remove").status_code == 404
    assert desk.post(f"{DELIVERIES}/{number}/remove").status_code == 303
    app.wsgi_app.clear()
    assert "Permanent Mission of Kenya" not in said(client.get(LETTER.format(lang="en")))
    assert session.query(audit.Entry).filter_by(action="letters.remove-delivery").count() == 1
