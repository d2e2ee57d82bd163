"""Sign-ons under the letter of the pack, so that its pages at the desk have something to show."""

from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.letters import operations, pairing
from app.letters.models import Letter, LetterText, Signatory
from app.letters.operations import OpenText, SigningOn
from app.letters.record import Record, opened

NAMES = ("Fictional Water League", "The Fictional Watre League", "Imaginary Rivers", "Fictional Voices Ghana")


def sign_ons(told_network: int | None = None) -> dict[str, object]:
    """Four organisations whose mandate waits, one of them not to be named; what addresses of their pages hold. With
    `told_network` they chose that its coordinator may learn of them."""
    now = clock.now()
    letter, words = db.session.execute(
        select(Letter, LetterText)
        .join(LetterText, (LetterText.letter_id == Letter.id) & (LetterText.version == Letter.version))
        .where(Letter.slug == "focal-point", LetterText.language == "en")
    ).one()
    text = OpenText(letter.id, words.version, "en", words.digest)
    for number, name in enumerate(NAMES):
        record = Record(
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
        visibility = "counted" if number == 2 else "public"
        assert operations.sign_on(text, SigningOn(record, "organisation", visibility, False), now)
    ids = {}
    for signatory in db.session.scalars(select(Signatory).where(Signatory.letter_id == letter.id)).all():
        operations.confirm(signatory.id, now)
    for signatory in db.session.scalars(select(Signatory).where(Signatory.letter_id == letter.id)).all():
        said = opened(signatory.sealed)
        ids[said.name] = signatory.id
        signatory.sealed = said.told("asked", now, question="Who?", told_network=told_network).sealed()
    pairing.compare(letter.id, now)
    db.session.execute(db.text("DELETE FROM procrastinate_jobs WHERE task_name = 'letters:mail' AND status = 'todo'"))
    return {
        "letter": letter.slug,
        "signatory_id": ids[NAMES[0]],
        "one_id": ids[NAMES[0]],
        "other_id": ids[NAMES[1]],
    }
