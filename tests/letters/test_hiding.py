"""Nobody finds a hidden signatory: not by pages, files and the API, not by comparing days, not in the database."""

import base64
import random
import re

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.letters import mandating, operations
from app.letters.list_models import Figures, Line
from app.letters.models import Signatory
from app.letters.record import opened
from app.letters.rules import in_tens
from app.people.org_models import Organisation
from tests.letters.support import LETTER, close_day, confirmed, letter, organisation
from tests.people.org_support import organisation as known

HIDDEN = ("counted", "area")
NAMES = ("Quillobrand Fictional Union", "quillobrand-fictional.org", "Zaphira Quillobrand", "zaphira")
RANDOM = re.compile(r"[0-9a-f]{32,}|(?<=list: )[0-9a-f]+")
PAGES = (
    "/en/un75",
    LETTER.format(lang="en"),
    LETTER.format(lang="ar"),
    LETTER.format(lang="en") + "/signatories",
    LETTER.format(lang="en") + "/signatories?q=quillobrand",
    LETTER.format(lang="en") + "/signatories?country=BTN",
    LETTER.format(lang="en") + "/signatories?region=142",
    LETTER.format(lang="en") + "/signatories?ecosoc=general",
    LETTER.format(lang="en") + "/verify",
    "/api/v1/letters/focal-point",
    "/api/v1/letters/focal-point/list.txt",
    "/api/v1/campaigns/un75",
    "/sitemap.xml",
)


def everything(app, client) -> list[str]:
    """What anybody can read, without what is random in it."""
    app.wsgi_app.clear()
    return [RANDOM.sub("…", client.get(page).get_data(as_text=True)) for page in PAGES]


def the_hidden(app, client, visibility: str = "counted", **changes) -> str:
    values = {"name": NAMES[0], "email": f"zaphira@{NAMES[1]}", "website": f"https://{NAMES[1]}", "person": NAMES[2]}
    values |= {"country": "BTN", "ecosoc": "general", "visibility": visibility}
    return confirmed(app, client, **values | changes)


def others(app, client, number: int) -> list[str]:
    return [confirmed(app, client, **organisation(n, country="IND" if n % 2 else "CPV")) for n in range(number)]


@pytest.mark.parametrize("visibility", HIDDEN)
def test_with_a_hidden_signatory_and_without_everything_public_is_the_same(app, client, session, visibility):
    others(app, client, 4)
    close_day(session)
    without = everything(app, client)
    path = the_hidden(app, client, visibility)
    assert everything(app, client) == without
    session.execute(text("DELETE FROM letters_figures"))
    close_day(session)
    after = everything(app, client)
    without_day = [re.sub(r'"not_named_as_of": ?"[^"]*"', "", page) for page in without]
    assert [re.sub(r'"not_named_as_of": ?"[^"]*"', "", page) for page in after] == without_day
    client.post(path, data={"action": "withdraw"})
    assert [re.sub(r'"not_named_as_of": ?"[^"]*"', "", page) for page in everything(app, client)] == without_day


def test_hiding_and_withdrawing_look_alike_to_everybody_outside(app, client, session):
    others(app, client, 3)
    path = the_hidden(app, client, "public")
    close_day(session)
    client.post(path, data={"action": "show", "visibility": "counted"})
    hidden = everything(app, client)
    client.post(path, data={"action": "withdraw"})
    assert everything(app, client) == hidden


def test_not_even_many_who_hide_at_once_move_a_figure_before_the_handover(app, client, session):
    for path in others(app, client, 12):
        client.post(path, data={"action": "show", "visibility": "area"})
    close_day(session)
    told = session.get(Figures, letter(session).id).told
    assert told == {"at_least": {"organisation": 0, "individual": 0}, "areas": {}, "regions": {}}
    operations.hand_over(letter(session), clock.now())
    session.execute(text("DELETE FROM letters_figures"))
    close_day(session)
    assert session.get(Figures, letter(session).id).told["at_least"]["organisation"] == 10


def test_no_sequence_of_choices_shows_a_name_that_is_hidden_or_a_small_number(app, client, session):
    """Twelve signatories change their minds sixty times; after each change, what is public is what they chose."""
    chance = random.Random(7)
    paths = [*others(app, client, 11), the_hidden(app, client, "public")]
    names = [f"Fictional League {n}" for n in range(11)] + [NAMES[0]]
    chosen = dict.fromkeys(range(12), "public")
    for turn in range(60):
        who = chance.randrange(12)
        chosen[who] = chance.choice(("public", "area", "counted"))
        client.post(paths[who], data={"action": "show", "visibility": chosen[who]})
        if turn % 12 == 5:
            session.execute(text("UPDATE letters_figures SET day = day - 1"))
            close_day(session)
        api = client.get("/api/v1/letters/focal-point").json
        shown = {names[n] for n, how in chosen.items() if how == "public"}
        assert {row["name"] for row in api["signatories"]} == shown
        assert api["counts"]["organisations"]["named"] == len(shown)
        told = api["counts"]
        numbers = [told["organisations"]["not_named_at_least"], *told["not_named_by_area"].values()]
        assert all(number % 10 == 0 for number in [*numbers, *told["not_named_by_region"].values()])
        lines = client.get("/api/v1/letters/focal-point/list.txt").get_data(as_text=True)
        assert {line.split("\t")[1] for line in lines.splitlines()} == shown


def test_the_figures_of_a_day_count_in_tens_and_no_country_stands_alone_below(app, client, session):
    for number in range(23):
        place = {"country": "BTN" if number < 3 else "IND"}
        confirmed(app, client, **organisation(number, visibility="area", **place))
    close_day(session)
    told = session.get(Figures, letter(session).id).told
    assert told["at_least"]["organisation"] == 20
    assert "BTN" not in told["areas"]
    assert told["regions"] == {"142": 20}
    assert [in_tens(number) for number in (0, 9, 10, 19, 214)] == [0, 0, 10, 10, 210]


def test_a_name_that_is_to_wait_for_the_handover_comes_with_it(app, client, session, staff):
    the_hidden(app, client, "public", delayed="y")
    assert session.query(Line).count() == 0
    desk = staff("campaigner")
    values = {"deliver-addressee": "Permanent Mission of Kenya", "deliver-state": "KEN", "deliver-day": "2026-11-28"}
    values |= {"deliver-how": "hand", "deliver-receipt": ""}
    assert desk.post("/en/desk/un75/letters/focal-point/deliveries", data=values).status_code == 303
    assert session.query(Line).count() == 0
    values["deliver-handover"] = "y"
    assert desk.post("/en/desk/un75/letters/focal-point/deliveries", data=values).status_code == 303
    assert NAMES[0] in client.get(LETTER.format(lang="en") + "/signatories").get_data(as_text=True)


def dump(session) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    tables = session.scalars(
        text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
    )
    return {table: list(session.scalars(text(f'SELECT t::text FROM "{table}" AS t'))) for table in tables.all()}


def traces() -> set[str]:
    found = set()
    for name in NAMES:
        raw = name.encode()
        found |= {name.casefold(), raw.hex(), base64.b64encode(raw).decode()[:-4].casefold()}
    return found


@pytest.mark.parametrize("visibility", HIDDEN)
def test_nothing_in_the_database_names_a_hidden_signatory(app, client, session, visibility):
    others(app, client, 2)
    path = the_hidden(app, client, "public")
    client.post(path, data={"action": "show", "visibility": visibility})
    close_day(session)
    for table, rows in dump(session).items():
        for row in rows:
            assert not [trace for trace in traces() if trace in row.casefold()], table


def test_no_column_in_the_database_joins_a_hidden_signatory_with_anything_but_its_links_and_mails(
    app, client, session, staff
):
    organisation_id = known("Quillobrand Fictional Union", country="BTN")
    the_hidden(app, client, "counted", email="zaphira@gmail.com")
    waiting = session.query(Signatory).filter_by(state="waiting").one()
    before = waiting.id
    assert mandating.accept(before, mandating.LOOKED, actor=1, now=clock.now())
    session.commit()
    signatory = session.query(Signatory).filter_by(state="counted").one()
    assert signatory.id != before
    assert opened(signatory.sealed).how == "campaigner"
    assert session.get(Organisation, organisation_id).name == "Quillobrand Fictional Union"
    digest = signatory.email_digest.hex()
    for table, rows in dump(session).items():
        if table in ("letters_signatory", "letters_link", "letters_mail"):
            continue
        for row in rows:
            assert str(signatory.id) not in row, table
            assert digest not in row, table
    audit = " ".join(dump(session)["kernel_audit"])
    assert "letters.accept,letter:focal-point" in audit, "the decision was logged, without a number"
    assert str(before) not in audit and not session.get(Signatory, before)


def test_the_signatory_row_says_in_plain_what_docs_privacy_says_and_no_more(session):
    columns = set(
        session.scalars(
            text("SELECT column_name FROM information_schema.columns WHERE table_name = 'letters_signatory'")
        )
    )
    assert columns == {
        *("id", "letter_id", "roll", "state", "visibility", "delayed", "version", "email_digest", "sealed", "since"),
        "doubts",
    }
