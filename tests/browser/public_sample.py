"""One of everything that the public has a page for, so that no page is left out for want of something to show."""

import shutil
from datetime import date
from pathlib import Path

from sqlalchemy import select, text

from app.campaigns.format import write
from app.campaigns.kinds import KINDS, file_name
from app.campaigns.models import Campaign, Update
from app.campaigns.pack import read
from app.kernel import clock
from app.kernel.db import db
from app.people import privacy
from app.petitions import partners
from app.positions import corrections, deciders
from app.positions.models import Evidence
from app.site import packs
from tests.browser import (
    contact_sample,
    giving_sample,
    letter_sample,
    mailing_sample,
    mission_sample,
    receipt_sample,
)
from tests.conftest import ROOT
from tests.desk_support import make_staff
from tests.petitions.test_news import blocks

# Texts in a language besides the six, by kind and slug: the fields of their heads.
PERSIAN = {
    ("campaign", "campaign"): {"name": "صدای جامعه", "tagline": "یک خط", "share": "این متن را بخوانید"},
    ("pages", "call"): {"title": "فراخوان", "description": "شرح کوتاه"},
    ("pages", "why"): {"title": "چرا", "description": "شرح کوتاه"},
    ("petitions", "focal-point"): {"title": "دادخواست ۱", "addressees": "به دبیرکل"},
}
HEARD = "fictional-news"


def speak_persian(root: Path) -> None:
    """Import the pack of the campaign once more, from a copy at `root` that has some texts in Persian."""
    shutil.copytree(ROOT / "campaigns" / "un75", root)
    head = root / "campaign.toml"
    further = ']\ncontent_languages = [\n    "fa",\n]\n\n[[pages]]'
    head.write_text(head.read_text(encoding="utf-8").replace("]\n\n[[pages]]", further, 1), encoding="utf-8")
    pack = read(root)
    for (kind, slug), front in PERSIAN.items():
        original = pack.documents[kind][slug]["en"]
        made = original.made_from(original, "draft")
        document = type(made)(front, made.blocks, original.digest, "draft")
        (root / file_name(kind, slug, "fa")).write_text(write(document, KINDS[kind].fields), encoding="utf-8")
    packs.import_folder(root)


def of_claims(campaign: Campaign, who: int) -> dict[str, str]:
    """A claim that its state disputes, a request of somebody else that was declined, a decider: the link of a mail."""
    now = clock.now()
    disputed, asked = (
        db.session.scalar(select(Evidence).where(Evidence.campaign_id == campaign.id, Evidence.ref == ref))
        for ref in ("UN75-003", "UN75-004")
    )
    note = {"words": "Fictional words.", "language": "en", "number": "1/fictional", "received": now.date()}
    corrections.by_note_verbale(campaign, disputed, state="CRI", **note, actor=who, now=now)
    said = {"wrong": "A fictional fault.", "source": "https://example.org/fictional", "name": "Fictional Reader"}
    found = corrections.ask(asked, **said, address="fictional@example.org", language="en", network=None, now=now)
    corrections.confirm(found, campaign, now)
    corrections.decline(found, campaign, "A fictional reason.", actor=who, now=now)
    candidate = deciders.Said("candidate", "Fictional Candidate", None, None, "https://example.org/", "")
    deciders.enter(campaign, "X-FICTIONAL", candidate, actor=who, now=now)
    waiting = corrections.ask(asked, **said, address="other@example.org", language="en", network=None, now=now)
    return {"declined": corrections.new_link(found, now), "asked": corrections.new_link(waiting, now)}


def of_requests(who: int) -> dict[str, str]:
    """Somebody's request for their data, waiting and answered: the links of both mails."""
    links = {}
    for state in ("asked", "done"):
        address = f"fictional-{state}@example.org"
        request = privacy.receive(
            "access", address, received=clock.now().date(), actor=who, now=clock.now(), language="en"
        )
        if state == "done":
            privacy.prove(request.id, clock.now())
            privacy.carry_out(request.id, actor=who, now=clock.now())
        links[state] = privacy.new_link(request, clock.now())[0]
    return links


def fill(folder: Path) -> dict[str, str | list[str]]:
    """One of everything, and the names and links by which addresses lead to it."""
    now, who = clock.now(), make_staff("administrator", "*").id
    speak_persian(folder / "un75")
    packs.import_folder(ROOT / "campaigns" / "demo")
    assert packs.load_evidence(ROOT / "campaigns" / "demo").accepted
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == "un75"))
    db.session.add(Update(campaign_id=campaign.id, slug=HEARD, day=date(2026, 11, 20)))
    for language in ("en", "ar", "fa"):
        db.session.add_all(blocks(campaign, HEARD, language, "Fictional news"))
    partner = partners.new(campaign.id, now)
    partner.slug, partner.names, partner.active = "fictional-union", {"en": "Fictional Union"}, True
    partners.put(partner)
    mails = contact_sample.tokens()
    claims, requests, letters = of_claims(campaign, who), of_requests(who), letter_sample.tokens(who)
    missions = mission_sample.fill(campaign, who)
    mailings = mailing_sample.fill(who)
    # Nobody is there who would get these mails.
    db.session.execute(text("DELETE FROM procrastinate_jobs WHERE status = 'todo'"))
    return {
        **letters,
        "mission_letter": missions["mission_letter"],
        **mails,
        "gifts": giving_sample.fill(),
        "mailing_link": mailings["mailing_link"],
        "correction": claims["asked"],
        "declined": claims["declined"],
        "request": requests["asked"],
        "data": requests["done"],
        "partner": partners.new_page(partner.id),
        "receipts": receipt_sample.tokens(),
    }
