"""Packs: checked whole, imported whole or not at all, never over what somebody edited, never under a signature; and
given back as they came."""

import pytest

from app.campaigns import format
from app.campaigns.board import of_pack
from app.campaigns.faults import PackFaults
from app.campaigns.models import Block, Campaign
from app.campaigns.pack import read, rewrite
from app.campaigns.rooms import TextWasSigned
from app.kernel.db import db
from app.kernel.i18n import CODES
from app.site import packs
from tests.conftest import ROOT
from tests.support import sign

# In Paris that hour is left out in 2027.
ENDS = "version = 2\ncloses = 2027-03-28 02:30:00\n"
TRANSLATED = [code for code in CODES if code != "en"]


def edit(pack, file, old, new):
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(pack) -> list[str]:
    with pytest.raises(PackFaults) as found:
        read(pack)
    return [str(fault) for fault in found.value.faults]


def flask(app, *arguments):
    return app.test_cli_runner().invoke(args=["campaign", *map(str, arguments)])


def test_the_un75_pack_is_without_fault_and_complete_in_six_languages(app):
    answer = flask(app, "check", ROOT / "campaigns" / "un75", "--complete")
    assert answer.exit_code == 0, answer.output
    pack = read(ROOT / "campaigns" / "un75")
    assert all(set(states) <= {"draft", "reviewed"} for states in of_pack(pack).totals.values())


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pages/why/fr.md", "title =", "titel =", "2: unknown key 'titel'"),
        ("pages/why/fr.md", "title =", "titel =", "missing key 'title'"),
        ("pages/why/fr.md", "description", "title", "no valid TOML"),
        ("pages/why/fr.md", "+++\n\n{#lead", "+++\n\nText.\n\n{#lead", "this text stands in no block"),
        ("pages/why/en.md", "## Access", "#### Access", "a heading of level 4 follows level 1"),
        ("pages/why/en.md", "## Access", "# Access", "a heading of level 1 follows level 1"),
        ("pages/why/en.md", "The United Nations was", "The <b>United</b> Nations was", "raw HTML is not allowed"),
        ("pages/why/en.md", "The United Nations was", "The <!-- United --> Nations was", "raw HTML is not allowed"),
        (
            "pages/why/en.md",
            "The United Nations was",
            "![The](https://a.example/x.png) was",
            "pictures are not allowed",
        ),
        ("pages/why/en.md", "{#gate}", "{#uneven}", "the block id 'uneven' stands twice"),
        ("pages/why/en.md", "{#gate}", "{#Gate}", "a block opens with {#id}"),
        ("pages/why/es.md", "{#gate", "{#gates", "the block 'gates' is not in the source language"),
        (
            "pages/why/es.md",
            "https://press.un.org/en/2023/ngo956.doc.htm",
            "https://a.example/",
            "ngo956.doc.htm is miss",
        ),
        ("pages/call/ar.md", "https://undocs.org/A/75/893", "https://undocs.org/A/75/894", "is not in the source lang"),
        ("pages/call/ar.md", "(page:why)", "(page:road)", "the link page:why is missing"),
        ("pages/call/en.md", "(page:why)", "(page:wherefore)", "the link page:wherefore leads nowhere"),
        ("pages/call/en.md", "(page:why)", "(javascript:alert)", "leads to no web address, page: or petition:"),
        ("pages/call/fr.md", "## ", "### ", "its headings differ in number or level from the source language"),
        ("pages/call/fr.md", ".\n\n", ".\n\n\n", "not in canonical form"),
        ("pages/call/fr.md", "\n## ", " \n## ", "not in canonical form: a space at the end of the line"),
        ("pages/call/fr.md", "title", "description", "no valid TOML"),
        ("pages/call/ru.md", " draft}", " finished}", "a block opens with {#id}"),
        ("pages/call/ru.md", " draft}", "}", "a block opens with {#id}"),
        (
            "pages/why/zh.md",
            "\n\n{#gate",
            "\n\nTogether First\n\n{#gate",
            "the foreign name 'Together' needs its language",
        ),
        ("mails/confirm/ru.md", "{petition}", "{petitoin}", "unknown placeholder {petitoin}"),
        ("mails/confirm/ru.md", "{petition}", "XX", "the placeholder {petition} is missing"),
        ("mails/confirm/ru.md", "{action}\n", "\n", "must stand once"),
        ("mails/confirm-neutral/es.md", "{action}", "{petition}\n\n{action}", "unknown placeholder {petition}"),
        ("petitions/focal-point/fr.md", "{#text", "{#words", "the block 'text' is missing"),
        ("campaign/fr.md", "share =", "shared =", "unknown key 'shared'"),
        ("campaign.toml", 'slug = "un75"', 'slug = "un76"', "1: slug must be the folder's name"),
        ("campaign.toml", "version = 2", "version = 0", "needs a version"),
        ("campaign.toml", 'status = "open"', 'status = "perhaps"', "status is one of"),
        ("campaign.toml", "source_language", "sauce_language", "unknown key 'sauce_language'"),
        ("campaign.toml", 'slug = "change"', 'slug = "updates"', "that address is taken"),
        ("campaign.toml", 'slug = "safety"', 'slug = "danger"', "the page 'safety' is missing"),
        ("campaign.toml", '    "ar",\n', "", "languages must be ar, zh, en, fr, ru, es"),
        (
            "campaign.toml",
            "version = 2\n",
            'version = 2\ncloses = 2027-03-28 02:30:00\ntime_zone = "Europe/Paris"\n',
            "never show this time",
        ),
        (
            "campaign.toml",
            "version = 2\n",
            "version = 2\ncloses = 2027-03-28 02:30:00\n",
            "closes and time_zone stand tog",
        ),
        (
            "campaign.toml",
            "version = 2\n",
            'version = 2\ncloses = 2027-03-28 12:30:00\ntime_zone = "Paris"\n',
            "there is no time zone",
        ),
        ("campaign.toml", "\n[[pages]]\n", "\n\n[[pages]]\n", "not in canonical form"),
    ],
)
def test_a_planted_fault_is_named_with_its_file(pack, file, old, new, said):
    edit(pack, file, old, new)
    assert any(said in fault and fault.startswith(f"{file}:") for fault in faults(pack)), faults(pack)


def test_a_fault_is_named_with_its_very_line(pack):
    lines = (pack / "pages/why/en.md").read_text(encoding="utf-8").split("\n")
    number = next(n for n, line in enumerate(lines, 1) if "committee of 19" in line)
    edit(pack, "pages/why/en.md", "committee of 19", "<i>committee</i> of 19")
    assert f"pages/why/en.md:{number}: raw HTML is not allowed" in faults(pack)


def test_a_missing_language_a_stray_file_and_a_bad_ending_are_named(pack):
    (pack / "pages/why/zh.md").unlink()
    (pack / "pages/why/pt.md").write_text("x", encoding="utf-8")
    (pack / "pages/road/en.md").write_bytes((pack / "pages/road/en.md").read_bytes() + b"\n")
    (pack / "pages/call/ru.md").write_bytes(b"\xff\xfe")
    found = faults(pack)
    assert "pages/why/zh.md:0: the file is missing" in found
    assert "pages/why/pt.md:0: nothing in campaign.toml asks for this file" in found
    assert any(f.startswith("pages/road/en.md") and "not in canonical form" in f for f in found)
    assert any(f.startswith("pages/call/ru.md:0: not UTF-8") for f in found)


@pytest.mark.parametrize(
    ("words", "said"), [('slug = "un75', "campaign.toml:1: no valid TOML"), ("", "the file is empty")]
)
def test_a_head_that_cannot_be_read_is_the_one_thing_that_is_told(pack, words, said):
    (pack / "campaign.toml").write_text(words, encoding="utf-8")
    (fault,) = faults(pack)
    assert said in fault


def test_check_says_each_fault_and_ends_with_an_error(app, pack):
    edit(pack, "pages/why/en.md", "The United Nations was", "The <b>United</b> Nations was")
    answer = flask(app, "check", pack)
    assert answer.exit_code == 1
    assert "un75/pages/why/en.md:7: raw HTML is not allowed" in answer.output


def test_export_after_import_gives_the_pack_back_byte_for_byte(app, session, pack, tmp_path):
    zone = 'version = 2\nopened = 2026-11-23\ncloses = 2027-10-24 18:00:00\ntime_zone = "America/New_York"\n'
    edit(pack, "campaign.toml", "version = 2\nopened = 2026-11-23\n", zone)
    (pack / "pages/change/zh.md").unlink()
    edit(pack, "campaign.toml", 'slug = "change"\n', 'slug = "change"\nuntranslated = [\n    "zh",\n]\n')
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    assert flask(app, "import", pack).exit_code == 0
    answer = flask(app, "export", "un75", tmp_path / "out")
    assert answer.exit_code == 0, answer.output

    def files(root):
        return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    assert files(tmp_path / "out" / "un75") == files(pack)


def test_export_names_what_is_not_of_the_pack_and_an_unknown_campaign(app, pack):
    (pack / "notes.txt").write_text("mine", encoding="utf-8")
    answer = flask(app, "export", "un75", pack)
    assert "un75/notes.txt: not of this pack" in answer.output
    assert (pack / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert "There is no campaign 'un76' here" in flask(app, "export", "un76", pack).output


def test_tidy_brings_a_pack_into_its_one_form(app, pack):
    edit(pack, "pages/why/en.md", "\n\n{#gate}\n", "  \n\n\n\n{#gate}\n\n")
    assert faults(pack)
    assert "un75/pages/why/en.md: written anew" in flask(app, "tidy", pack).output
    assert read(pack).notices == []


def test_a_changed_source_block_gives_five_notices_in_five_languages(app, client, session, pack):
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    answer = flask(app, "check", pack)
    assert answer.exit_code == 0, answer.output
    for code in TRANSLATED:
        assert f"un75/pages/about/{code}.md" in answer.output and "1 stale" in answer.output
    assert flask(app, "check", pack, "--complete").exit_code == 1
    assert packs.load_folder(pack).outcome == "imported"
    said = set()
    for code in TRANSLATED:
        page = client.get(f"/{code}/un75/about").get_data(as_text=True)
        notice = page.partition('class="notice"')[2].partition("</div>")[0]
        assert f'<html lang="{code}"' in page and 'href="/en/un75/about"' in notice
        assert "2026" in notice or str(session.query(Campaign).one().imported_at.year) in notice
        said.add(notice)
        assert 'class="notice"' not in client.get(f"/{code}/un75/why").get_data(as_text=True)
    assert len(said) == 5
    assert 'class="notice"' not in client.get("/en/un75/about").get_data(as_text=True)


def test_a_notice_goes_when_the_translation_has_followed(app, client, session, pack):
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    assert (
        flask(app, "mark", pack, "fr", "--state", "reviewed", "--only", "pages/about", "--block", "lead").exit_code == 0
    )
    packs.load_folder(pack)
    assert 'class="notice"' not in client.get("/fr/un75/about").get_data(as_text=True)
    assert 'class="notice"' in client.get("/es/un75/about").get_data(as_text=True)


def test_a_block_that_is_not_translated_yet_is_left_out_with_a_notice(app, client, session, pack):
    file = pack / "pages/about/en.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n{#new}\n## A new block\n\nSomething new.\n", encoding="utf-8")
    packs.load_folder(pack)
    assert of_pack(read(pack)).totals["ar"]["missing"] == 1
    page = client.get("/ar/un75/about").get_data(as_text=True)
    assert 'class="notice"' in page and "Something new" not in page
    assert "Something new" in client.get("/en/un75/about").get_data(as_text=True)


def test_a_page_not_yet_translated_says_so_in_the_asked_language_and_links_to_those_there_are(
    app, client, session, pack
):
    for code in ("ar", "ru"):
        (pack / f"pages/change/{code}.md").unlink()
    edit(pack, "campaign.toml", 'slug = "change"\n', 'slug = "change"\nuntranslated = [\n    "ar",\n    "ru",\n]\n')
    packs.load_folder(pack)
    answer = client.get("/ar/un75/change")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404 and '<html lang="ar" dir="rtl">' in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert [code for code in CODES if f'href="http://plenary.test/{code}/un75/change"' in main] == [
        "zh",
        "en",
        "fr",
        "es",
    ]
    assert "What it would change" not in page
    there = client.get("/en/un75/change").get_data(as_text=True)
    assert 'hreflang="ar" href="http://plenary.test/ar/un75/change"' not in there
    assert "/ar/un75/change<" not in client.get("/sitemap.xml").get_data(as_text=True)
    assert client.get("/ar/un75/nothing").status_code == 404


def test_a_page_that_a_machine_translated_says_so(app, client, session, pack):
    rewrite(pack, lambda kind, slug, code, d, o: d.made_from(o, "machine") if (slug, code) == ("about", "es") else d)
    packs.load_folder(pack)
    page = client.get("/es/un75/about").get_data(as_text=True)
    assert page.count('href="/en/un75/about"') == 1 and 'class="notice"' not in page


def test_a_pack_that_moved_is_loaded_and_one_that_did_not_is_left(app, session, pack):
    assert packs.load_folder(pack).outcome == "unchanged"
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    assert packs.load_folder(pack).outcome == "imported"
    assert "This site comes from" in block(session, "pages", "about", "en", "lead").text


def block(session, kind, slug, language, key) -> Block:
    return session.query(Block).filter_by(kind=kind, slug=slug, language=language, key=key).one()


def test_a_faulty_pack_changes_nothing(app, session, pack):
    before = session.query(Campaign).one().content_digest
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    edit(pack, "pages/about/fr.md", "+++", "---")
    with pytest.raises(PackFaults):
        packs.load_folder(pack)
    assert session.query(Campaign).one().content_digest == before


def test_a_text_that_people_signed_is_changed_by_a_new_version_only(app, client, session, pack):
    file = "petitions/focal-point/en.md"
    old = format.parse((pack / file).read_text(encoding="utf-8")).block("text").text.split(".")[0]
    edit(pack, file, old, old + " indeed")
    packs.load_folder(pack)
    sign(client)
    edit(pack, file, " indeed", " truly")
    with pytest.raises(TextWasSigned, match="raise the version"):
        packs.load_folder(pack)
    db.session.rollback()
    assert " indeed" in client.get("/en/un75/petitions/focal-point").get_data(as_text=True)
    edit(pack, "campaign.toml", "version = 2", "version = 3")
    packs.load_folder(pack)
    page = client.get("/en/un75/petitions/focal-point").get_data(as_text=True)
    assert " truly" in page
    assert client.get("/api/v1/petitions/focal-point").json["version"] == 3


def test_only_blocks_that_differ_are_marked_as_changed(app, session, pack):
    def times():
        session.expire_all()
        return {(b.kind, b.slug, b.language, b.key): b.changed_at for b in session.query(Block)}

    before = times()
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    packs.load_folder(pack)
    after = times()
    assert [key for key in before if after[key] != before[key]] == [("pages", "about", "en", "lead")]


def test_a_pack_brings_a_fictional_world_and_gives_it_back(app, session, pack, tmp_path):
    from app.states import members
    from tests.states.test_worlds import FILES

    edit(pack, "campaign.toml", '    "es",\n]\n', '    "es",\n]\nworld = "demo"\n')
    assert any("world" in fault for fault in faults(pack)), "its files are missing"
    (pack / "world").mkdir()
    for name, text in FILES.items():
        (pack / "world" / name).write_text(text, encoding="utf-8")
    assert flask(app, "import", pack).exit_code == 0
    assert session.query(Campaign.world).filter_by(slug="un75").scalar() == "demo"
    assert set(members.states("demo")) == {"QMA", "QMB", "XAA"} and len(members.member_codes()) == 193
    assert flask(app, "export", "un75", tmp_path / "out").exit_code == 0
    for name, text in FILES.items():
        assert (tmp_path / "out" / "un75" / "world" / name).read_text(encoding="utf-8") == text
    assert 'world = "demo"' in (tmp_path / "out" / "un75" / "campaign.toml").read_text(encoding="utf-8")
