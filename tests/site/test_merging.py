"""A pack imported over what was edited here: joined block by block, and nothing overwritten in silence."""

import json

import pytest

from app.campaigns import drafts, editing, history, importing, publishing
from app.campaigns.models import Ask, Draft
from app.campaigns.pack import read
from app.kernel import clock
from app.site import packs
from tests.site.test_packs import edit, flask


def edit_here(session, text, publish=True, language="en", slug="about"):
    """Edit a block at the desk."""
    campaign = drafts.campaign("un75")
    name = ("pages", slug, language, "lead")
    seen = next(row for row in drafts.rows(campaign.id, "pages", slug)[language] if row.key == "lead")
    editing.save_block(campaign, *name, text=text, seen=seen.digest, actor=None, now=clock.now())
    if publish:
        publishing.publish(campaign, [name[:3]], actor=None, now=clock.now())
    session.commit()


@pytest.mark.parametrize("publish", [True, False])
def test_a_pack_joins_what_was_edited_here_where_both_changed_something_else(app, session, client, pack, publish):
    edit_here(session, "Edited at the desk.", publish)
    edit(pack, "pages/why/en.md", "The United Nations was", "Our United Nations was")
    assert packs.load_folder(pack).outcome == ("merged" if publish else "imported")
    assert ("Edited at the desk" in client.get("/en/un75/about").get_data(as_text=True)) == publish
    assert "Our United Nations" in client.get("/en/un75/why").get_data(as_text=True)
    assert session.query(Draft).filter_by(slug="about", language="en", key="lead").one().text == "Edited at the desk."


def test_where_both_changed_the_same_block_nothing_is_imported_until_somebody_decides(app, session, client, pack):
    edit_here(session, "Edited at the desk.")
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    edit(pack, "pages/why/en.md", "The United Nations was", "Our United Nations was")
    answer = flask(app, "import", pack)
    assert answer.exit_code == 1 and "un75/pages/about/en.md:6: lead: edited here" in answer.output
    assert "Edited at the desk" in client.get("/en/un75/about").get_data(as_text=True)
    assert "Our United Nations" not in client.get("/en/un75/why").get_data(as_text=True)
    assert flask(app, "import", pack, "--ours").exit_code == 0
    assert "Edited at the desk" in client.get("/en/un75/about").get_data(as_text=True)
    assert "Our United Nations" in client.get("/en/un75/why").get_data(as_text=True)
    assert flask(app, "import", pack).exit_code == 0, "a conflict that was decided comes back"
    edit(pack, "pages/about/en.md", "This site comes from", "This site is from")
    assert flask(app, "import", pack, "--theirs").exit_code == 0
    page = client.get("/en/un75/about").get_data(as_text=True)
    assert "This site is from" in page and "Edited at the desk" not in page
    said = [v.text[:12] for v in history.of_block(drafts.campaign("un75").id, "pages", "about", "en", "lead")]
    assert said[1] == "Edited at th", "what the pack replaced is in the history"


def test_a_release_leaves_conflicts_as_they_stand_and_tells_them_again(app, session, client, pack):
    edit_here(session, "A draft.", publish=False)
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    edit(pack, "pages/why/en.md", "The United Nations was", "Our United Nations was")
    for _ in range(2):
        loaded = packs.load_folder(pack)
        assert [conflict.file for conflict in loaded.conflicts] == ["pages/about/en.md"]
    assert "This site belongs to" in client.get("/en/un75/about").get_data(as_text=True)
    assert "Our United Nations" in client.get("/en/un75/why").get_data(as_text=True)
    assert session.query(Draft).filter_by(slug="about", language="en", key="lead").one().text == "A draft."


def test_settings_are_joined_as_blocks_are(app, session, pack):
    ask = session.query(Ask).filter_by(slug="participation").one()
    ask.status = "dropped"
    session.commit()
    edit(pack, "campaign.toml", 'slug = "declaration"\nstatus = "adopted"', 'slug = "declaration"\nstatus = "open"')
    packs.import_folder(pack)
    held = {ask.slug: ask.status for ask in session.query(Ask)}
    assert held == {"focal-point": "open", "participation": "dropped", "declaration": "open"}
    edit(pack, "campaign.toml", 'slug = "participation"\nstatus = "open"', 'slug = "participation"\nstatus = "adopted"')
    with pytest.raises(importing.PackConflicts) as conflicts:
        packs.import_folder(pack)
    assert [c.file for c in conflicts.value.conflicts] == ["campaign.toml"]


def test_export_writes_what_is_published_and_says_what_is_not(app, session, pack, tmp_path):
    edit_here(session, "A draft.", publish=False)
    answer = flask(app, "export", "un75", tmp_path)
    assert "1 blocks say something else" in answer.output
    about = tmp_path / "un75/pages/about/en.md"
    assert about.read_text(encoding="utf-8") == (pack / "pages/about/en.md").read_text(encoding="utf-8")
    assert flask(app, "export", "un75", tmp_path, "--drafts").exit_code == 0
    assert "A draft." in about.read_text(encoding="utf-8")
    read(tmp_path / "un75")


def test_the_check_prints_the_board_as_json(app, pack):
    edit(pack, "pages/about/en.md", "This site belongs to", "This site comes from")
    answer = flask(app, "check", pack, "--json")
    found = json.loads(answer.stdout)
    about = next(line for line in found["documents"] if line["slug"] == "about")
    assert about["cells"]["fr"]["state"] == "stale" and found["totals"]["fr"]["stale"] == 1
