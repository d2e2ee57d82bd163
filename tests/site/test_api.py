"""What machines may read: every name, every digest, every number, after the small-cell rule."""

import hashlib

from app.kernel.i18n import CODES
from app.petitions import counting
from app.petitions.models import PetitionText
from tests.support import confirm_all, sign

PETITION = "/api/v1/petitions/focal-point"


def count(session):
    counting.count()
    session.commit()


def test_a_campaign_names_its_languages_pages_petitions_letters_and_asks(client):
    answer = client.get("/api/v1/campaigns/un75")
    found = answer.json
    assert found["languages"] == list(CODES)
    menu = ["call", "why", "post", "change", "road", "timeline", "questions", "sources"]
    assert [p["slug"] for p in found["pages"]] == [*menu, "about", "safety", "privacy"]
    assert [p["slug"] for p in found["petitions"]] == ["focal-point"]
    assert [letter["slug"] for letter in found["letters"]] == ["focal-point"]
    assert [(a["slug"], a["status"]) for a in found["asks"]] == [
        ("focal-point", "open"),
        ("participation", "open"),
        ("declaration", "adopted"),
    ]
    assert all(set(a["titles"]) == set(CODES) for a in found["asks"])
    for page in found["pages"]:
        for url in page["urls"].values():
            assert client.get(url.removeprefix("http://plenary.test")).status_code == 200
    assert answer.headers["Cache-Control"].startswith("public")


def test_the_digest_of_each_text_is_sha_256_of_its_canonical_form(client, session):
    digests = client.get(PETITION).json["digests"]
    assert set(digests) == set(CODES)
    for words in session.query(PetitionText):
        text = f"{words.title}\n\n{words.addressees}\n\n{words.body}\n"
        assert digests[words.language] == hashlib.sha256(text.encode()).hexdigest()


def test_the_numbers_add_up_and_small_areas_are_folded(app, client, session):
    areas = ["KEN"] * 34 + ["GHA"] * 33 + ["TUV"] + ["other", "unsaid"]
    for number, area in enumerate(areas):
        sign(client, email=f"p{number}@example.org", area=area)
    confirm_all(app, client)
    count(session)
    found = client.get(PETITION).json
    assert found["signatures"] == {"confirmed": 70, "on_paper": 0}
    assert found["by_area"] == {"KEN": 34, "002": 33, "009": 1, "elsewhere": 2}
    assert found["names"] == {"KEN": "Kenya", "002": "Africa", "009": "Oceania"}
    assert sum(found["by_day"].values()) == 70


def test_a_withdrawal_lowers_the_total_and_tells_no_area(app, client, session, mailbox):
    for number in range(10):
        sign(client, email=f"p{number}@example.org", area="KEN")
    confirm_all(app, client)
    count(session)
    before = client.get(PETITION).json
    client.post(mailbox()[0].link, data={"action": "withdraw"})
    count(session)
    after = client.get(PETITION).json
    assert after["signatures"]["confirmed"] == 9
    assert (after["by_area"], after["withdrawn"]) == (before["by_area"], 1)
    assert sum(after["by_area"].values()) - after["withdrawn"] == 9
    assert sum(after["by_day"].values()) == 9


def test_what_does_not_exist_is_said_as_json(client):
    for path in ("/api/v1/petitions/none", "/api/v1/campaigns/none", "/api/v1/nothing"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.mimetype == "application/json"
