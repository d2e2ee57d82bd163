"""A troll's three hundred signatures: seen in the bursts, called false after a second person's yes, and restored."""

import json

from sqlalchemy import func, select, text

from app.kernel import clock
from app.kernel.db import db
from app.petitions import operations
from app.petitions.models import Petition, PetitionText, Signature
from app.petitions.operations import OpenText, Signing
from tests.browser.desk import in_house
from tests.browser.visitor import follow
from tests.machine import PATIENCE, eventually

TROLL = "198.51.100.0/24"
NUMBER = 300
DESK = "/en/desk/un75"


def flood() -> None:
    """Three hundred signatures of one network, confirmed by their maker, whose mails go nowhere."""
    petition, words = db.session.execute(
        select(Petition, PetitionText)
        .join(PetitionText, PetitionText.petition_id == Petition.id)
        .where(PetitionText.language == "en", Petition.slug == "focal-point")
    ).one()
    # Other tests may have left signatures that nobody confirmed.
    last = db.session.scalar(select(func.max(Signature.id))) or 0
    for number in range(NUMBER):
        address = f"made-up-{number}@m{number}.example.org"
        signing = Signing("Fictional Troll", address, "GHA", "none", False, "en", {"signature": "x"}, TROLL)
        assert operations.sign(OpenText(petition.id, words.version, words.digest), "un75", signing, clock.now())
    db.session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'petitions:mail' AND status = 'todo'"))
    for signature_id in db.session.scalars(select(Signature.id).where(Signature.id > last)):
        operations.confirm(signature_id, clock.now())


def count(house) -> int:
    return json.loads(house.get("/api/v1/petitions/focal-point")[1])["signatures"]["confirmed"]


def stands(house, number: int) -> None:
    eventually(lambda: count(house) == number, PATIENCE, f"the count is {count(house)}, not {number}")


def test_a_trolls_signatures_are_called_false_and_restored(house, desk):
    before = count(house)
    in_house(house, flood)
    stands(house, before + NUMBER)
    asker, checker = desk("moderator"), desk("moderator")

    page = asker.open(f"{DESK}/signatures/focal-point/bursts")
    follow(page.locator("section:has(#by-network) a", has_text="Call false").first)
    page.get_by_text("300 signatures are meant").wait_for()
    assert "Fictional Troll" not in page.content()
    page.get_by_label("Reason").fill("made by a program")
    follow(page.get_by_role("button", name="Call 300 signatures false"))
    page.get_by_role("heading", name="It waits to be checked").wait_for()
    assert page.get_by_role("button", name="I have checked it").count() == 0
    address = page.url.partition("?")[0].replace(asker.url, "")
    assert count(house) == before + NUMBER

    page = checker.open(address)
    follow(page.get_by_role("button", name="I have checked it"))
    page.get_by_role("heading", name="Undo it").wait_for()
    stands(house, before)
    page.get_by_label("Reason").fill("it was a school after all")
    follow(page.get_by_role("button", name="Undo it whole"))
    page.get_by_text("it was a school after all").wait_for()
    stands(house, before + NUMBER)
