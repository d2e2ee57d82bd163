"""Texts taken away and brought back through the desk: tried first, then taken in; nobody's words are lost."""

import pytest

from app.campaigns import drafts, editing
from app.campaigns.interchange import word, xliff
from app.campaigns.models import Draft
from app.kernel import clock
from app.kernel.db import db
from tests.desk_support import make_staff

FILES = "/en/desk/un75/translate/{}/files"


def draft(language, key="lead", slug="why", kind="pages") -> Draft:
    held = drafts.rows(drafts.campaign("un75").id, kind, slug)[language]
    return next(row for row in held if row.key == key)


def edit(language, text, key="lead"):
    row, actor = draft(language, key), make_staff("campaigner").id
    campaign = drafts.campaign("un75")
    editing.save_block(
        campaign, "pages", "why", language, key, text=text, seen=row.digest, actor=actor, now=clock.now()
    )
    db.session.commit()


def taken(client, language="fr", **query) -> bytes:
    return client.get(FILES.format(language) + "/take", query_string={"document": "pages/why", **query}).get_data()


def bring(client, content: bytes, language="fr"):
    """Send a file. The body is put together here, as the test client would leave a large one open on the disk."""
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="texts.xlf"\r\n\r\n'
    body = head + content + b"\r\n--edge--\r\n"
    return client.post(FILES.format(language), data=body, content_type="multipart/form-data; boundary=edge")


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["ar", "zh", "ru"])
@pytest.mark.parametrize("form", ["xliff", "docx"])
def test_what_comes_back_as_it_went_changes_nothing(staff, language, form):
    client = staff("translator", languages=[language])
    went = taken(client, language, format=form, document="")
    page = text(client.get(bring(client, went, language).headers["Location"]))
    assert "says what it says here" in page
    assert "Nothing in this file can be taken in." in page


@pytest.mark.parametrize("form", ["xliff", "docx"])
def test_a_translation_is_tried_then_taken_in(staff, form):
    client = staff("translator", languages=["fr"])
    old = draft("fr").text
    reader, writer = (xliff, xliff) if form == "xliff" else (word, word)
    units = reader.read(taken(client, format=form))
    changed = [
        unit.__class__(**{**unit.__dict__, "target": f"{unit.target} Encore.", "source": "x", "state": "draft"})
        if unit.key == "lead"
        else unit.__class__(**{**unit.__dict__, "state": "draft"})
        for unit in units
    ]
    words = {"title": "T", "how": "H", "id": "I", "source": "S", "translation": "F"}
    content = writer.write(changed, "en", "fr") if form == "xliff" else word.write(changed, "en", "fr", words)
    address = bring(client, content).headers["Location"]
    page = text(client.get(address))
    assert "1 text can be taken in" in page.replace("<bdi>", "").replace("</bdi>", "") and draft("fr").text == old
    assert client.post(address).status_code == 303
    assert draft("fr").text == f"{old} Encore."
    assert draft("fr").written_by == client.staff_id and draft("fr").state == "draft"
    assert "taken in" in text(client.get(address))
    edit("fr", f"{old} Autrement.")
    assert client.post(address).status_code == 303
    assert draft("fr").text == f"{old} Autrement.", "a second time does nothing"


def with_words(content: bytes, old: str, new: str) -> bytes:
    """XLIFF in which the translation, not the source, says something else."""
    said = content.decode()
    assert old in said
    return said.replace(old, new).encode()


def test_a_block_that_was_edited_in_the_meantime_is_a_conflict(staff):
    client = staff("translator", languages=["fr"])
    went = taken(client)
    start = draft("fr").text[:20]
    edit("fr", f"{draft('fr').text} Entre-temps.")
    address = bring(client, with_words(went, start, f"Autre {start}")).headers["Location"]
    assert "somebody has edited it here" in text(client.get(address))
    client.post(address)
    assert draft("fr").text.endswith("Entre-temps.")


def test_a_conflict_that_arises_between_the_trial_and_the_taking_in_overwrites_nothing(staff):
    client = staff("translator", languages=["fr"])
    start = draft("fr").text[:20]
    address = bring(client, with_words(taken(client), start, f"Autre {start}")).headers["Location"]
    edit("fr", f"{draft('fr').text} Entre-temps.")
    client.post(address)
    assert draft("fr").text.endswith("Entre-temps.")
    assert "somebody has edited it here" in text(client.get(address))


def test_what_was_made_from_an_older_source_is_taken_in_and_stands_as_stale(staff):
    client = staff("translator", languages=["fr"])
    went, source = taken(client), draft("en").digest
    start = draft("fr").text[:20]
    edit("en", f"{draft('en').text} More.")
    address = bring(client, with_words(went, start, f"Autre {start}")).headers["Location"]
    client.post(address)
    assert draft("fr").text.startswith("Autre") and draft("fr").source == source != draft("en").digest
    assert "<ins> More.</ins>" in text(client.get("/en/desk/un75/translate/fr/pages/why"))


def test_a_lost_link_is_refused_with_its_reason(staff):
    client = staff("translator", languages=["fr"])
    went = taken(client)
    link = "https://press.un.org/en/2023/ngo956.doc.htm"
    before, after = went.decode().split("<target", 1)
    content = f"{before}<target{after}"
    at = content.index("<target", content.index("#gate@"))
    content = content[:at] + content[at:].replace(link, "https://example.org/", 1)
    page = text(client.get(bring(client, content.encode()).headers["Location"]))
    assert "something is wrong with it" in page and link in page


def test_only_what_waits_can_be_taken_away(staff):
    client = staff("translator", languages=["fr"])
    edit("en", f"{draft('en').text} More.")
    units = xliff.read(taken(client, open="yes"))
    assert [unit.key for unit in units] == ["lead"]
    assert "needs-review-translation" in taken(client, open="yes").decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Please choose a file."),
        (b"<html/>", "but not XLIFF"),
        (b"PK\x03\x04", "cannot be unpacked"),
        (b"<!DOCTYPE x []><xliff version='1.2'/>", "document type or entities"),
        (b"<xliff version='1.2'>" + b" " * (4 * 1024 * 1024) + b"</xliff>", "larger than"),
        (b"<xliff version='1.2'>" + b" " * (5 * 1024 * 1024) + b"</xliff>", "larger than"),
    ],
)
def test_a_file_that_is_no_good_is_answered_with_its_reason(staff, content, said):
    answer = bring(staff("translator", languages=["fr"]), content)
    assert answer.status_code in (413, 422)
    assert said in text(answer)


def test_files_are_for_ones_own_languages_and_for_oneself(staff):
    one, other, spanish = (staff("translator", languages=[code]) for code in ("fr", "fr", "es"))
    assert spanish.get(FILES.format("fr") + "/take").status_code == 403
    assert bring(spanish, taken(one)).status_code == 403
    assert "in another language" in text(bring(spanish, taken(one), "es"))
    address = bring(one, taken(one)).headers["Location"]
    assert other.get(address).status_code == 404
    assert other.post(address).status_code == 404
