"""Sign-ons under the letter of the pack, so that its pages at the desk have something to show."""

from sqlalchemy import select

from app.campaigns.models import Block
from app.kernel import clock
from app.kernel.db import db
from app.letters import inviting, mandating, operations, pairing, texts
from app.letters.invitation_models import Invitation
from app.letters.models import Letter, LetterText, Signatory
from app.letters.operations import OpenText, SigningOn
from app.letters.record import Record, opened
from tests.people.org_support import network, organisation, person

NAMES = ("Fictional Water League", "The Fictional Watre League", "Imaginary Rivers", "Fictional Voices Ghana")


def _record(number: int, name: str) -> Record:
    return Record(
        person=f"Fictional Person {number}",
        address=f"fictional{number}@gmail.com",
        language="en",
        version=0,
        text_language="en",
        digest="",
        moment="",
        country=("GHA", "KEN")[number % 2],
        name=name,
        name_language="en",
        website="https://fictional-water.org",
    )


def open_text() -> OpenText:
    """The letter of the pack as it is open now, in English."""
    letter, words = db.session.execute(
        select(Letter, LetterText)
        .join(LetterText, (LetterText.letter_id == Letter.id) & (LetterText.version == Letter.version))
        .where(Letter.slug == "focal-point", LetterText.language == "en")
    ).one()
    return OpenText(letter.id, words.version, "en", words.digest)


def sign_ons(told_network: int | None = None) -> dict[str, object]:
    """Four organisations whose mandate waits, one of them not to be named; what addresses of their pages hold. With
    `told_network` they chose that its coordinator may learn of them."""
    now = clock.now()
    text = open_text()
    for number, name in enumerate(NAMES):
        visibility = "counted" if number == 2 else "public"
        assert operations.sign_on(text, SigningOn(_record(number, name), "organisation", visibility, False), now)
    ids = {}
    for signatory in db.session.scalars(select(Signatory).where(Signatory.letter_id == text.letter_id)).all():
        operations.confirm(signatory.id, now)
    for signatory in db.session.scalars(select(Signatory).where(Signatory.letter_id == text.letter_id)).all():
        said = opened(signatory.sealed)
        ids[said.name] = signatory.id
        signatory.sealed = said.told("asked", now, question="Who?", told_network=told_network).sealed()
    pairing.compare(text.letter_id, now)
    db.session.execute(db.text("DELETE FROM procrastinate_jobs WHERE task_name = 'letters:mail' AND status = 'todo'"))
    return {
        "letter": "focal-point",
        "signatory_id": ids[NAMES[0]],
        "one_id": ids[NAMES[0]],
        "other_id": ids[NAMES[1]],
    }


def tokens(who: int) -> dict[str, list[str]]:
    """The letter with a second version and with people who may sign; the tokens of links to one under it in each state,
    two of them named, and of an invitation. `who` decided."""
    now = clock.now()
    sign_ons()
    letter = db.session.scalars(select(Letter).where(Letter.slug == "focal-point")).one()
    letter.individuals = True
    waits = select(Signatory.id).where(Signatory.letter_id == letter.id, Signatory.visibility == "public")
    counted, also, refused = db.session.scalars(waits.order_by(Signatory.id)).all()
    (waiting,) = db.session.scalars(select(Signatory.id).where(Signatory.visibility != "public")).all()
    for number in (counted, also):
        assert mandating.accept(number, "campaigner", actor=who, now=now)
    assert mandating.refuse(refused, "A fictional reason.", actor=who, now=now)
    block = select(Block).where(Block.kind == "letters", Block.slug == letter.slug, Block.key == "text")
    words = db.session.scalars(block.where(Block.language == "en")).one()
    words.text = f"Dear {words.text}\n\nA fictional sentence."
    db.session.flush()
    texts.publish(letter, "material", actor=who, now=now)
    signing = SigningOn(_record(9, "Fictional Late League"), "organisation", "public", False)
    assert operations.sign_on(open_text(), signing, now)
    pending = db.session.scalars(select(Signatory.id).where(Signatory.state == "pending")).one()
    house = network("fictional-letters")
    position = person(organisation("Fictional Guests", house, country="FRA"), "guest@fictional-guests.org")
    asked = Invitation(letter_id=letter.id, position_id=position, network_id=house, asked_on=now.date())
    db.session.add(asked)
    db.session.flush()
    return {
        "letters": [operations.new_link(number) for number in (pending, waiting, counted, refused)],
        "invited": [inviting.new_link(asked.id)],
    }
