"""A random world of contacts, letters, petitions and mailings, and what a rule means in it by plain Python."""

import json
import random
import secrets
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from app.letters.list_models import Line
from app.letters.models import Letter, Signatory
from app.mobilisation import contacts
from app.mobilisation.contacts_models import CHUNK
from app.mobilisation.models import Delivery, Mailing
from app.mobilisation.segments.facts import Facts, Viewer, writers
from app.mobilisation.segments.rule import And, Is, Not, Or, Rule, holds
from app.people.models import Person
from app.people.org_models import ECOSOC, ROLES, Membership, Organisation, Position
from app.petitions.models import Petition, Signature
from tests.letters.desk_support import letter, listed
from tests.people.org_support import NOW, network

COUNTRIES = ("KEN", "CRI", "FRA", "IND", "ABW", None)
LANGUAGES = ("fr", "ar", "en", None)
TODAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
SHOWN = ("name", "area", "none")


class World:
    """Its rows as they were written; `wrote` are the contacts who wrote to their mission."""

    def __init__(self, session, seed: int, people: int = 14):
        self.session, self.chance = session, random.Random(seed)
        pick = self.chance.choice
        self.networks = {f"fictional-{n}": network(f"fictional-{n}") for n in range(3)}
        self.letters = {name: letter(name) for name in ("fictional-letter", "fictional-other")}
        self.petition = session.query(Petition).filter_by(slug="focal-point").one()
        organisations = [
            Organisation(
                name=f"Fictional {n}",
                name_language="en",
                sort_key=f"fictional {n}",
                country=pick(COUNTRIES),
                ecosoc=pick(ECOSOC),
                created_at=NOW,
                changed_at=NOW,
            )
            for n in range(8)
        ]
        persons = [
            Person(email=f"p{n}@example.org", email_digest=secrets.token_bytes(33), created_at=NOW)
            for n in range(people)
        ]
        session.add_all([*organisations, *persons[: people // 2]])
        session.flush()
        # The others are of another chunk of contacts.
        session.execute(text(f"ALTER TABLE people_person ALTER COLUMN id RESTART WITH {3 << CHUNK}"))
        session.add_all(persons)
        session.flush()
        self.organisations, self.persons = organisations, persons
        for one in organisations:
            for number in self.chance.sample(list(self.networks.values()), self.chance.randint(0, 2)):
                session.add(Membership(organisation_id=one.id, network_id=number, since=NOW.date()))
        for person in persons:
            for home in self.chance.sample(organisations, pick((1, 1, 1, 2, 3))):
                session.add(
                    Position(
                        organisation_id=home.id,
                        person_id=person.id,
                        name="Fictional Person",
                        roles=sorted(self.chance.sample(ROLES, self.chance.randint(0, 2))),
                        language=pick(LANGUAGES),
                        second_language=pick(LANGUAGES),
                        created_at=NOW,
                        changed_at=NOW,
                    )
                )
        session.flush()
        for home in organisations:
            for made in self.letters.values():
                if self.chance.random() < 0.3:
                    listed(made, home.id)
        # One organisation is found to be another, and what it signed counts for that.
        session.execute(
            text("UPDATE people_organisation SET joined_into = :kept, joined_at = now() WHERE id = :gone"),
            {"kept": organisations[0].id, "gone": organisations[1].id},
        )
        for person in persons:
            if self.chance.random() < 0.5:
                self.sign(person.id, pick(SHOWN))
        self.mailings = [self._mailing(None), self._mailing(self.networks["fictional-0"])]
        for mailing in self.mailings:
            for person in self.chance.sample(persons, people // 3):
                days, state = (
                    self.chance.randint(0, 60),
                    pick(("sent", "sent", "sent", "uncertain", "failed", "queued")),
                )
                sent = TODAY - timedelta(days=days) if state == "sent" else None
                reason = "x" if state == "failed" else None
                session.add(
                    Delivery(
                        mailing_id=mailing,
                        contact_id=person.id,
                        language="en",
                        state=state,
                        sent_at=sent,
                        reason=reason,
                    )
                )
        self.wrote = {person.id for person in persons if self.chance.random() < 0.3}
        session.commit()

    def _mailing(self, network_id: int | None) -> int:
        made = Mailing(
            campaign="un75", name="Fictional", language="en", network_id=network_id, created_at=NOW, changed_at=NOW
        )
        self.session.add(made)
        self.session.flush()
        return made.id

    def sign(self, person_id: int, shown: str) -> None:
        """A person signs the petition."""
        self.session.add(
            Signature(
                petition_id=self.petition.id,
                person_id=person_id,
                state="confirmed",
                name="Fictional Person",
                area="KEN",
                shown=shown,
                language="en",
                text_version=1,
                text_digest=b"x",
                updates=False,
                signed_at=NOW,
                confirmed_at=NOW,
            )
        )

    def hide_letter(self, made: Letter, organisation_id: int) -> None:
        """An organisation signs and is hidden: it is a signatory, and has no line."""
        self.session.add(
            Signatory(
                id=secrets.randbits(62),
                letter_id=made.id,
                roll="organisation",
                state="counted",
                visibility="counted",
                delayed=False,
                version=1,
                email_digest=secrets.token_bytes(33),
                sealed=json.dumps({"organisation_id": organisation_id}),
            )
        )

    def moves_on(self) -> None:
        """Mails go, organisations move, and people speak otherwise; some of what was before that is in the bits of
        contacts."""
        for _ in range(self.chance.randrange(4)):
            contacts.fold()
        for statement in (
            "UPDATE people_organisation SET country = CASE country WHEN 'KEN' THEN 'IND' ELSE 'KEN' END"
            " WHERE id % 7 = :turn",
            "UPDATE people_position SET language = 'fr', roles = '{un}' WHERE id % 9 = :turn",
            "DELETE FROM people_membership WHERE organisation_id % 5 = :turn",
        ):
            self.session.execute(text(statement), {"turn": self.chance.randrange(3)})
        self.mails_go_on()

    def mails_go_on(self) -> None:
        """Mails go, come to nothing, and are forgotten."""
        for statement in (
            "UPDATE mobilisation_delivery SET state = 'sent', sent_at = :now WHERE state = 'queued' AND id % 3 = :turn",
            "UPDATE mobilisation_delivery SET state = 'queued' WHERE state = 'uncertain' AND id % 3 = :turn",
            "UPDATE mobilisation_delivery SET contact_id = NULL WHERE id % 11 = :turn",
        ):
            self.session.execute(text(statement), {"now": TODAY, "turn": self.chance.randrange(3)})
        self.session.expire_all()

    def moved(self, state: str, was: str, position: str, since: date | None) -> None:
        """A position moved."""
        self.session.execute(
            text(
                "INSERT INTO positions_change (campaign_id, ask, state, at, since, was, was_level, position, level,"
                " why)"
                " SELECT id, 'focal-point', :state, :at, :since, :was, 'own', :position, 'own', 'evidence'"
                " FROM campaigns_campaign WHERE slug = 'un75'"
            ),
            {"state": state, "at": TODAY - timedelta(days=3), "since": since, "was": was, "position": position},
        )

    def condition(self) -> Is:
        """Any condition that means something here."""
        some = lambda values, most=2: tuple(self.chance.sample(values, self.chance.randint(1, most)))  # noqa: E731
        day = (TODAY - timedelta(days=self.chance.randint(0, 60))).date().isoformat()
        return self.chance.choice(
            (
                Is("country", some(("KEN", "CRI", "FRA", "IND", "ABW"))),
                Is("group", some(("NAM", "G77", "EU", "GRULAC", "LDC"))),
                Is("region", some(("002", "150", "142", "019"))),
                Is("position", some(("undecided", "support", "unknown", "inferred", "champion")), "focal-point"),
                Is("changed", (day,), "focal-point"),
                Is("network", some(tuple(self.networks))),
                Is("language", some(("fr", "ar", "en"))),
                Is("role", some(ROLES)),
                Is("ecosoc", some(ECOSOC)),
                Is("signed-letter", some(tuple(self.letters))),
                Is("signed-petition", ("focal-point",)),
                *([Is("wrote", ("mission",))] if writers() else []),
                Is("mailed", (self.chance.choice(("never", "ever", f"since.{day}", f"before.{day}")),)),
            )
        )

    def rule(self, depth: int = 3) -> Rule:
        """Any rule of such conditions."""
        way = self.chance.random()
        if depth == 0 or way < 0.35:
            return self.condition()
        if way < 0.55:
            return Not(self.rule(depth - 1))
        return (And if way < 0.8 else Or)(tuple(self.rule(depth - 1) for _ in range(2)))

    def meant(self, rule: Rule, viewer: Viewer) -> set[int]:
        """Whom a rule means, by looking at everybody."""
        all_of = lambda model: list(self.session.query(model))  # noqa: E731
        facts, known = Facts("un75", viewer, TODAY), {model: all_of(model) for model in (Organisation, Line, Signature)}
        mailings = {one.id for one in all_of(Mailing) if viewer.networks is None or one.network_id in viewer.networks}
        left = [one for one in all_of(Delivery) if one.mailing_id in mailings and one.state in ("sent", "uncertain")]
        sent = [(one.contact_id, one.sent_at) for one in left]
        networks: dict[int, set[int]] = {}
        for row in all_of(Membership):
            networks.setdefault(row.organisation_id, set()).add(row.network_id)
        homes = {one.id: one for one in known[Organisation]}
        found = set()
        for place in all_of(Position):
            home, mine = homes[place.organisation_id], networks.get(place.organisation_id, set())
            if home.joined_into is None and (viewer.networks is None or mine & set(viewer.networks)):
                mails = [at for contact, at in sent if contact == place.person_id]
                given = (place, home, mine, mails, known, facts)
                if holds(rule, lambda one, given=given: self._answer(one, *given)):
                    found.add(place.person_id)
        return found

    def _answer(self, one: Is, place, home, networks: set[int], mails: list, known: dict, facts: Facts) -> bool:
        values, state = set(one.values), {"ABW": "NLD"}.get(home.country, home.country)
        if one.kind == "country":
            return home.country in values
        if one.kind == "region":
            return {"KEN": "002", "CRI": "019", "FRA": "150", "IND": "142", "ABW": "019"}.get(home.country) in values
        if one.kind == "group":
            return any(state in facts.members([code]) for code in values)
        if one.kind == "position":
            at = facts.standing(one.ask).get(state)
            return at is not None and (at.position in values or ("inferred" in values and at.level == "group"))
        if one.kind == "changed":
            return state in facts.moved(one.ask, one.values[0])
        if one.kind == "network":
            return bool(networks & {self.networks[slug] for slug in values})
        if one.kind == "language":
            return bool(values & {place.language, place.second_language})
        if one.kind == "role":
            return bool(values & set(place.roles))
        if one.kind == "ecosoc":
            return home.ecosoc in values
        if one.kind == "signed-letter":
            asked = {self.letters[slug].id for slug in values}
            same = {home.id, *(row.id for row in known[Organisation] if row.joined_into == home.id)}
            return any(line.organisation_id in same for line in known[Line] if line.letter_id in asked)
        if one.kind == "signed-petition":
            return any(row.person_id == place.person_id and row.shown == "name" for row in known[Signature])
        if one.kind == "wrote":
            return place.person_id in self.wrote
        value = one.values[0]
        if value in ("never", "ever"):
            return bool(mails) == (value == "ever")
        when = datetime.combine(date.fromisoformat(value.split(".")[1]), datetime.min.time(), UTC)
        mails = [at for at in mails if at]
        return any(at >= when for at in mails) if value.startswith("since") else bool(mails) and max(mails) < when
