"""To a coordinator a hidden signatory looks exactly like somebody who never signed, on every page and in every file.

The same is done by two coordinators of two networks about two people, of whom one signed and is not shown; whatever the
two see, page by page, is the same but for numbers and the two addresses.
"""

import io
import re

import pytest
from lxml import html
from sqlalchemy import text

from app.kernel import clock
from tests.people.org_support import DESK, network
from tests.people.privacy_support import signed
from tests.support import run_jobs

SIGNER, NOBODY = "hidden@one.example", "absent@one.example"
NAME = "Fictional Person"


def plain(page: str) -> str:
    """A page without what differs between any two: numbers, the two addresses, networks, coordinators."""
    page = page.replace(SIGNER, "ADDRESS").replace(NOBODY, "ADDRESS").replace("network-two", "network-one")
    return re.sub(r"[0-9]+", "N", re.sub(r"[0-9a-f]{12}@staff", "STAFF", page))


def walked(client) -> list[tuple[str, int, str]]:
    """Every page of the desk that links and buttons of GET lead to."""
    waiting, seen, found = ["/en/desk"], set(), []
    while waiting:
        path = waiting.pop(0)
        if plain(path) in seen or "sign-out" in path:
            continue
        seen.add(plain(path))
        answer = client.get(path)
        body = answer.get_data(as_text=True)
        found.append((plain(path), answer.status_code, plain(body)))
        if answer.status_code == 303:
            waiting.append(answer.headers["Location"])
        if answer.mimetype == "text/html" and body:
            waiting += [
                link.partition("#")[0]
                for link in html.fromstring(body).xpath("//a/@href")
                if link.startswith("/en/desk")
            ]
    return found


def all_they_do(app, client, address: str, one: int) -> list:
    """Everything a coordinator can do with an address, and all that they see in between."""
    seen = []

    def post(path: str, **values) -> str:
        answer = client.post(path, data=values)
        seen.append((plain(path), answer.status_code, plain(answer.headers.get("Location", ""))))
        seen.append(plain(answer.get_data(as_text=True)))
        return answer.headers.get("Location", "").partition("#")[0]

    there = post(f"{DESK}/new", name="Fictional Voices", name_language="en", ecosoc="none", networks=str(one))
    entered = {"name": NAME, "address": address, "roles": "contact"}
    person = post(f"{there}/people/new", **entered)
    post(f"{there}/people/new", **entered)
    seen += walked(client)
    (position,) = re.findall(r"/people/(\d+)", client.get(there).get_data(as_text=True))[:1]
    agreed = {"act": "given", "network": str(one), "purposes": "letters", "wording": "Yes.", "language": "en"}
    agreed |= {"way": "paper", "on": clock.today().isoformat()}
    post(f"{there}/people/{position}/consent", **{f"agreement-{name}": value for name, value in agreed.items()})
    post(person, **{**entered, "title": "Secretary"})
    file = post("/en/desk/exports/organisations", columns="personal", form="csv", purpose="To try it.")
    run_jobs(app)
    seen.append(file and plain(client.get(file).get_data(as_text=True)))
    for path in re.findall(r"/en/desk/exports/\d+/file", client.get("/en/desk/exports").get_data(as_text=True)):
        seen.append(plain(client.get(path).get_data(as_text=True)))
    listed = f"Name,Contact,Email\nFictional Voices,{NAME},{address}\nFictional Bread,{NAME},{address}\n"
    uploaded = post(f"{DESK}/imports/new", file=(io.BytesIO(listed.encode()), "list.csv"))
    columns = {"column-0": "name", "column-1": "person", "column-2": "address"}
    post(uploaded, **columns, policy="add", network=str(one))
    run_jobs(app)
    seen += walked(client)
    post(uploaded.replace("/columns", "/apply"))
    run_jobs(app)
    seen += walked(client)
    post(uploaded.replace("/columns", "/undo"))
    run_jobs(app)
    post(f"{there}/people/{position}/remove")
    seen += walked(client)
    return seen


@pytest.mark.parametrize("shown", ["none", "area"])
def test_a_hidden_signatory_looks_like_who_never_signed(app, session, client, staff, monkeypatch, shown):
    signed(app, client, email=SIGNER, shown=shown, comment="Because it matters.", name="Fictional Signer")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    one, other = network("network-one"), network("network-two")
    twins = [
        all_they_do(app, staff("coordinator", networks=(number,)), address, number)
        for number, address in ((one, SIGNER), (other, NOBODY))
    ]
    refused = [seen[0] for seen in twins[0] if isinstance(seen, tuple) and seen[1] not in (200, 303)]
    assert refused == [f"{DESK}/N/people/new"], "entered twice"
    assert len(twins[0]) > 60 and any(SIGNER not in str(seen) and "ADDRESS" in str(seen) for seen in twins[0])
    for signer, nobody in zip(*twins, strict=True):
        assert signer == nobody
    assert "Fictional Signer" not in str(twins)
    assert session.scalar(text("SELECT count(*) FROM petitions_signature WHERE state = 'confirmed'")) == 1


def test_no_page_of_a_campaign_tells_a_coordinator_of_a_signature(app, session, client, staff):
    signed(app, client, email=SIGNER, name="Fictional Signer", shown="none")
    number = session.scalar(text("SELECT id FROM petitions_signature"))
    desk = staff("coordinator", networks=(network("one"),))
    values = {"lang": "en", "campaign": "un75", "petition": "focal-point", "signature_id": number, "what": "signatures"}
    tried = 0
    for rule in app.url_map.iter_rules():
        if "/desk/" not in rule.rule or not rule.arguments <= values.keys() or "campaign" not in rule.arguments:
            continue
        with app.test_request_context():
            path = app.url_map.bind("plenary.test").build(rule.endpoint, {k: values[k] for k in rule.arguments})
        for method in rule.methods & {"GET", "POST"}:
            answer = desk.open(path, method=method, data={"address": SIGNER} if method == "POST" else None)
            body = answer.get_data(as_text=True)
            tried += 1
            assert "Fictional Signer" not in body and SIGNER not in body, path
            if "signature" in path:
                assert answer.status_code in (403, 404), (method, path)
    assert tried > 20
