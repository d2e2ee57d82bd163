"""/api/v1/letters/<slug>, as docs/verify.md says it; and people are found in their list by whole words."""

import re

from sqlalchemy import text

from app.kernel.config import ROOT
from tests.letters.support import LETTER, close_day, confirmed, letter, organisation, said

API = "/api/v1/letters/focal-point"


def test_it_gives_versions_with_digests_counts_by_visibility_names_and_days(app, client, session):
    for number in range(12):
        confirmed(app, client, **organisation(number, visibility="public" if number < 2 else "counted"))
    close_day(session)
    app.wsgi_app.clear()
    found = client.get(API).get_json()
    (version,) = found["versions"]
    assert set(version["texts"]) == {"ar", "zh", "en", "fr", "ru", "es"}
    assert all(len(one["digest"]) == 64 for one in version["texts"].values())
    assert found["counts"]["by_visibility"]["organisations"] == {"public": 2, "area": 0, "counted": 10}
    assert [one["name"] for one in found["signatories"]] == ["Fictional League 0", "Fictional League 1"]
    assert len(found["daily"]) == 1 and found["daily"][0]["salt"]
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "verify.md").read_text(encoding="utf-8"), re.M))
    assert documented == set(found)


def test_people_are_found_by_whole_words_of_their_names_which_stand_nowhere_in_plain(app, client, session):
    letter(session).individuals = True
    session.commit()
    app.wsgi_app.clear()
    confirmed(app, client, as_person=True)
    confirmed(app, client, as_person=True, person="李小龍", email="li@fictional-water.org")
    page = LETTER.format(lang="en") + "/signatories"
    for words, found, other in (("mensah AMA", "Ama Serwaa Mensah", "李小龍"), ("小龍", "李小龍", "Mensah")):
        shown = said(client.get(page, query_string={"list": "individual", "q": words}))
        assert found in shown and other not in shown
    assert "Nobody on the list fits" in said(client.get(page, query_string={"list": "individual", "q": "Mens"}))
    keys = session.scalars(text("SELECT key FROM letters_line_key")).all()
    assert keys and all(re.fullmatch(r"p:[0-9a-f]{66}", key) for key in keys)
