"""Partners: a name in an address, a logo, a total in steps of ten and more, and never a list."""

import io
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.petitions import counting
from tests.kernel.test_images import chunk, png
from tests.support import PETITION, confirm_all, sign

LIST = "/en/desk/un75/partners"
PAGE = PETITION.format(lang="en")
NAME = "Fictional Friends of the Charter"


def form(**changes):
    logo = (io.BytesIO(png(30, 20)), "logo.png")
    values = {"slug": "friends", "name_en": NAME, "website": "https://friends.example.org", "logo": logo, **changes}
    return {key: value for key, value in values.items() if value is not None}


@pytest.fixture
def campaigner(staff):
    return staff("campaigner")


def add(client, **changes):
    answer = client.post(f"{LIST}/new", data=form(**changes), content_type="multipart/form-data")
    return answer


def partner_id(session) -> int:
    return session.scalar(text("SELECT id FROM petitions_partner"))


@pytest.fixture
def shown(campaigner, session):
    """A partner that is entered and shown."""
    assert add(campaigner).status_code == 303
    campaigner.post(f"{LIST}/{partner_id(session)}/shown", data={"shown": "yes"})
    return campaigner


def test_who_comes_by_a_partners_address_sees_its_logo_and_is_told_what_it_gets(shown, client):
    for path in (PAGE, "/en/un75"):
        page = client.get(f"{path}?from=friends").get_data(as_text=True)
        assert f"You came through <bdi>{NAME}</bdi>. Your signature is counted for it, too" in page
        assert "never sees who" in page and "You came here by way of" not in page
        assert "https://friends.example.org" in page
        logo = re.search(r'<img class="partner-logo" src="(/partners/[0-9a-f]{64}\.png)" width="30" height="20"', page)
        assert logo and NAME not in client.get(path).get_data(as_text=True)
        assert NAME not in client.get(f"{path}?from=Friends").get_data(as_text=True)
    picture = client.get(logo[1])
    assert picture.data == png(30, 20) and picture.mimetype == "image/png"
    assert "immutable" in picture.headers["Cache-Control"]
    assert client.get(logo[1].replace(".png", ".jpg")).status_code == 404


def test_a_form_that_comes_back_still_shows_the_partner(shown, client):
    answer = sign(client, source="friends", name="")
    assert answer.status_code == 422 and NAME in answer.get_data(as_text=True)


def test_a_partner_is_shown_only_once_somebody_says_so_and_no_longer_when_they_say_so(campaigner, client, session):
    add(campaigner)
    assert NAME not in client.get(f"{PAGE}?from=friends").get_data(as_text=True)
    for said, there in (("yes", True), ("no", False)):
        campaigner.post(f"{LIST}/{partner_id(session)}/shown", data={"shown": said})
        assert (NAME in client.get(f"{PAGE}?from=friends").get_data(as_text=True)) == there


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slug": "friends of"}, "Use at most 40 Latin letters"),
        ({"slug": "WhatsApp"}, "Links of this site use that name themselves."),
        ({"slug": ""}, "Please write the name that stands in the address."),
        ({"name_en": " "}, "Please write its name in English"),
        ({"website": "javascript:alert(1)"}, "This is no complete web address."),
        ({"website": "https://user:secret@example.org"}, "This is no complete web address."),
        ({"logo": (io.BytesIO(b"<svg onload='x'/>"), "logo.png")}, "SVG files are not taken"),
        ({"logo": (io.BytesIO(png(3, 2, chunk(b"tEXt", b"x" * 210_000))), "logo.png")}, "At most 200 kB"),
        ({"logo": (io.BytesIO(b"x" * 400_000), "logo.png")}, "At most 200 kB"),
        ({"logo": (io.BytesIO(png(2001, 1)), "logo.png")}, "At most 2000 pixels"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays_filled_in(campaigner, session, changes, words):
    answer = add(campaigner, **changes)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and words in page
    assert "name_en" in changes or f'value="{NAME}"' in page
    assert partner_id(session) is None


def test_a_name_in_the_address_is_given_once_and_stays(campaigner, session):
    add(campaigner)
    again = add(campaigner, name_en="Another Fictional One")
    assert again.status_code == 422 and "Another partner of this campaign has this name." in again.get_data(
        as_text=True
    )
    edited = form(slug="other", name_en="Renamed Fictional", logo=None, without_logo="y")
    path = f"{LIST}/{partner_id(session)}"
    assert campaigner.post(path, data=edited, content_type="multipart/form-data").status_code == 303
    kept = session.execute(text("SELECT slug, names, logo FROM petitions_partner")).one()
    assert kept.slug == "friends" and kept.names == {"en": "Renamed Fictional"} and kept.logo is None
    actions = session.scalars(text("SELECT action FROM kernel_audit ORDER BY id")).all()
    assert actions == ["partners.add", "partners.change"]


def test_a_partner_of_another_campaign_cannot_be_reached(campaigner, staff, session):
    add(campaigner)
    everywhere = staff("administrator", "*")
    assert everywhere.get(f"/en/desk/nowhere/partners/{partner_id(session)}").status_code == 404


def come(session, number: int, day: str, source: str = "friends"):
    session.execute(
        text(
            "INSERT INTO petitions_tally_entry (petition_id, area, day, confirmed, withdrawn, language, source)"
            " SELECT id, 'KEN', :day, :number, 0, 'en', :source FROM petitions_petition"
        ),
        {"number": number, "day": day, "source": source},
    )
    counting.count()
    session.commit()


def own_page(campaigner, session) -> str:
    page = campaigner.post(f"{LIST}/{partner_id(session)}/page").get_data(as_text=True)
    return re.search(r'value="http://plenary\.test(/en/partner/[\w-]{32})"', page)[1]


def test_a_partners_own_page_tells_its_total_and_moves_by_ten_at_least(shown, client, session, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 4, 12, tzinfo=UTC))
    come(session, 9, "2026-04-01")
    come(session, 800, "2026-04-01", "somebody-else")
    path = own_page(shown, session)
    assert "Fewer than 10 people have signed" in client.get(path).get_data(as_text=True)
    come(session, 1, "2026-04-20")
    come(session, 30, "2026-05-04")
    page = client.get(path)
    words = page.get_data(as_text=True)
    assert "<bdi>10</bdi> people have signed by way of you" in words and ">40<" not in words
    assert page.headers["Cache-Control"] == "no-store" and page.headers["X-Robots-Tag"] == "noindex"
    assert "800" not in words


def test_a_new_address_ends_the_old_one_and_none_can_be_guessed(shown, client, session):
    first = own_page(shown, session)
    second = own_page(shown, session)
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200
    assert client.get("/en/partner/friends").status_code == 404


def test_the_desks_list_tells_no_total_under_ten(shown, session):
    come(session, 9, "2026-04-01")
    assert "fewer than 10" in shown.get(LIST).get_data(as_text=True)
    come(session, 3, "2026-04-02")
    assert "<bdi>12</bdi>" in shown.get(LIST).get_data(as_text=True)


def test_a_signer_who_is_erased_or_withdraws_moves_no_partners_total(app, shown, client, session, mailbox):
    for number in range(2):
        sign(client, source="friends", email=f"p{number}@example.org")
    confirm_all(app, client)
    counting.count()
    client.post(mailbox()[0].link, data={"action": "erase"})
    client.post(mailbox()[1].link, data={"action": "withdraw"})
    counting.count()
    assert session.scalar(text("SELECT sum(confirmed) FROM petitions_part_total WHERE part = 'friends'")) == 2


def test_no_page_of_a_partner_names_anybody(app, shown, client, session):
    sign(client, source="friends", shown="name", name="Ama Serwaa Mensah")
    confirm_all(app, client)
    counting.count()
    session.commit()
    for page in (client.get(own_page(shown, session)), shown.get(LIST)):
        assert "Mensah" not in page.get_data(as_text=True)


def test_the_list_asks_one_question_however_many_partners_there_are(shown, session):
    from tests.house.queries import counted

    shown.get(LIST)
    with counted() as few:
        shown.get(LIST)
    session.execute(
        text(
            "INSERT INTO petitions_partner (campaign_id, slug, names, active, created_at)"
            " SELECT campaign_id, 'p' || n, jsonb_build_object('en', 'Fictional ' || n), true, now()"
            " FROM petitions_partner, generate_series(1, 30) AS n"
        )
    )
    session.commit()
    with counted() as many:
        shown.get(LIST)
    assert len(few.statements) == len(many.statements)
