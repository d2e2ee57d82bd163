"""Lists of contacts: other programs' exports, people whose organisation is not named, consent with its proof, and what
no list can undo."""

import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.kernel import clock
from app.letters.list_models import Line
from app.people.import_models import Import, ImportPart, ImportRow
from app.people.importing import files, reading
from app.people.importing.columns import guessed, product_of
from app.people.importing.values import parsed
from app.people.models import Consent, Person, Suppression
from app.people.operations import email_digests, suppress, suppress_person
from app.people.org_models import Organisation, Position
from app.people.positions import Agreement, record_agreement, remove
from tests.letters.desk_support import letter, listed
from tests.people.org_support import network, organisation, person
from tests.people.test_importing import IMPORTS, fates, names, uploaded

# The headers as these programs write them.
LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at"
MAILCHIMP = (
    "Email Address,First Name,Last Name,Organisation,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,"
    "LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
ACTION = "uuid,first_name,last_name,email,zip_code,can2_user_city,can2_user_tags,can2_subscription_status,Organization"
MAILCHIMP_CLEANED = "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,CLEAN_TIME"
GOOGLE_OLD = "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name"
GOOGLE = (
    "First Name,Middle Name,Last Name,Organization Name,Organization Title,Labels,E-mail 1 - Label,E-mail 1 - Value"
)


@pytest.mark.parametrize(
    ("header", "product", "columns"),
    [
        (LISTMONK, "listmonk", {"address": 1, "person": 2, "attributes": 3, "status": 4, "agreed_on": 5}),
        (MAILCHIMP, "mailchimp", {"address": 0, "first_name": 1, "last_name": 2, "name": 3, "agreed_on": 7}),
        (ACTION, "action-network", {"first_name": 1, "last_name": 2, "address": 3, "status": 7, "name": 8}),
        (GOOGLE_OLD, "google", {"first_name": 1, "last_name": 2, "status": 3, "address": 5, "name": 6}),
        (GOOGLE, "google", {"first_name": 0, "last_name": 2, "name": 3, "title": 4, "status": 5, "address": 7}),
        ("Name,Email,Country", None, {"name": 0, "address": 1, "country": 2}),
        ("Organisation,Name,Email", None, {"name": 0, "person": 1, "address": 2}),
        ("Nom,Organisation,Courriel", None, {"person": 0, "name": 1, "address": 2}),
        ("Name,Contact person,Organization,Email", None, {"person": 1, "name": 2, "address": 3}),
        ("الاسم,المنظمة,Email", None, {"person": 0, "name": 1, "address": 2}),
        (MAILCHIMP_CLEANED, "mailchimp", {"address": 0, "first_name": 1, "bounced_on": 4}),
    ],
)
def test_exports_of_other_programs_are_known_by_their_headers(header, product, columns):
    cells = header.split(",")
    assert product_of(cells) == product
    assert {column: place for place, column in enumerate(guessed(cells)) if column} == columns


def test_a_line_of_an_export_is_understood():
    attributes = json.dumps({"organisation": "Fictional Wells", "country": "Kenya", "language": "fr", "city": "x"})
    row = parsed(
        guessed(LISTMONK.split(",")),
        ("u", "ama@wells.example", "Fictional Ama", attributes, "enabled", "2024-05-06 07:08:09.1 +0000 UTC"),
        "en",
    )
    assert (row.organisation.name, row.organisation.country, row.person.language) == ("Fictional Wells", "KEN", "fr")
    assert (row.person.name, row.agreed_on, row.left, row.problems) == ("Fictional Ama", "2024-05-06", False, ())
    assert type(row).of(row.plain()) == row
    for status, why in (
        ("blocklisted", "unsubscribed"),
        ("Unsubscribed", "unsubscribed"),
        ("spam complaint", "complained"),
        ("Cleaned", "bounced"),
        ("bouncing", "bounced"),
        ("* myContacts ::: Unsubscribed ::: Bounced", "bounced"),
        ("unconfirmed", None),
    ):
        said = parsed(["address", "status"], ("ama@wells.example", status), "en")
        assert said.left and said.silent == why and said.of(said.plain()) == said
    assert parsed(["address", "bounced_on"], ("ama@wells.example", "2024-01-02"), "en").silent == "bounced"
    assert not parsed(["address", "status"], ("ama@wells.example", "* myContacts ::: Board"), "en").left
    several = parsed(["address", "name"], ("a@wells.example ::: b@wells.example", "Fictional Wells"), "en")
    assert several.person.address == "a@wells.example" and not several.problems
    assert parsed(["address", "agreed_on"], ("a@wells.example", "9999-01-01"), "en").agreed_on is None


@pytest.mark.parametrize(
    "word", ["subscribed", "Active", "Opted-in", "TRUE", "Abonnée", "подписан", "已订阅", "نعم", ""]
)
def test_a_status_that_says_yes_is_consent(word):
    said = parsed(["address", "status"], ("ama@wells.example", word), "en")
    assert (said.left, said.silent, said.unsure) == (False, None, False)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("Opted-Out", "unsubscribed"),
        ("unsubscribed (by admin)", "unsubscribed"),
        ("do_not_contact", "unsubscribed"),
        ("Désabonnée", "unsubscribed"),
        ("отписался", "unsubscribed"),
        ("已退订", "unsubscribed"),
        ("Hard-Bounced", "bounced"),
        ("SPAM/ABUSE", "complained"),
        ("subscribed, bounced", "bounced"),
        ("FALSE", None),
    ],
)
def test_a_status_that_says_no_is_never_consent(word, why):
    said = parsed(["address", "status"], ("ama@wells.example", word), "en")
    assert said.left and said.silent == why


@pytest.mark.parametrize("word", ["inactive", "deleted", "42", "subscribed; inactive", "soft bounced", "spammer?"])
def test_a_status_that_nobody_understands_proves_nothing(word):
    said = parsed(["address", "status"], ("ama@wells.example", word), "en")
    assert not said.left and said.unsure and said.of(said.plain()) == said


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("45418", "2024-05-06"),
        ("45418.5", "2024-05-06"),
        ("6.5.2024", "2024-05-06"),
        ("2024/5/6 10:00", "2024-05-06"),
        ("13/05/2024", "2024-05-13"),
        ("05/13/2024", "2024-05-13"),
        ("05/05/2024", "2024-05-05"),
        ("06/05/2024", None),
        ("31.2.2024", None),
        ("99999", None),
        ("12345", None),
    ],
)
def test_a_day_is_read_only_where_it_can_be_read_in_one_way(text, day):
    assert parsed(["address", "agreed_on"], ("ama@wells.example", text), "en").agreed_on == day


def test_a_cell_may_hold_several_values_or_an_address_with_its_name():
    columns = ["name", "title", "website", "address"]
    cells = ("Fictional A ::: Fictional B", "Head ::: Chair", "a.example ::: b.example", '"Ama M." <ama@a.example>')
    row = parsed(columns, cells, "en")
    assert (row.organisation.name, row.organisation.website) == ("Fictional A", "https://a.example")
    assert (row.person.title, row.person.name, row.person.address) == ("Head", "Ama M.", "ama@a.example")
    assert parsed(columns, ("A", "", "", "<x>"), "en").problems == ("address",)


def test_who_left_is_silenced_also_where_the_line_is_wrong_and_an_unknown_word_gives_no_consent(staff, work, session):
    net = network()
    suppress(email_digests("d@fictional-wells.org")[0], "erased", clock.now())
    session.commit()
    lines = (
        "Organisation,Name,Email,Status,Country\n"
        "Fictional Wells,Fictional A,a@fictional-wells.org,whatever,KEN\n"
        "Fictional Wells,Fictional B,b@fictional-wells.org,bounced,Atlantis\n"
        "Fictional Wells,Fictional C,c@fictional-wells.org,unsubscribed,Atlantis\n"
        "Fictional Wells,Fictional D,D@Fictional-Wells.ORG,subscribed,Atlantis\n"
        "Fictional Wells,Fictional E,e@fictional-wells.org,subscribed,KEN\n"
    )
    client = staff("campaigner")
    there = taken_in(client, work, lines, apply=False, **consent(net))
    assert [fate for _, fate in fates(session)] == ["new", "suppressed", "suppressed", "suppressed", "updated"]
    assert "is not understood" in client.get(there).get_data(as_text=True)
    assert session.scalar(select(ImportRow.content).where(ImportRow.line == 5)) is None, "nothing is kept of the erased"
    client.post(f"{there}/apply")
    work()
    session.expire_all()
    assert reasons(session) == {"b": "bounced", "c": "unsubscribed", "d": "erased"}
    agreed = session.scalars(select(Person.email).join(Consent, Consent.person_id == Person.id))
    assert agreed.all() == ["e@fictional-wells.org"]
    assert len(session.scalars(select(Person.id)).all()) == 2


def test_titles_a_missing_header_and_sheets_are_told_on_the_page_of_columns(staff, work, session):
    client = staff("campaigner")
    for content, words, first in (
        ("a@fictional-wells.org\nb@fictional-wells.org\n", "has no headers", 1),
        ("Fictional members 2026,\n,\nEmail,Organisation\na@w.example,Fictional A\n", "E-mail address", 4),
    ):
        there = uploaded(client, content)
        page = client.get(f"{there}/columns").get_data(as_text=True)
        assert words in page and 'value="address" selected' in page
        sent = {"column-0": "address", "column-1": "name", "policy": "skip"}
        assert client.post(f"{there}/columns", data=sent).status_code == 303
        work()
        session.expire_all()
        made = session.scalar(select(Import).order_by(Import.id.desc()))
        lines = session.scalars(select(ImportRow.line).where(ImportRow.import_id == made.id).order_by(ImportRow.line))
        assert lines.all() == list(range(first, first + (2 if first == 1 else 1)))
        assert client.get(there).status_code == 200


def taken_in(client, work, content: str, apply: bool = True, **values) -> str:
    """A list whose columns are as they were guessed, tried out and taken in; the import's path."""
    there = uploaded(client, content)
    columns = guessed(content.splitlines()[0].split(","))
    sent = {f"column-{place}": column or "" for place, column in enumerate(columns)}
    answer = client.post(f"{there}/columns", data={**sent, "policy": "skip", **values})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    work()
    if apply:
        assert client.post(f"{there}/apply").status_code == 303
        work()
    return there


def consent(net: int) -> dict:
    said = {"purposes": ["mobilisation"], "wording": "Yes, write to me.", "language": "en", "way": "web"}
    return {"network": str(net), **said, "place": "https://fictional.example/join", "on": "2026-01-02"}


def ledger(session) -> list[tuple]:
    return [
        tuple(row)
        for row in session.execute(
            text("SELECT person_id, act, to_char(at, 'YYYY-MM-DD'), place FROM people_consent ORDER BY id")
        )
    ]


def test_whose_organisation_is_not_named_is_placed_by_address_or_domain_or_refused(staff, work, session):
    net = network()
    wells = organisation("Fictional Wells", net, website="https://fictional-wells.org")
    person(organisation("Fictional Bread"), "ben@gmail.com")
    lines = (
        f"{LISTMONK}\n"
        "1,ama@fictional-wells.org,Fictional Ama,{},enabled,2024-05-06 07:08:09 +0000 UTC,\n"
        "2,info@fictional-wells.org,,{},enabled,2024-05-07 07:08:09 +0000 UTC,\n"
        "3,ben@gmail.com,Fictional Ben,{},enabled,2024-05-08 07:08:09 +0000 UTC,\n"
        "4,zoe@gmail.com,Fictional Zoe,{},enabled,2024-05-08 07:08:09 +0000 UTC,\n"
        "5,AMA@fictional-wells.org,Fictional Ama,{},enabled,2024-05-06 07:08:09 +0000 UTC,\n"
        "6,max@fictional-wells.org,Fictional Max,{},blocklisted,2024-05-06 07:08:09 +0000 UTC,\n"
    )
    client = staff("campaigner")
    there = taken_in(client, work, lines, **consent(net))
    assert [fate for _, fate in fates(session)] == [
        *("updated", "updated", "updated", "refused", "duplicate", "suppressed")
    ]
    page = client.get(there).get_data(as_text=True)
    assert "Already here, or in an earlier row" in page and "No organisation is named" in page
    names = sorted(session.scalars(select(Position.name).where(Position.organisation_id == wells)))
    assert names == ["Fictional Ama", "Fictional Wells"], "an address without a name is the organisation's own"
    assert sorted(row[1:] for row in ledger(session)) == [
        ("given", "2024-05-06", "https://fictional.example/join"),
        ("given", "2024-05-07", "https://fictional.example/join"),
        ("given", "2024-05-08", "https://fictional.example/join"),
    ]
    assert "max@fictional-wells.org" not in session.scalars(select(Person.email)).all()


def test_a_coordinator_finds_nobody_outside_their_networks(staff, work, session):
    mine, other = network("fictional-mine"), network("fictional-other")
    organisation("Fictional Wells", other, website="https://fictional-wells.org")
    person(organisation("Fictional Bread", other), "ben@gmail.com")
    lines = f"{LISTMONK}\n1,ama@fictional-wells.org,A,{{}},enabled,,\n2,ben@gmail.com,B,{{}},enabled,,\n"
    taken_in(staff("coordinator", networks=(mine,)), work, lines, apply=False, **consent(mine))
    assert [fate for _, fate in fates(session)] == ["refused", "refused"]


def test_no_list_brings_back_who_withdrew_and_a_list_that_says_they_left_is_believed(staff, work, session):
    net, now = network(), clock.now()
    wells = organisation("Fictional Wells", net)
    people = {}
    for name in ("ama", "ben", "zoe"):
        place = person(wells, f"{name}@fictional-wells.org")
        people[name] = session.scalar(select(Position.person_id).where(Position.id == place))
        agreement = Agreement(net, ("mobilisation",), "given", "Yes.", "en", "web", now - timedelta(days=3))
        record_agreement(people[name], agreement, 1, now)
    no = Agreement(net, ("mobilisation",), "withdrawn", "No.", "en", "web", now - timedelta(days=2))
    record_agreement(people["ama"], no, 1, now)
    suppress_person(people["zoe"], "bounced", now)
    session.commit()
    head = "Organisation,Contact,Email,Status\n"
    lines = "".join(
        f"Fictional Wells,Fictional {name},{name}@fictional-wells.org,{status}\n"
        for name, status in (("ama", "subscribed"), ("ben", "unsubscribed"), ("zoe", "subscribed"))
    )
    client = staff("campaigner")
    there = uploaded(client, head + lines)
    columns = {f"column-{place}": name for place, name in enumerate(("name", "person", "address", "status"))}
    client.post(f"{there}/columns", data={**columns, "policy": "skip", **consent(net)})
    work()
    page = client.get(there).get_data(as_text=True)
    assert "They withdrew before" in page and "The list says that they left" in page
    before = len(ledger(session))
    client.post(f"{there}/apply")
    work()
    new = [row[:2] for row in ledger(session)[before:]]
    assert new == [(people["ben"], "withdrawn")], "nothing was given to ama or zoe, and ben left"
    client.post(f"{there}/undo")
    work()
    assert len(ledger(session)) == before + 1


def test_one_person_in_five_networks_is_one_contact(staff, work, session):
    networks = [network(f"fictional-{number}") for number in range(5)]
    client = staff("campaigner")
    for number, net in enumerate(networks):
        address = "a.m.a@gmail.com" if number % 2 else "AMA+news@googlemail.com"
        taken_in(client, work, f"Organisation,Contact,Email\nFictional Wells,Ama,{address}\n", **consent(net))
    assert len(session.scalars(select(Person.id)).all()) == 1 == len(session.scalars(select(Organisation.id)).all())
    assert sorted(session.scalars(select(Consent.network_id))) == networks


def test_cells_pasted_from_a_spreadsheet_are_a_list(staff, work, session):
    client = staff("campaigner")
    cells = "Organisation\tContact\tE-mail\nVereinigung „Wasser“; fiktiv\tAma\tama@wasser.example\n"
    answer = client.post(f"{IMPORTS}/new", data={"pasted": cells})
    assert answer.status_code == 303
    made = session.scalar(select(Import))
    assert (made.separator, made.encoding) == ("\t", "utf-8")
    assert client.post(f"{IMPORTS}/new", data={"pasted": "  \n"}).status_code == 422
    assert "paste cells" in client.post(f"{IMPORTS}/new", data={}).get_data(as_text=True)


def test_a_file_is_kept_in_sealed_pieces_and_read_from_anywhere(app, session):
    content = b"".join(b"Fictional %d,x\n" % number for number in range(60_000))
    from app.people.importing import operations

    made = session.get(
        Import, operations.begin(io.BytesIO(content), lang="en", networks=None, actor=1, now=clock.now())
    )
    pieces = session.scalars(select(ImportPart.number).order_by(ImportPart.number)).all()
    assert pieces == list(range(-(-len(content) // files.PIECE))) and made.size == len(content)
    source = files.opened(made)
    assert source.read() == content
    source.seek(files.PIECE - 3)
    assert source.read(6) == content[files.PIECE - 3 : files.PIECE + 3]
    assert sum(1 for _ in reading.lines(files.opened(made), reading.Form("csv", "utf-8", ","))) == 60_000
    assert not session.scalars(select(ImportRow.id)).all()


def reasons(session) -> dict[str, str]:
    """Why nobody writes to some addresses, by their part before the @."""
    known = {digest: name for name in "abcdefgh" for digest in email_digests(f"{name}@fictional-wells.org")}
    return {known[bytes(row.email_digest)]: row.reason for row in session.scalars(select(Suppression))}


SAID = (
    "Organisation,Name,Email,Status\n"
    "Fictional Wells,Fictional A,a@fictional-wells.org,subscribed\n"
    "Fictional Wells,Fictional B,b@fictional-wells.org,bouncing\n"
    "Fictional Wells,Fictional C,c@fictional-wells.org,unsubscribed\n"
    "Fictional Wells,Fictional C,c@fictional-wells.org,spam complaint\n"
    "Fictional Wells,Fictional D,d@fictional-wells.org,unconfirmed\n"
    "Fictional Wells,Fictional E,e@fictional-wells.org,unsubscribed\n"
    "Fictional Wells,Fictional F,f@fictional-wells.org,unsubscribed\n"
)


def test_whom_another_program_wrote_to_no_more_nobody_writes_to_and_only_a_digest_is_kept(staff, work, session):
    net, now = network(), clock.now()
    suppress(email_digests("e@fictional-wells.org")[0], "not_me", now)
    suppress(email_digests("f@fictional-wells.org")[0], "erased", now)
    session.commit()
    client = staff("campaigner")
    there = taken_in(client, work, SAID, apply=False, **consent(net))
    assert reasons(session) == {"e": "not_me", "f": "erased"}, "nothing counts before it is taken in"
    assert "it does not work" in client.get(there).get_data(as_text=True)
    client.post(f"{there}/apply")
    work()
    session.expire_all()
    found = {"b": "bounced", "c": "complained", "e": "unsubscribed", "f": "erased"}
    assert reasons(session) == found
    assert [row.email for row in session.scalars(select(Person))] == ["a@fictional-wells.org"]
    assert session.scalar(select(ImportRow.id).where(ImportRow.email_digest.is_not(None))) is None
    # Taken back: what the list alone said goes; what was, or has happened since, stays.
    suppress(email_digests("b@fictional-wells.org")[0], "bounced", now)
    session.commit()
    client.post(f"{there}/undo")
    work()
    session.expire_all()
    assert reasons(session) == {"b": "bounced", "e": "unsubscribed", "f": "erased"}


def test_a_coordinators_list_silences_nobody_outside_their_networks(staff, work, session):
    mine, other = network("fictional-mine"), network("fictional-other")
    person(organisation("Fictional Bread", other), "b@fictional-wells.org")
    person(organisation("Fictional Wells", mine), "c@fictional-wells.org")
    taken_in(staff("coordinator", networks=(mine,)), work, SAID, **consent(mine))
    session.expire_all()
    assert reasons(session) == {"c": "complained"}


def leave(session, address: str, net: int, act: str = "withdrawn", how: str = "mail", days: int = 0) -> None:
    """Somebody says no (or yes) to a network themselves."""
    who = session.scalar(select(Person.id).where(Person.email_digest.in_(email_digests(address))))
    now = clock.now() - timedelta(days=days)
    record_agreement(who, Agreement(net, ("mobilisation",), act, "Their own words.", "en", how, now), None, now)
    session.commit()


def holds(session, net: int) -> list[str]:
    """The addresses of those who agree with a network's calls, by the last that each said."""
    rows = session.execute(
        select(Person.email, Consent.act)
        .join(Consent, Consent.person_id == Person.id)
        .where(Consent.network_id == net, Consent.purpose == "mobilisation")
        .order_by(Consent.at, Consent.id)
    )
    return sorted(address for address, act in dict(rows.all()).items() if act == "given")


TWO = "Organisation,Name,Email\nFictional Wells,A,a@fictional-wells.org\nFictional Wells,B,b@fictional-wells.org\n"


@pytest.mark.parametrize("how", ["undo", "remove"])
def test_who_left_a_network_is_not_forgotten_with_a_list_and_brought_back_by_the_next(how, staff, work, session):
    net, client = network(), staff("campaigner")
    there = taken_in(client, work, TWO, **consent(net))
    assert holds(session, net) == ["a@fictional-wells.org", "b@fictional-wells.org"]
    leave(session, "b@fictional-wells.org", net)
    if how == "undo":
        client.post(f"{there}/undo")
        work()
    else:
        for place in session.scalars(select(Position.id)).all():
            remove(place, 1, clock.now())
        session.commit()
    session.expire_all()
    assert not session.scalars(select(Position.id)).all()
    assert [one.email for one in session.scalars(select(Person))] == ["b@fictional-wells.org"]
    there = taken_in(client, work, TWO, **consent(net))
    assert "They withdrew before" in client.get(there).get_data(as_text=True)
    assert holds(session, net) == ["a@fictional-wells.org"]


def test_taking_a_list_back_takes_back_what_it_alone_gave(staff, work, session):
    """Who agreed by themselves before goes on agreeing, and who stays and said no goes on having said no."""
    net, other, client = network(), network("fictional-other"), staff("campaigner")
    place = organisation("Fictional Others", other)
    for name in "abc":
        person(place, f"{name}@fictional-wells.org")
    leave(session, "a@fictional-wells.org", net, act="given", how="web", days=400)
    lines = f"{TWO}Fictional Wells,C,c@fictional-wells.org\n"
    there = taken_in(client, work, lines, **consent(net), policy="add")
    assert len(holds(session, net)) == 3
    leave(session, "b@fictional-wells.org", net)
    before = len(ledger(session))
    client.post(f"{there}/undo")
    work()
    session.expire_all()
    assert holds(session, net) == ["a@fictional-wells.org"]
    assert [row[1] for row in ledger(session)[before:]] == ["withdrawn"], "of c alone"
    taken_in(client, work, lines, **consent(net), policy="add")
    assert holds(session, net) == ["a@fictional-wells.org", "c@fictional-wells.org"]


def test_an_organisation_that_signed_in_public_since_stays_when_its_list_is_taken_back(staff, work, session):
    client = staff("campaigner")
    there = taken_in(client, work, "Organisation\nFictional Wells\nFictional Bread\nFictional Wells\n")
    wells = session.scalar(select(Organisation.id).where(Organisation.name == "Fictional Wells"))
    line = session.get(Line, listed(letter(), wells))
    client.post(f"{there}/undo")
    work()
    session.expire_all()
    assert (line.organisation_id, names(session)) == (wells, ["Fictional Wells"])
    assert session.scalar(select(Import.counts))["kept"] == 1, "organisations, and not the lines that name them"
    assert "organisation stayed" in client.get(there).get_data(as_text=True)


def test_what_two_lists_say_stays_until_both_are_taken_back(staff, work, session):
    """In whichever order, and though the same person brought both, with the same words. Whom both say to have left
    stays left alone for good."""
    net = network()
    head = "Organisation,Country,Email,Role,Status\n"
    ama = "Fictional Wells,KEN,ama@fictional-wells.org,un,subscribed\n"
    rest = "Fictional Wells,,ben@fictional-wells.org,,\n", "Fictional Bread,GHA,zoe@fictional-bread.org,,\n"
    left = "Fictional Bread,,eve@fictional-bread.org,,unsubscribed\n"

    def stands():
        session.expire_all()
        holds = {row.person_id: row.act for row in session.scalars(select(Consent).order_by(Consent.at, Consent.id))}
        people = {one.email: holds.get(one.id) for one in session.scalars(select(Person)) if one.email}
        placed = len(session.scalars(select(Position.id)).all())
        return sorted(names(session)), people, placed, len(session.scalars(select(Suppression.email_digest)).all())

    client = staff("campaigner")
    nothing = [], {}, 0, 1
    both = ["Fictional Bread", "Fictional Wells"]
    for first_goes in (True, False):
        first = taken_in(client, work, head + ama + rest[0] + left, **consent(net))
        second = taken_in(client, work, head + rest[1] + left + ama, **consent(net))
        everybody = {f"{who}@fictional-{where}.org": "given" for who, where in (("ama", "wells"), ("ben", "wells"))}
        everybody["zoe@fictional-bread.org"] = "given"
        assert stands() == (both, everybody, 3, 1)
        client.post(f"{first if first_goes else second}/undo")
        work()
        if first_goes:
            assert stands() == (both, {one: "given" for one in everybody if "ben" not in one}, 2, 1)
        else:
            assert stands() == (["Fictional Wells"], {one: "given" for one in everybody if "zoe" not in one}, 2, 1)
        client.post(f"{second if first_goes else first}/undo")
        work()
        assert stands() == nothing


def test_one_list_brought_twice_and_tried_out_twice_makes_nothing_twice(staff, work, session):
    content = "Organisation,Country,Email\nFictional Wells,KEN,ama@fictional-wells.org\nFictional Bread,GHA,\n"
    content += "Fictional Wells,KEN,ben@fictional-wells.org\n"
    theirs = content.replace("KEN", "").replace("GHA", "MAR"), staff("campaigner")
    client = staff("campaigner")
    mine = taken_in(client, work, content, apply=False)
    other = taken_in(theirs[1], work, theirs[0], apply=False)
    for who, there in ((client, mine), (theirs[1], other)):
        assert who.post(f"{there}/apply").status_code == 303
        work()
    # What stands in two countries may be two.
    assert names(session) == ["Fictional Wells", "Fictional Bread", "Fictional Bread"]
    assert len(session.scalars(select(Position.id)).all()) == 2
    theirs[1].post(f"{other}/undo")
    work()
    assert names(session) == ["Fictional Wells", "Fictional Bread"]
    client.post(f"{mine}/undo")
    work()
    assert names(session) == [] and session.scalar(select(Person.id)) is None
