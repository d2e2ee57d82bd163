"""What is not up to date says so wherever it is read: on the campaign's own page and around a petition's text, too."""

import re
import shutil

import pytest

from app.campaigns.pack import rewrite
from app.kernel.i18n import CODES
from app.site import packs
from tests.conftest import ROOT
from tests.support import PETITION

TRANSLATED = [code for code in CODES if code != "en"]
CALL, TEXT, OWN = "pages/call/en.md", "petitions/focal-point/en.md", "campaign/en.md"
NOTICE = re.compile(r'<div class="notice".*?</div>', re.DOTALL)


@pytest.fixture
def pack(tmp_path):
    return shutil.copytree(ROOT / "campaigns" / "un75", tmp_path / "un75")


def say_more(pack, file: str) -> None:
    """Add a word at the end of the first paragraph of a source text, or of its description where it has no other."""
    path = pack / file
    words = path.read_text(encoding="utf-8")
    changed = re.sub(r'^(tagline = ".*)\."$', r'\1 now."', words, count=1, flags=re.MULTILINE)
    if changed == words:
        changed = re.sub(r"(\n\{#\w+\}\n.*?)\.\n", r"\1 now.\n", words, count=1)
    assert changed != words
    path.write_text(changed, encoding="utf-8")
    packs.load_folder(pack)


def notices(client, path: str) -> list[str]:
    """The notices of a page."""
    return NOTICE.findall(client.get(path).get_data(as_text=True))


@pytest.mark.parametrize(
    ("file", "page", "silent"),
    [
        (CALL, "/{lang}/un75", PETITION),
        (TEXT, "/{lang}/un75", "/{lang}/un75/why"),
        (TEXT, PETITION, "/{lang}/un75/why"),
        (OWN, "/{lang}/un75", PETITION),
    ],
)
def test_five_languages_say_with_the_day_that_the_original_has_changed_and_lead_there(
    client, session, pack, file, page, silent
):
    assert not any(notices(client, page.format(lang=code)) for code in CODES)
    say_more(pack, file)
    said = []
    for code in TRANSLATED:
        (notice,) = notices(client, page.format(lang=code))
        assert re.search(r"20\d\d", notice) and f'href="{page.format(lang="en")}"' in notice
        said.append(notice)
        assert not notices(client, silent.format(lang=code))
    assert len(set(said)) == 5
    assert not notices(client, page.format(lang="en"))


@pytest.mark.parametrize("page", ["/{lang}/un75", PETITION, "/{lang}/un75/why"])
@pytest.mark.parametrize("state", ["draft", "machine", "reviewed"])
def test_a_translation_that_nobody_has_reviewed_says_so_once_on_each_page(client, session, pack, page, state):
    rewrite(pack, lambda kind, slug, code, text, source: text.made_from(source, state) if code == "es" else text)
    packs.load_folder(pack)
    told = client.get(page.format(lang="es")).get_data(as_text=True)
    sentences = {"draft": "se ha comparado con el original", "machine": "la ha hecho una máquina"}
    for other, sentence in sentences.items():
        assert told.count(sentence) == (other == state), other
    assert told.count("Leer el original:") == (state != "reviewed")
    assert "/es/un75" in told and 'class="notice"' not in told
    assert "compared with the original" not in client.get(page.format(lang="en")).get_data(as_text=True)


def test_the_links_of_a_petitions_text_lead_to_pages_of_the_campaign(client, session, pack):
    for path in (pack / "petitions/focal-point").glob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + " [→](page:why)\n", encoding="utf-8")
    packs.load_folder(pack)
    for page in ("/fr/un75", PETITION.format(lang="fr")):
        assert '<a href="/fr/un75/why" rel="noopener noreferrer">→</a>' in client.get(page).get_data(as_text=True)
