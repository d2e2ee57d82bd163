"""A pack at the desk: taken away, brought back, read block by block, each conflict decided, nothing replaced unseen."""

import io
import re
import shutil
import stat
import zipfile

import pytest

from app.campaigns import drafts, zips
from app.campaigns.models import Ask, BroughtPack, Draft
from app.kernel.audit import Entry
from app.petitions import packs
from app.petitions import retention as kept_packs
from app.positions.desk_queries import published_on
from app.site import packs as folders
from tests.site.test_merging import edit_here
from tests.site.test_packs import edit

PAGE = "/en/desk/un75/pack"


def text(answer) -> str:
    return answer.get_data(as_text=True)


def zip_of(root) -> bytes:
    """A folder as people pack it: with its name, and what their system adds."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            package.write(path, f"un75/{path.relative_to(root).as_posix()}")
        package.writestr("__MACOSX/un75/._campaign.toml", b"\x00\x05\x16\x07")
        package.writestr("un75/.DS_Store", b"\0\0\0\1")
    return out.getvalue()


def bring(client, content: bytes):
    return client.post(PAGE, data={"file": (io.BytesIO(content), "un75.zip")})


def seen(page: str) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page)[1]


def test_what_is_taken_away_can_be_brought_back_and_changes_nothing(app, session, staff, pack):
    client = staff("campaigner")
    edit_here(session, "Edited and published.")
    edit_here(session, "A newer draft.", publish=False)
    answer = client.get(f"{PAGE}/un75.zip")
    assert answer.mimetype == "application/zip" and "no-store" in answer.headers["Cache-Control"]
    folder, files = zips.read(answer.data)
    assert folder == "un75" and b"Edited and published." in files["pages/about/en.md"]
    assert client.get(f"{PAGE}/un75.zip").data == answer.data, "the same words give the same bytes"
    page = text(client.get(bring(client, answer.data).location))
    assert "say what stands here" in page and "choice-0" not in page
    assert b"A newer draft." in zips.read(client.get(f"{PAGE}/un75.zip?drafts=yes").data)[1]["pages/about/en.md"]


def test_conflicts_are_shown_side_by_side_and_decided_one_by_one(app, session, client, staff, pack):
    editor = staff("campaigner")
    edit_here(session, "Edited at the desk.")
    edit_here(session, "Pourquoi, au bureau.", language="fr", slug="why")
    session.query(Ask).filter_by(slug="participation").one().status = "dropped"
    session.commit()
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    edit(pack, "pages/why/fr.md", "L’ONU a été faite", "Notre ONU a été faite")
    edit(pack, "pages/why/en.md", "The United Nations was", "Our United Nations was")
    edit(pack, "campaign.toml", 'slug = "participation"\nstatus = "open"', 'slug = "participation"\nstatus = "adopted"')
    address = bring(editor, zip_of(pack)).location
    page = text(editor.get(address))
    assert "conflicts have to be decided" in page and "block would change" in page
    assert "<ins>Edited" in page and "<del>" in page and "This site belongs to" in page
    assert "comes from" in page and "dropped" in page and "adopted" in page
    assert '<div class="words compared" lang="fr" dir="ltr">' in page
    names = re.findall(r'<legend>[^<]*<span class="unseen"> ([^<]+)</span>', page)
    assert names == ["pages/why/fr/lead", "pages/about/en/lead", "campaign.toml/asks/participation/status"]

    refused = editor.post(address, data={"seen": seen(page), "choice-0": "ours"})
    assert refused.status_code == 422 and "choose for every conflict" in text(refused)
    assert 'value="ours" required checked' in text(refused), "what was chosen stays chosen"
    assert "Our United Nations" not in text(client.get("/en/un75/why"))

    choices = {"choice-0": "ours", "choice-1": "theirs", "choice-2": "ours"}
    done = editor.post(address, data={"seen": seen(page), **choices})
    assert done.status_code == 303
    assert "This site comes from" in text(client.get("/en/un75/about"))
    assert "Pourquoi, au bureau." in text(client.get("/fr/un75/why"))
    assert "Our United Nations" in text(client.get("/en/un75/why"))
    assert session.query(Ask).filter_by(slug="participation").one().status == "dropped"
    entry = session.query(Entry).filter_by(action="campaign.pack-imported").one()
    assert (entry.after["ours"], entry.after["theirs"]) == (2, 1)
    assert "has been taken in" in text(editor.get(address))
    assert editor.post(address, data={"seen": seen(page), **choices}).status_code == 409
    assert "say what stands here" in text(editor.get(bring(editor, zip_of(pack)).location)), "decided is decided"


def test_who_edits_while_somebody_chooses_is_not_overwritten(app, session, staff, pack):
    client = staff("campaigner")
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    address = bring(client, zip_of(pack)).location
    before = seen(text(client.get(address)))
    edit_here(session, "Edited meanwhile.", publish=False)
    answer = client.post(address, data={"seen": before})
    assert answer.status_code == 409 and "choice-0" in text(answer)
    assert session.query(Draft).filter_by(slug="about", language="en", key="lead").one().text == "Edited meanwhile."


def test_the_folder_of_the_machine_does_not_undo_what_the_desk_took_in(app, session, client, staff, pack, tmp_path):
    editor = staff("campaigner")
    folders.load_folder(pack)
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    address = bring(editor, zip_of(pack)).location
    editor.post(address, data={"seen": seen(text(editor.get(address)))})
    edit(pack, "pages/about/en.md", "This site comes from", "This site belongs to")
    edit(pack, "pages/why/en.md", "The United Nations was", "Our United Nations was")
    folders.load_folder(pack)
    assert "This site comes from" in text(client.get("/en/un75/about"))
    assert "Our United Nations" in text(client.get("/en/un75/why"))


def made(*entries, **extra) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries:
            package.writestr(name, data)
    return out.getvalue()


def link() -> bytes:
    entry = zipfile.ZipInfo("un75/campaign.toml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return made((entry, "/etc/passwd"))


HEAD = ("un75/campaign.toml", b"x")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no zip at all", "no-zip"),
        (b"PK\x03\x04 broken", "broken"),
        (made(HEAD, ("../../etc/cron.d/x", b"x")), "path"),
        (made(HEAD, ("/etc/passwd", b"x")), "path"),
        (made(HEAD, ("un75/pages\\..\\x.md", b"x")), "path"),
        (made(HEAD, ("C:/x.md", b"x")), "path"),
        (link(), "path"),
        (made(HEAD, ("un75/pages/why/en.exe", b"x")), "kind"),
        (made(HEAD, ("un75/pages/why/en.md", b"a\0b")), "kind"),
        (made(HEAD, ("other/pages/why/en.md", b"x")), "two-folders"),
        (made(("un75/pages/why/en.md", b"x")), "no-head"),
        (made(), "no-head"),
        (made(HEAD, ("un75/pages/why/en.md", b"0" * (zips.MOST_OF_ONE + 1))), "too-large"),
        (made(HEAD, *((f"un75/pages/p{n}/en.md", b"0" * zips.MOST_OF_ONE) for n in range(49))), "too-large"),
        (made(*((f"un75/pages/p{n}/en.md", b"") for n in range(zips.MOST_FILES + 1))), "too-large"),
        (b"PK" + b"0" * zips.MOST_BYTES, "too-large"),
    ],
)
def test_files_that_could_harm_are_not_read(content, why):
    with pytest.raises(zips.WrongZip) as wrong:
        zips.read(content)
    assert wrong.value.why == why


def test_names_that_stand_twice_and_sizes_that_lie_are_found_out():
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = made(HEAD, ("un75/campaign.toml", b"y"))
    with pytest.raises(zips.WrongZip) as wrong:
        zips.read(twice)
    assert wrong.value.why == "twice"
    bomb = bytearray(made(("un75/campaign.toml", b"0" * (zips.MOST_OF_ONE * 2))))
    at = bomb.rindex(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(zips.WrongZip):
        zips.read(bytes(bomb))


def test_what_is_no_pack_of_this_campaign_is_refused_with_reasons(app, session, staff, pack):
    client = staff("campaigner")
    assert client.post(PAGE, data={}).status_code == 422
    assert "no ZIP file" in text(bring(client, b"hello"))
    other = made(("another/campaign.toml", (pack / "campaign.toml").read_bytes()))
    assert "another campaign" in text(bring(client, other))
    (pack / "pages/why/en.md").write_text("no document")
    answer = bring(client, zip_of(pack))
    assert answer.status_code == 422 and "pages/why/en.md" in text(answer)
    assert session.query(BroughtPack).count() == 0


def test_packs_are_let_go_after_a_week(app, session, staff, pack):
    client = staff("campaigner")
    bring(client, zip_of(pack))
    kept = session.query(BroughtPack).one()
    assert kept_packs.forget_packs(kept.brought_at + packs.KEPT, 10) == 0
    assert kept_packs.forget_packs(kept.brought_at + packs.KEPT * 2, 10) == 1
    assert client.get(f"{PAGE}/{kept.id}").status_code == 404
    assert drafts.campaign("un75")


def test_a_pack_without_an_ask_to_which_evidence_speaks_is_refused_with_the_number_of_pieces(app, session, staff, pack):
    editor = staff("campaigner")
    shutil.rmtree(pack / "asks" / "participation")
    path = pack / "campaign.toml"
    head = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'\[\[asks\]\]\nslug = "participation"\n(?:(?!\[\[)[^\n]*\n)*', "", head), encoding="utf-8")
    held = session.query(Ask).filter_by(slug="participation").one()
    said = f"the ask participation has to stay: {published_on(held.campaign_id, 'participation')} published pieces of"
    run = app.test_cli_runner().invoke(args=["campaign", "import", str(pack)])
    assert run.exit_code == 1 and said in run.output
    address = bring(editor, zip_of(pack)).location
    refused = editor.post(address, data={"seen": seen(text(editor.get(address)))})
    assert refused.status_code == 422 and said in text(refused)
    assert session.query(Ask).filter_by(slug="participation").count() == 1
    assert text(editor.get("/en/un75/positions/participation")).count("63") >= 1
