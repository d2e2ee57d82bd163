"""The short link of a network: where it leads, what it tells, and to whom; contacts as a file."""

import csv
import io
from datetime import timedelta

from sqlalchemy import insert, select

from app.kernel import clock
from app.mobilisation import contact_export, links
from app.mobilisation.contact_export import PERSONAL, SAFE
from app.people.org_models import Network
from app.petitions.models import Petition
from app.petitions.total_models import PartTotal
from tests.house.queries import counted
from tests.letters.desk_support import letter, listed
from tests.mobilisation.contact_support import contact, said
from tests.people.org_support import network, organisation

DESK = "/en/desk/network-links"


def test_it_leads_to_what_can_be_signed_in_the_readers_language_and_a_petition_learns_the_network(
    app, session, client, staff
):
    net = network("fictional-network")
    answer = client.get("/n/fictional-network", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.headers["Vary"]) == (303, "Accept-Language")
    assert answer.headers["Location"] == "/fr/un75/letters/focal-point", "the newest letter, which bears no mark"
    desk = staff("coordinator", networks=(net,))
    assert desk.post(f"{DESK}/{net}", data={"target": "petition un75 focal-point"}).status_code == 303
    there = client.get("/n/fictional-network/ar").headers["Location"]
    assert there == "/ar/un75/petitions/focal-point?from=n.fictional-network"
    assert client.get(there).status_code == 200
    desk.post(f"{DESK}/{net}", data={"target": "petition un75 nowhere"})
    assert client.get("/n/fictional-network/ar").headers["Location"] == there
    assert client.get("/n/Fictional-Network/ar/").headers["Location"] == there, "as it is typed from a leaflet"
    assert client.get("/n/nowhere").status_code == client.get("/n/nowhere/qr.svg").status_code == 404
    assert client.get("/n/fictional-network/qr.svg").mimetype == "image/svg+xml"


def test_a_coordinator_has_words_in_six_languages_and_a_total_in_steps_and_never_a_list(app, session, staff):
    mine, other = network("fictional-mine"), network("fictional-other")
    client = staff("coordinator", networks=(mine,))
    assert f"{DESK}/{other}" not in client.get(DESK).get_data(as_text=True)
    assert client.get(f"{DESK}/{other}").status_code == client.post(f"{DESK}/{other}").status_code == 404
    petition = session.scalar(select(Petition).where(Petition.slug == "focal-point"))
    now = clock.now()
    for weeks, number in ((5, 9), (4, 8), (0, 30)):
        values = {"petition_id": petition.id, "kind": "source", "part": "n.fictional-mine", "confirmed": number}
        session.execute(insert(PartTotal).values(**values, day=(now - timedelta(weeks=weeks)).date()))
    session.commit()
    client.post(f"{DESK}/{mine}", data={"target": "petition un75 focal-point"})
    page = client.get(f"{DESK}/{mine}").get_data(as_text=True)
    assert page.count("https://wa.me/?text=") == 6 and "http://plenary.test/n/fictional-mine/zh" in page
    assert "<bdi>17</bdi> people have signed by this link." in page, (
        "nine are not told, and a week that is not over is not"
    )


def test_the_total_of_a_letter_is_who_stands_on_its_public_list_and_hidden_is_like_never_signed(app, session):
    net = network("fictional-network")
    made = letter()
    row = session.get(Network, net)
    (target,) = [one for one in links.targets(clock.now()) if one.id == made.id and one.kind == links.LETTER]
    public, _hidden, _never = (organisation(f"Fictional {n}", net) for n in ("Public", "Hidden", "Never"))
    outside = organisation("Fictional Outside")
    before = links.total(row, target, clock.today()).number
    for one in (public, outside):
        listed(made, one)
    assert (before, links.total(row, target, clock.today()).number) == (0, 1)


def rows(filters: dict, personal: bool = False) -> list[dict]:
    names = (*SAFE, *PERSONAL) if personal else tuple(SAFE)
    return [dict(zip(names, row, strict=True)) for row in contact_export.exported(filters, personal)]


def test_contacts_come_with_what_they_agreed_to_and_a_coordinator_gets_their_own_alone(app, session, staff):
    mine, other = network("fictional-mine"), network("fictional-other")
    ama = contact("ama@fictional-water.org", mine, other, country="KEN")
    contact("zoe@fictional-bread.org", other)
    said(ama, other, "withdrawn", ago=1)
    every = rows({}, personal=True)
    assert [row["agreed"] for row in every] == ["fictional-mine:mobilisation", "fictional-other:mobilisation"]
    assert every[0]["withdrew"] == "fictional-other:mobilisation" and "Fictional words." in every[0]["proof"]
    (own,) = rows({"networks": str(mine)}, personal=True)
    assert (own["address"], own["withdrew"], own["networks"]) == ("ama@fictional-water.org", "", "fictional-mine")
    assert "other" not in str(own) and not {"person", "address", "proof"} & rows({})[0].keys()
    with counted() as found:
        rows({}, personal=True)
    assert len(found.statements) <= 4
    csv.writer(io.StringIO()).writerows(row.values() for row in every)
