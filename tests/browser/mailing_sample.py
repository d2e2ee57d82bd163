"""Mailings in several states, so that their pages have something to show. Every organisation is fictional."""

from sqlalchemy import select, text, update

from app.campaigns.models import Campaign
from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import stamps
from app.mobilisation.composing import Words
from app.mobilisation.mailing_operations import Plan, create, write
from app.mobilisation.models import Delivery, Mailing

BODY = "Dear {name|friends},\n\n{state|Your state} has no clear view yet.\n\n[Sign the letter]({sign_link})"


def plan(staff_id: int) -> Mailing:
    """A mailing with texts in three languages, one of them neutral, and something still wrong."""
    now = clock.now()
    wanted = Plan("Fictional call", "group:NAM", "en", "Fictional Campaign", neutral=True, ask="focal-point")
    made = create("un75", wanted, None, actor=staff_id, now=now)
    for language, variant, subject, body in (
        ("en", "plain", "Where {state|your state} stands", BODY),
        ("fr", "plain", "Un sujet fictif", BODY.replace("Dear", "Chers")),
        (
            "ar",
            "plain",
            "موضوع خيالي",
            "مرحبا {name|أصدقاء}،\n\nدولتكم {state|دولتكم} لم تحدد موقفها بعد.\n\n[التوقيع]({sign_link})",
        ),
        ("ru", "plain", "Вымышленная тема", "{position} {nothing}"),
        ("en", "neutral", "A page for you", "{sign_link}"),
    ):
        write(made, Words(language, variant, subject, "A fictional first line", body), actor=staff_id, now=now)
    return made


def running(staff_id: int, letter: str | None = "focal-point") -> Mailing:
    """A mailing under way to organisations that are there, with recipients in every state; none has an address."""
    now = clock.now()
    made = plan(staff_id)
    made.letter = letter
    made.state, made.frozen_at, made.audience, made.asked_by, made.asked_at = "running", now, 60, staff_id, now
    db.session.flush()
    organisation = db.session.scalar(text("SELECT min(id) FROM people_organisation"))
    states = ("sent", "sent", "queued", "uncertain", "failed", "excluded", "cancelled")
    reasons = {"failed": "mailbox", "excluded": "no_consent", "cancelled": "moved"}
    for n in range(60):
        state = states[n % len(states)]
        db.session.add(
            Delivery(
                mailing_id=made.id,
                organisation_id=organisation,
                language=("en", "fr", "ar")[n % 3],
                country=("KEN", "GHA", "CRI")[n % 3],
                state=state,
                reason=reasons.get(state),
            )
        )
    campaign = db.session.scalar(select(Campaign.id).where(Campaign.slug == "un75"))
    db.session.execute(
        text(
            "INSERT INTO positions_change (campaign_id, ask, state, at, was, was_level, position, level, why)"
            " VALUES (:campaign, 'focal-point', 'GHA', :at, 'undecided', 'own', 'support', 'own', 'evidence')"
        ),
        {"campaign": campaign, "at": now},
    )
    return made


def fill(staff_id: int) -> dict[str, object]:
    """A plan, one that runs, and the link of a mail of it."""
    under_way = running(staff_id)
    db.session.flush()
    token = db.session.scalar(select(Delivery.token).where(Delivery.mailing_id == under_way.id).limit(1))
    db.session.execute(update(Mailing).where(Mailing.id == under_way.id).values(name="Fictional call under way"))
    person = text(
        "INSERT INTO mobilisation_lacking (mailing_id, slot, contact_id) SELECT :id, 'mission', min(id)"
        " FROM people_person HAVING min(id) IS NOT NULL"
    )
    db.session.execute(person, {"id": under_way.id})
    return {
        "slot": "mission",
        "mailing_id": plan(staff_id).id,
        "variant": "plain",
        "running_id": under_way.id,
        "mailing_link": stamps.link_word(token),
    }
