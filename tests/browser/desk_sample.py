"""One of everything that the desk has a page for, so that no page is left out for want of something to show."""

from datetime import timedelta

from sqlalchemy import select, text

from app.accounts import exports, invitations
from app.accounts.roles import Role
from app.campaigns import glossary, glossary_book, questions, returning
from app.campaigns.models import Campaign
from app.kernel import clock
from app.kernel.db import db
from app.people import org_operations, positions, privacy
from app.people.importing import operations as importing
from app.people.org_operations import OrganisationData
from app.people.positions import PersonData
from app.petitions import bulk, limits, operations, packs, paper_batches, partners, selecting
from app.petitions.models import Petition, PetitionText, Signature
from app.petitions.operations import OpenText, Signing
from app.positions import corrections, deciders, intake, rolls
from app.positions.models import Evidence
from tests.browser import gift_sample, letter_sample, mailing_sample, mission_sample
from tests.desk_support import make_staff

NETWORK = "198.51.100.0/24"
LIST = b"Name;Country;Website\nFictional Bread;KEN;bread.example\nFictional Salt;GHA;\n"


def signatures(number: int) -> list[int]:
    """So many signatures from one network, half of them confirmed, with comments; their ids."""
    now = clock.now()
    petition, words = db.session.execute(
        select(Petition, PetitionText)
        .join(PetitionText, PetitionText.petition_id == Petition.id)
        .where(PetitionText.language == "en", Petition.slug == "focal-point")
    ).one()
    for n in range(number):
        signing = Signing(
            f"Fictional Signer {n}",
            f"fictional{n}@m{n % 5}.example.org",
            ("GHA", "FRA", "PER")[n % 3],
            ("name", "area", "none")[n % 3],
            True,
            "en",
            {"signature": "x"},
            NETWORK,
            source=("qr", None, "fictional-union")[n % 3],
            comment="A fictional comment." if n % 3 == 0 else None,
        )
        text_ = OpenText(petition.id, words.version, words.digest)
        assert operations.sign(text_, "un75", signing, now - timedelta(minutes=7 * n))
    # Nobody is there who would get these mails.
    db.session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'petitions:mail' AND status = 'todo'"))
    found = list(db.session.scalars(select(Signature.id).order_by(Signature.id)))
    for signature_id in found[::2]:
        operations.confirm(signature_id, now)
    return found


def of_states(campaign: Campaign, staff_id: int, now) -> dict[str, object]:
    """One of everything about states and evidence; `own` are values of some rooms where a name means something else."""
    piece = db.session.scalar(select(Evidence).where(Evidence.campaign_id == campaign.id, Evidence.ref == "UN75-003"))
    cells = {"ask": "focal-point", "type": "vote", "date": "2024-01-01", "relevance": "related", "confidence": "low"}
    cells |= {
        "on": "procedural",
        "yes_means": "for",
        "un_symbol": "A/FICTIONAL",
        "url": "https://example.org/fictional",
    }
    roll = rolls.enter(campaign, cells, [("KEN", "yes")], {}, "In favour: Kenya", actor=staff_id, now=now)
    note = {
        "state": "CRI",
        "words": "Fictional words.",
        "language": "en",
        "number": "1/fictional",
        "received": now.date(),
    }
    disputed = corrections.by_note_verbale(campaign, piece, **note, actor=staff_id, now=now)
    said = deciders.Said("candidate", "Fictional Candidate", None, None, "https://example.org/", "")
    decider = deciders.enter(campaign, "X-FICTIONAL", said, actor=staff_id, now=now)
    file = intake.begin(campaign, b"ref,ask\n", language="en", actor=staff_id, now=now)
    return {
        "iso3": "KEN",
        "state": "KEN",
        "evidence_id": db.session.scalar(
            text("SELECT min(id) FROM positions_evidence WHERE status = 'draft' AND roll_id IS NULL")
        ),
        "roll_id": roll.id,
        "correction_id": disputed.id,
        "pack_id": packs.bring(campaign, packs.zipped(campaign, False), staff_id, now).id,
        "office_id": db.session.scalar(text("SELECT min(id) FROM states_office")),
        "period_id": db.session.scalar(text("SELECT min(id) FROM states_membership WHERE group_code = 'NAM'")),
        "reading_id": 0,
        "own": {
            "groups_desk": {"code": "NAM"},
            "deciders_desk": {"code": decider.code},
            "evidence_imports": {"import_id": file.id},
        },
    }


def fill(staff_id: int) -> dict[str, object]:
    """One of everything, as somebody (an id of staff) has made it; the names in addresses, and the ids, of each."""
    now = clock.now()
    ids = signatures(60)
    petition = db.session.scalar(select(Petition).where(Petition.slug == "focal-point"))
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == "un75"))
    network = selecting.network_or_domain(limits.NETWORK, NETWORK)
    false = bulk.ask(petition, "un75", selecting.Chosen(network=network), "made by a program", actor=staff_id, now=now)
    few = selecting.Chosen(network=network, area="PER", state="pending")
    done = bulk.ask(petition, "un75", few, "made by a program", actor=staff_id, now=now)
    while bulk.work(done.id, now):
        pass
    paper = {"place": "Fictional market, Accra", "day": now.date(), "number": 40, "scan": b"%PDF-1.7 fictional"}
    partner = partners.new(campaign.id, now)
    partner.slug, partner.names, partner.active = "fictional-union", {"en": "Fictional Union"}, True
    partners.put(partner)
    house = org_operations.create_network("fictional-network", {"en": "Fictional Network"}, staff_id, now)
    organisation, _ = [
        org_operations.create(
            OrganisationData(name=name, name_language="en", country="KEN", website="https://water.example.org/"),
            [house],
            staff_id,
            now,
        )
        for name in ("Fictional Water League", "The Fictional Water League Ltd")
    ]
    person = PersonData(name="Fictional Person", address="fictional@water.example.org", roles=("un",))
    block = db.session.execute(
        text("SELECT kind, slug, key FROM campaigns_block WHERE slug = 'why' AND language = 'en' AND key <> '' LIMIT 1")
    ).one()
    questions.ask(campaign, tuple(block), "fr", "Does “fictional” mean invented?", staff_id, now)
    units = returning.units(campaign, "fr", "pages/why", False)
    term = glossary.Entry("fictional")
    request = privacy.receive(
        "erase", "fictional0@m0.example.org", received=now.date(), actor=staff_id, now=now, language="en"
    )
    states, mailings = of_states(campaign, staff_id, now), mailing_sample.fill(staff_id)
    states["own"]["mailing_run"] = {"mailing_id": mailings["running_id"]}
    return {
        "campaign": "un75",
        "petition": "focal-point",
        "letter": "focal-point",
        "kind": "pages",
        "slug": "why",
        "code": "fr",
        "key": block.key,
        "signature_id": ids[0],
        "bulk_id": false.id,
        "done_id": done.id,
        "network": network,
        "batch_id": paper_batches.add(petition, "un75", **paper, actor=staff_id, now=now),
        "partner_id": partner.id,
        "network_id": house,
        "organisation_id": organisation,
        "position_id": positions.add(organisation, person, staff_id, now),
        "double_id": db.session.scalar(text("SELECT max(id) FROM people_double")),
        **states,
        **letter_sample.sign_ons(house),
        **mission_sample.fill(campaign, staff_id),
        **mailings,
        **gift_sample.fill(staff_id),
        "import_id": importing.begin(LIST, lang="en", networks=None, actor=staff_id, now=now),
        "request_id": request.id,
        "returned_id": returning.receive(campaign, "fr", units, staff_id, now).id,
        "term_id": glossary_book.put(campaign, term, staff_id, now, ["fr"]),
        "work_id": done.work_id,
        "staff_id": make_staff("campaigner").id,
        "token": invitations.new_link(
            invitations.invite("fictional@staff.example.org", Role("moderator", "un75"), "en", None, now, mail=False)
        ),
        "what": min(kind.name for kind in exports.every() if kind.name == "signatures"),
    }
