"""Languages besides the six: marked on public pages, carried by the pack byte for byte, never needed."""

import shutil

import pytest

from app.campaigns import drafts
from app.campaigns.board import of_pack
from app.campaigns.faults import PackFaults
from app.campaigns.pack import read
from app.kernel.i18n import CODES, EVERY
from app.kernel.tongues import OTHER_CODES
from app.site import packs
from tests.conftest import ROOT

PAGE = """+++
title = "{title}"
description = "{description}"
from = "{source}"
state = "draft"
+++

{{#lead from={lead} draft}}
{words}
"""


@pytest.fixture
def pack(tmp_path):
    """The pack of un75 with one page in Urdu, of which only the first block is there."""
    root = shutil.copytree(ROOT / "campaigns" / "un75", tmp_path / "un75")
    head = root / "campaign.toml"
    head.write_text(
        head.read_text().replace("]\n\n[[pages]]", ']\ncontent_languages = [\n    "ur",\n]\n\n[[pages]]', 1)
    )
    original = read(root).documents["pages"]["why"]["en"]
    words = PAGE.format(
        title="سوال",
        description="تفصیل",
        source=original.digest,
        lead=original.block("lead").digest,
        words="اقوام متحدہ 1945 میں قائم ہوئی۔",
    )
    (root / "pages/why/ur.md").write_text(words, encoding="utf-8")
    return root


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_no_further_language_is_one_of_the_six_and_each_is_named_once():
    assert not set(OTHER_CODES) & set(CODES)
    assert len(set(OTHER_CODES)) == len(OTHER_CODES) and list(OTHER_CODES) == sorted(OTHER_CODES)
    assert {EVERY[code].dir for code in ("ur", "fa", "he", "ps", "ckb", "dv", "ug", "yi", "sd", "fa-AF")} == {"rtl"}
    assert {EVERY[code].dir for code in ("pt", "pt-BR", "sw", "hi", "zh-Hant")} == {"ltr"}


def test_a_pack_carries_them_byte_for_byte_and_needs_none(app, pack, tmp_path):
    packs.import_folder(pack)
    out = packs.export_to("un75", tmp_path / "out").folder
    files = sorted(path.relative_to(pack) for path in pack.rglob("*") if path.is_file())
    assert [(out / name).read_bytes() for name in files] == [(pack / name).read_bytes() for name in files]
    found = read(pack)
    assert found.notices and not found.lacking
    assert of_pack(found).totals["ur"]["draft"] == 2


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ('"ur", "pt"', "in alphabetical order"),
        ('"xx"', "in alphabetical order"),
        ('"fr"', "in alphabetical order"),
        ("", "left out when there is none"),
    ],
)
def test_codes_that_are_none_are_a_fault(pack, codes, said):
    head = pack / "campaign.toml"
    head.write_text(head.read_text().replace('"ur",', codes))
    with pytest.raises(PackFaults) as wrong:
        read(pack)
    assert any(said in str(fault) for fault in wrong.value.faults)


def test_an_ask_or_a_language_that_is_not_named_is_a_stray(pack):
    shutil.copy(pack / "asks/declaration/fr.md", pack / "asks/declaration/ur.md")
    shutil.copy(pack / "pages/why/ur.md", pack / "pages/why/sw.md")
    with pytest.raises(PackFaults) as wrong:
        read(pack)
    assert {fault.file for fault in wrong.value.faults} == {"asks/declaration/ur.md", "pages/why/sw.md"}


def test_a_public_page_marks_the_text_and_keeps_the_frame(app, client, pack):
    assert "اردو" not in text(client.get("/en/un75/why"))
    packs.import_folder(pack)
    page = text(client.get("/en/un75/why"))
    assert '<a href="http://plenary.test/en/un75/why/in/ur" lang="ur" dir="rtl" hreflang="ur">اردو</a>' in page
    page = text(client.get("/fr/un75/why/in/ur"))
    assert '<html lang="fr" dir="ltr">' in page
    assert '<h1 lang="ur" dir="rtl">سوال</h1>' in page and '<div class="prose" lang="ur" dir="rtl">' in page
    assert "<bdi>1945</bdi>" in page
    assert 'hreflang="ur" aria-current="true"' in page and page.count("aria-current") == 1
    assert 'href="/fr/un75/why" lang="fr"' in page.replace("http://plenary.test", "")
    for path in (
        "/en/un75/why/in/pt",
        "/en/un75/why/in/fr",
        "/en/un75/why/in/xx",
        "/en/un75/call/in/ur",
        "/en/no/x/in/ur",
    ):
        assert client.get(path).status_code == 404, path
    assert "<loc>http://plenary.test/en/un75/why/in/ur</loc>" in text(client.get("/sitemap.xml"))


def test_a_campaign_adds_a_language_and_it_can_be_translated_at_once(app, staff):
    client = staff("campaigner")
    address = "/en/desk/un75/further-languages"
    assert client.post(address, data={"add": "xx"}).status_code == 422
    assert client.post(address, data={"add": "sw"}).status_code == 303
    assert drafts.campaign("un75").content_languages == ["sw"]
    assert "Kiswahili" in text(client.get("/en/desk/un75/settings"))
    translator = staff("translator", languages=["sw"])
    assert translator.get("/en/desk/un75/translate/sw/asks/declaration").status_code == 404
    page = "/en/desk/un75/translate/sw/pages/why"
    assert 'name="words-title" lang="sw" dir="ltr"' in text(translator.get(page))
    held = {"words-title": "Kwa nini", "words-description": "Maelezo"}
    assert translator.post(f"{page}/head", data=held).status_code == 303
    assert drafts.rows(drafts.campaign("un75").id, "pages", "why")["sw"][0].fields["title"] == "Kwa nini"
    assert client.post(address, data={"remove": "sw"}).status_code == 422
    assert drafts.campaign("un75").content_languages == ["sw"]
