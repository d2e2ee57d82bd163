"""A pack carries letters: taken in, never under a version that is open, and given back as they came."""

import shutil

import pytest

from app.campaigns import letter_head
from app.campaigns.faults import PackFaults
from app.campaigns.pack import read
from app.campaigns.rooms import TextWasSigned
from app.kernel.db import db
from app.letters.models import LetterText, LetterVersion
from app.letters.rules import Edition
from app.site import packs
from tests.conftest import ROOT
from tests.letters.support import LETTER, letter, said

WORDS = "Nobody in the Secretariat has both the rank and the means"


@pytest.fixture
def pack(tmp_path):
    """A copy of the pack of UN75."""
    return shutil.copytree(ROOT / "campaigns/un75", tmp_path / "un75")


def edit(pack, file, old, new):
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("language", ["ar", "zh", "en", "fr", "ru", "es"])
def test_the_letter_of_un75_is_open_in_six_languages(client, session, language):
    page = client.get(LETTER.format(lang=language)).get_data(as_text=True)
    assert 'id="sign"' in page
    text = session.query(LetterText).filter_by(language=language).one()
    assert text.state == ("official" if language == "en" else "draft")


def test_a_version_that_is_open_is_never_changed_by_a_pack(app, client, session, pack):
    edit(pack, "letters/focal-point/en.md", WORDS, "Nobody there has the means")
    with pytest.raises(TextWasSigned, match=r"letters/focal-point/en\.md: version 1 is open"):
        packs.import_folder(pack)
    db.session.rollback()
    edit(
        pack,
        "campaign.toml",
        "version = 1\nopened = 2026-11-28",
        'version = 2\nchange = "editorial"\nopened = 2026-11-28',
    )
    packs.import_folder(pack)
    assert letter(session).version == 2
    kinds = session.query(LetterVersion.number, LetterVersion.kind).order_by(LetterVersion.number).all()
    assert [Edition(*row) for row in kinds] == [Edition(1, "first"), Edition(2, "editorial")]
    app.wsgi_app.clear()
    assert "Nobody there has the means" in said(client.get(LETTER.format(lang="en")))
    assert WORDS in said(client.get(LETTER.format(lang="en") + "/versions/1"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("version = 1\nopened = 2026-11-28", "version = 2\nopened = 2026-11-28", "change says of each version"),
        ('negotiated = "en"', 'negotiated = "pt"', "negotiated is the language"),
        ('    "missions",', '    "Kenya",', "addressees lists missions"),
        ('time_zone = "America/New_York"\nnegotiated', "negotiated", "closes and time_zone stand together"),
        ("opened = 2026-11-28\n", "", "needs the day it opened"),
    ],
)
def test_a_faulty_entry_is_named(pack, old, new, words):
    edit(pack, "campaign.toml", old, new)
    with pytest.raises(PackFaults) as found:
        read(pack)
    assert any(words in str(fault) for fault in found.value.faults)


def test_a_letter_that_is_not_open_yet_says_so():
    draft = {"version": 0, "negotiated": "en", "addressees": ["KEN", "NOR"]}
    assert not list(letter_head.faults(draft))
    assert list(letter_head.faults({**draft, "addressees": ["KEN", "KEN"]}))


def test_what_was_exported_is_what_was_imported(session, pack, tmp_path):
    done = packs.export_to("un75", tmp_path / "out")
    for name in ("campaign.toml", *(f"letters/focal-point/{code}.md" for code in ("ar", "en", "zh"))):
        assert (done.folder / name).read_bytes() == (pack / name).read_bytes(), name
