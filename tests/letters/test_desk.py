"""The desk makes a letter: begun, frozen, opened, settled."""

from app.letters.models import Letter, LetterText
from tests.letters.support import LETTER, letter, said

DESK = "/en/desk/un75/letters"


def test_a_letter_is_begun_frozen_and_open_for_signature(app, client, session, staff):
    desk = staff("campaigner")
    values = {"slug": "fictional-water", "title": "A fictional letter", "addressees": "To nobody real"}
    answer = desk.post("/en/desk/un75/texts/new/letters", data={**values, "text": "We ask for fictional water."})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "a draft" in said(desk.get(DESK))
    assert client.get("/en/un75/letters/fictional-water").status_code == 404
    page = said(desk.get(f"{DESK}/fictional-water"))
    assert "nobody can sign it yet" in page
    done = desk.post(f"{DESK}/fictional-water/freeze", data={})
    assert done.status_code == 303, said(done)
    assert "Version 1 is frozen" in said(desk.get(done.headers["Location"]))
    app.wsgi_app.clear()
    public = said(client.get("/en/un75/letters/fictional-water"))
    assert "We ask for fictional water." in public
    again = desk.post(f"{DESK}/fictional-water/freeze", data={"freeze-kind": "editorial"})
    assert again.status_code == 422
    assert "nothing to freeze" in said(again)
    assert (
        session.query(LetterText)
        .join(Letter, Letter.id == LetterText.letter_id)
        .filter(Letter.slug == "fictional-water")
        .count()
        == 1
    )


def test_a_new_version_says_what_it_changes(session, staff):
    desk = staff("campaigner")
    answer = desk.post(f"{DESK}/focal-point/freeze", data={})
    assert answer.status_code == 422
    assert "Please say what has changed" in said(answer)


def test_what_is_settled_holds_at_once_and_a_wrong_end_is_refused(app, client, session, staff):
    desk = staff("campaigner")
    values = {"settle-negotiated": "fr", "settle-addressees": "ken nor", "settle-individuals": "y"}
    values |= {"settle-closes": "2027-03-28T02:30", "settle-zone": "Europe/Paris", "settle-milestones": "50 100"}
    wrong = desk.post(f"{DESK}/focal-point/settings", data=values)
    assert wrong.status_code == 422
    values["settle-zone"] = "Etc/UTC"
    assert desk.post(f"{DESK}/focal-point/settings", data=values).status_code == 303
    it = letter(session)
    assert (it.negotiated, it.addressees, it.individuals, it.milestones) == ("en", ["KEN", "NOR"], True, [50, 100])
    app.wsgi_app.clear()
    assert "Sign as a person" in said(client.get(LETTER.format(lang="en")))
    wrong = desk.post(f"{DESK}/focal-point/settings", data={**values, "settle-addressees": "nowhere"})
    assert "Write missions" in said(wrong)


def test_who_may_only_see_finds_no_form(staff):
    page = staff("observer").get(f"{DESK}/focal-point").get_data(as_text=True)
    assert "/freeze" not in page
    assert staff("observer").post(f"{DESK}/focal-point/freeze", data={}).status_code == 403
