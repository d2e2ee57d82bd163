"""Nothing that anybody does, in any order, tells a coordinator, a page, a file or a stolen table of who is hidden."""

import json
import random
import re

import pytest
from lxml import html
from sqlalchemy import text

from app.kernel import clock
from app.kernel.db import db
from app.letters import pairing
from app.letters.models import Signatory
from app.letters.record import opened
from app.people.org_models import Position
from app.people.positions import Agreement, record_agreement
from tests.desk.test_coordinators import plain, walked
from tests.letters.support import confirmed, letter
from tests.people.org_support import network, organisation, person
from tests.support import FIELD, read_mailbox, run_jobs

PUBLIC = "/en/un75/letters/focal-point"
DESK = "/en/desk/un75/letters/focal-point"
WAYS = ("public", "area", "counted")


def member(session, word: str, net: int) -> int:
    """A known organisation of a network, with somebody in it who agreed to get letters; its number."""
    made = organisation(f"{word} League", net, country="CPV", website=f"https://{word.lower()}-fictional.org")
    position = person(made, f"office@{word.lower()}-fictional.org", name=f"Ama {word}son")
    someone = session.get(Position, position).person_id
    record_agreement(someone, Agreement(net, ("letters",), "given", "Yes.", "en", "paper", clock.now()), 1, clock.now())
    session.commit()
    return made


def link(kind: str) -> str:
    """The path of the only link of a kind in all mails."""
    (found,) = {one for mail in read_mailbox() for one in re.findall(rf"plenary\.test(/\w\w/{kind})\s", mail.text)}
    return found


def by_invitation(client, **changes):
    """Send the form that an invitation's link opens, with what only its reader knows; the answer."""
    page = client.get(link(r"\S*invited/\S+")).get_data(as_text=True)
    (form,) = [one for one in html.fromstring(page).forms if "name" in one.fields and "person" in one.fields]
    values = {name: value for name, value in form.form_values() if value}
    assert FIELD.search(page) and "invitation" in values and "email" not in values
    word = values["name"].removesuffix(" League")
    own = {"person": f"Ama {word}son", "title": "Director", "email": f"office@{word.lower()}-fictional.org"}
    return client.post(PUBLIC, data={**values, **own, "authorised": "y", "consent": "y", **changes})


def test_an_invitation_fills_the_form_and_whoever_checks_and_sends_it_is_the_known_organisation(
    app, client, session, staff
):
    net = network("network-one")
    made = member(session, "Zaphirine", net)
    desk = staff("coordinator", networks=(net,))
    desk.post(f"{DESK}/members/invite", data={"network": str(net)})
    run_jobs(app)
    assert session.query(Signatory).count() == 0, "nobody is signed by somebody else"
    assert by_invitation(client, visibility="public").status_code == 303
    run_jobs(app)
    own = link(r"letter/\S+")
    client.post(own, data={"action": "confirm"})
    record = opened(session.query(Signatory).one().sealed)
    assert (record.name, record.person, record.organisation_id) == ("Zaphirine League", "Ama Zaphirineson", made)
    listed = desk.get(f"{DESK}/members?signed=public").get_data(as_text=True)
    assert "Zaphirine League" in listed


def the_same(page: str) -> str:
    return (
        plain(page)
        .replace("Zaphirine", "NAME")
        .replace("Wolmarikine", "NAME")
        .replace("zaphirine", "NAME")
        .replace("wolmarikine", "NAME")
    )


@pytest.mark.parametrize("way", ["area", "counted", "delayed"])
def test_to_a_coordinator_a_member_who_signed_unseen_is_as_one_who_never_signed(
    app, client, session, staff, monkeypatch, way
):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    choice = {"visibility": "public", "delayed": "y"} if way == "delayed" else {"visibility": way}
    nets = [network("network-one"), network("network-two")]
    desks = [staff("coordinator", networks=(net,)) for net in nets]
    seen = []
    for word, net, desk in zip(("Zaphirine", "Wolmarikine"), nets, desks, strict=True):
        member(session, word, net)
        desk.post(f"{DESK}/members/invite", data={"network": str(net)})
        run_jobs(app)
        if word == "Zaphirine":
            assert by_invitation(client, **choice).status_code == 303
            run_jobs(app)
            own = link(r"letter/\S+")
            client.post(own, data={"action": "confirm"})
            run_jobs(app)
            assert session.query(Signatory).one().state == "counted"
    for number, (net, desk) in enumerate(zip(nets, desks, strict=True)):
        pages = [the_same(body) for _path, _status, body in walked(desk)]
        for query in ("", "?signed=public", "?signed=unknown", f"?network={net}"):
            pages.append(the_same(desk.get(f"{DESK}/members{query}").get_data(as_text=True)))
        again = desk.post(f"{DESK}/members/invite", data={"network": str(net)})
        pages.append(the_same(again.headers["Location"]))
        pages.append(the_same(desk.get(again.headers["Location"]).get_data(as_text=True)))
        pages.append(the_same(desk.get(f"{DESK}/vouching").get_data(as_text=True)))
        seen.append(pages)
        assert len(pages) > 10, number
    assert seen[0] == seen[1]


WORDS = ("Zaphirine", "Wolmarikine", "Thandexane")


class World:
    """Three known organisations, their coordinator, staff and strangers, who do what they may in any order."""

    def __init__(self, app, session, client, staff, seed: int):
        self.app, self.session, self.client, self.random = app, session, client, random.Random(seed)
        self.net = network("network-one")
        self.members = {word: member(session, word, self.net) for word in WORDS}
        self.coordinator = staff("coordinator", networks=(self.net,))
        self.moderator = staff("moderator")
        self.paths: dict[str, str] = {}
        self.vouched: set[str] = set()

    def sign(self, word: str) -> str:
        mail = f"office@{word.lower()}-fictional.org" if self.random.random() < 0.5 else f"{word.lower()}@gmail.com"
        way = self.random.choice(WAYS)
        delayed = "y" if self.random.random() < 0.2 else None
        said = {"name": f"{word} League", "email": mail, "website": f"https://{word.lower()}-fictional.org"}
        self.paths[word] = confirmed(self.app, self.client, visibility=way, delayed=delayed, **said)
        return f"sign {way} {delayed}"

    def show(self, word: str) -> str:
        way = self.random.choice(WAYS)
        self.client.post(self.paths[word], data={"action": "show", "visibility": way})
        return f"show {way}"

    def withdraw(self, word: str) -> str:
        self.client.post(self.paths.pop(word), data={"action": "withdraw"})
        return "withdraw"

    def choose(self, word: str) -> str:
        net = self.random.choice((str(self.net), ""))
        self.client.post(f"{self.paths[word]}/mandate", data={"action": "network", "network": net})
        return f"choose {net}"

    def vouch(self, word: str) -> str:
        page = self.coordinator.get(f"{DESK}/vouching").get_data(as_text=True)
        for number in re.findall(r"/vouching/(\d+)", page):
            verdict = self.random.choice(("vouch", "decline"))
            self.coordinator.post(f"{DESK}/vouching/{number}", data={"verdict": verdict})
        return "vouch"

    def decide(self, word: str) -> str:
        action = self.random.choice(("accept", "ask", "refuse", "move"))
        more = {"question-question": "Who?", "refusal-reason": "No."}
        for number, _said in self.stood(word):
            self.moderator.post(f"{DESK}/mandates/{number}", data={"action": action, **more})
        if action == "refuse":
            self.paths.pop(word, None)
            self.session.execute(text("DELETE FROM letters_signatory WHERE state = 'refused'"))
            self.session.commit()
        return action

    def invite(self, word: str) -> str:
        self.coordinator.post(f"{DESK}/members/invite", data={"network": str(self.net)})
        return "invite"

    def compare(self, word: str) -> str:
        pairing.compare(letter(self.session).id, clock.now())
        self.session.commit()
        return "compare"

    def stood(self, word: str) -> list[tuple[int, Signatory]]:
        self.session.expire_all()
        found = self.session.query(Signatory).all()
        return [(one.id, one) for one in found if word in opened(one.sealed).name]

    def step(self) -> str:
        word = self.random.choice(WORDS)
        own = ("show", "show", "choose", "withdraw") if word in self.paths else ("sign", "sign")
        verb = self.random.choice((*own, "vouch", "decide", "invite", "compare"))
        done = f"{word}: {getattr(self, verb)(word)}"
        run_jobs(self.app)
        return done

    def named(self) -> set[str]:
        """Who may be named now."""
        return {
            word
            for word in WORDS
            for _number, one in self.stood(word)
            if one.state == "counted" and one.visibility == "public" and not one.delayed and one.roll == "organisation"
        }

    def look(self, story: list[str]) -> None:
        """Look everywhere, and find nobody but who may be named."""
        self.app.wsgi_app.clear()
        may = self.named()
        public = [self.client.get(PUBLIC + more) for more in ("", "/signatories", "/signatories?q=league", "/verify")]
        public += [self.client.get(f"/api/v1/letters/focal-point{more}") for more in ("", "/list.txt")]
        public += [self.moderator.get(f"{DESK}/signatories")]
        for answer in public:
            body = answer.get_data(as_text=True)
            assert {word for word in WORDS if word in body} <= may, story
        listed = json.loads(public[4].get_data())["signatories"]
        assert {one["name"].split()[0] for one in listed} == may, story
        rows = html.fromstring(self.coordinator.get(f"{DESK}/members?signed=public").get_data(as_text=True))
        shown = {cell.text_content().split()[0] for cell in rows.xpath("//tbody//th")}
        assert shown == may, story
        asked = self.coordinator.get(f"{DESK}/vouching").get_data(as_text=True)
        for word in WORDS:
            chose = [one for _n, one in self.stood(word) if opened(one.sealed).told_network == self.net]
            assert (f"{word} League" in asked) == any(one.state == "waiting" for one in chose), story
        for path in (f"{DESK}/mandates", f"{DESK}/doubles"):
            body = self.moderator.get(path).get_data(as_text=True)
            for word in WORDS:
                hidden = all(one.visibility != "public" or one.delayed for _n, one in self.stood(word))
                assert not (hidden and word in body), (path, word, story)
        self.stolen(may, story)

    def stolen(self, may: set[str], story: list[str]) -> None:
        """What a stolen dump says: no name, no address, no link to what is known of them."""
        tables = [name for name in db.metadata.tables if name.startswith("letters_")]
        for name in (*tables, "procrastinate_jobs", "kernel_audit"):
            for row in self.session.execute(text(f"SELECT * FROM {name}")).mappings():
                if name == "kernel_audit" and not row["action"].startswith("letters."):
                    continue
                said = str(dict(row)).casefold()
                for word in set(WORDS) - may:
                    assert word.casefold() not in said, (name, word, story)
                if name != "letters_invitation":
                    known = row.get("organisation_id")
                    assert known is None or known in {self.members[word] for word in may}, (name, story)


@pytest.mark.parametrize("seed", range(3))
def test_no_sequence_of_what_anybody_may_do_reveals_who_is_hidden(app, session, client, staff, seed):
    letter(session).individuals = True
    session.commit()
    world, story = World(app, session, client, staff, seed), []
    for _ in range(14):
        story.append(world.step())
        world.look(story)
    assert len({done.split(": ")[1].split()[0] for done in story}) > 3
