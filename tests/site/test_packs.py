"""Packs: checked whole, imported whole or not at all, never over what somebody edited, never under a signature."""

import shutil

import pytest

from app.campaigns.models import Campaign, Page
from app.campaigns.pack import PackFaults, read
from app.kernel.db import db
from app.petitions.texts import TextWasSigned
from app.site import packs
from tests.conftest import ROOT
from tests.support import sign


@pytest.fixture
def pack(tmp_path):
    return shutil.copytree(ROOT / "campaigns" / "un75", tmp_path / "un75")


def edit(pack, file, old, new):
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(pack) -> list[str]:
    with pytest.raises(PackFaults) as found:
        read(pack)
    return [str(fault) for fault in found.value.faults]


def test_the_un75_pack_is_without_fault():
    assert read(ROOT / "campaigns" / "un75").slug == "un75"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pages/why/fr.md", "title =", "titel =", "pages/why/fr.md:2: missing key 'title'"),
        ("pages/why/fr.md", "description", "title", "no valid TOML"),
        ("pages/why/en.md", "## Access", "#### Access", "a heading of level 4 follows level 1"),
        ("pages/why/en.md", "The United Nations was", "The <b>United</b> Nations was", "raw HTML is not allowed"),
        ("pages/why/es.md", "](page:road)", "](page:why)", "link page:road is missing"),
        (
            "pages/call/ar.md",
            "https://undocs.org/A/75/893",
            "https://undocs.org/A/75/894",
            "is not in the source language",
        ),
        ("mails/confirm/ru.md", "{petition}", "{petitoin}", "unknown placeholder {petitoin}"),
        ("mails/confirm/ru.md", "{action}\n", "\n", "must stand once"),
        ("campaign.toml", 'slug = "un75"', 'slug = "un76"', "slug must be the folder's name"),
        ("campaign.toml", "version = 1", "version = 0", "needs a version"),
        ("campaign.toml", 'status = "open"', 'status = "perhaps"', "status is one of"),
        ("campaign.toml", "source_language", "sauce_language", "unknown key 'sauce_language'"),
    ],
)
def test_a_planted_fault_is_named_with_its_file(pack, file, old, new, said):
    if file == "pages/why/es.md" and old not in (pack / file).read_text(encoding="utf-8"):
        file, old, new, said = "pages/call/es.md", "](page:road)", "](page:why)", "link page:road is missing"
    edit(pack, file, old, new)
    assert any(said in fault and fault.startswith(file) for fault in faults(pack)), faults(pack)


def test_a_missing_language_a_stray_file_and_a_bad_ending_are_named(pack):
    (pack / "pages/why/zh.md").unlink()
    (pack / "pages/why/pt.md").write_text("x", encoding="utf-8")
    (pack / "pages/road/en.md").write_bytes((pack / "pages/road/en.md").read_bytes() + b"\n")
    (pack / "pages/call/ru.md").write_bytes(b"\xff\xfe")
    found = faults(pack)
    assert "pages/why/zh.md:0: the file is missing" in found
    assert "pages/why/pt.md:0: nothing in campaign.toml asks for this file" in found
    assert any(f.startswith("pages/road/en.md") and "exactly one line break" in f for f in found)
    assert any(f.startswith("pages/call/ru.md:0: not UTF-8") for f in found)


def test_a_pack_that_moved_is_loaded_and_one_that_did_not_is_left(app, session, pack):
    assert packs.load_folder(pack).outcome == "unchanged"
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    assert packs.load_folder(pack).outcome == "imported"
    page = session.query(Page).filter_by(slug="about", language="en").one()
    assert "This site comes from" in page.body


def test_what_somebody_edited_here_is_not_overwritten(app, session, pack):
    session.query(Page).filter_by(slug="about", language="en").one().title = "Edited here"
    session.commit()
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    assert packs.load_folder(pack).outcome == "edited"
    assert session.query(Page).filter_by(slug="about", language="en").one().title == "Edited here"


def test_a_faulty_pack_changes_nothing(app, session, pack):
    before = session.query(Campaign).one().content_digest
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    edit(pack, "pages/about/fr.md", "+++", "---")
    with pytest.raises(PackFaults):
        packs.load_folder(pack)
    assert session.query(Campaign).one().content_digest == before


def test_a_text_that_people_signed_is_changed_by_a_new_version_only(app, client, session, pack):
    file = "petitions/focal-point/en.md"
    old = (pack / file).read_text(encoding="utf-8").splitlines()[5].split(".")[0]
    edit(pack, file, old, old + " indeed")
    packs.load_folder(pack)
    sign(client)
    edit(pack, file, " indeed", " truly")
    with pytest.raises(TextWasSigned, match="raise the version"):
        packs.load_folder(pack)
    db.session.rollback()
    assert " indeed" in client.get("/en/un75/petitions/focal-point").get_data(as_text=True)
    edit(pack, "campaign.toml", "version = 1", "version = 2")
    packs.load_folder(pack)
    page = client.get("/en/un75/petitions/focal-point").get_data(as_text=True)
    assert " truly" in page
    assert client.get("/api/v1/petitions/focal-point").json["version"] == 2


def test_only_pages_that_differ_are_marked_as_changed(app, session, pack):
    before = {(p.slug, p.language): p.updated_at for p in session.query(Page)}
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    packs.load_folder(pack)
    session.expire_all()
    moved = [
        key
        for key, at in before.items()
        if session.query(Page).filter_by(slug=key[0], language=key[1]).one().updated_at != at
    ]
    assert moved == [("about", "en")]
