"""What shows wherever a claim does: that a state disputes it, the copy of its source, by when answers come."""

import csv
import io
import xml.etree.ElementTree as ET
import zipfile

import pytest

from app.accounts import exports
from app.kernel import clock
from app.kernel.db import db
from app.petitions import packs
from app.positions import corrections, importing, operations
from tests.positions.reply_support import campaign, published

WORDS = "We never said so, and our mission told you."
PAGES = ("", "/tiles", "/map", "/table")
LOZENGE = 'class="dispute"'


@pytest.fixture
def claim(session):
    return published()


@pytest.fixture
def disputed(claim, staff):
    """Costa Rica disputes what is on file of it, by note verbale."""
    corrections.by_note_verbale(
        campaign(),
        claim,
        state="CRI",
        words=WORDS,
        language="en",
        number="1",
        received=clock.today(),
        actor=staff("administrator", "*").staff_id,
        now=clock.now(),
    )
    db.session.commit()
    return claim


@pytest.mark.parametrize("view", ["hall", "tiles", "map", "table"])
def test_each_picture_has_a_sign_a_line_in_the_legend_and_the_states_words(client, disputed, view):
    picture = client.get(f"/en/un75/positions/focal-point/{view}.svg").get_data(as_text=True)
    # Beside the state, and in the legend.
    assert picture.count(LOZENGE) == 2
    said = "".join(ET.fromstring(picture).itertext())
    assert "Disputed by a state, not decided yet: 1" in said
    assert f"{disputed.ref}: Disputed by Costa Rica" in said and WORDS in said
    assert client.get(f"/en/un75/positions/focal-point/{view}.png").data.startswith(b"\x89PNG")


@pytest.mark.parametrize("view", PAGES)
def test_each_view_says_it_in_words_and_shows_the_sign(client, disputed, view):
    page = client.get(f"/en/un75/positions/focal-point{view}").get_data(as_text=True)
    assert WORDS in page
    assert (LOZENGE in page) is (view != "/table")


def test_without_a_dispute_nothing_speaks_of_one(client, claim):
    for path in ("hall.svg", "table.svg", "", "/map"):
        page = client.get(f"/en/un75/positions/focal-point{path and '/' + path.strip('/')}").get_data(as_text=True)
        assert LOZENGE not in page and "isputed by" not in page


def test_a_filter_that_leaves_the_state_out_leaves_its_sign_out(client, disputed):
    picture = client.get("/en/un75/positions/focal-point/hall.svg?region=150").get_data(as_text=True)
    assert LOZENGE not in picture and WORDS not in picture


def test_exports_of_evidence_name_the_dispute_and_can_be_read_again(app, client, disputed, tmp_path):
    file = tmp_path / "out.csv"
    assert app.test_cli_runner().invoke(args=["evidence", "export", str(file), "--campaign", "un75"]).exit_code == 0
    rows = {row["ref"]: row for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))}
    today = clock.today().isoformat()
    assert [rows[disputed.ref][name] for name in ("disputed_by", "disputed_on", "dispute")] == ["CRI", today, WORDS]
    assert not any(row["disputed_by"] for ref, row in rows.items() if ref != disputed.ref)
    found = importing.judge(campaign(), file.read_bytes(), clock.now())
    assert found.accepted and not found.new() and len(found.rows) == len(rows)
    kind = exports.kind_of("evidence")
    [line] = [row for row in kind.rows({"campaign": "un75"}, False) if row[0] == disputed.ref]
    assert line[-3:] == ["CRI", today, WORDS]
    packed = zipfile.ZipFile(io.BytesIO(packs.zipped(campaign(), False))).read("un75/evidence.csv").decode()
    assert WORDS in packed


def test_changes_groups_and_feeds_say_it_too(client, disputed):
    for path in ("positions/changes", "positions/changes.xml", "states/CRI", "states/CRI/changes.xml", "groups/GRULAC"):
        assert WORDS in client.get(f"/en/un75/{path}").get_data(as_text=True), path


@pytest.fixture
def kept(claim, session):
    digest = operations.attach(campaign(), claim, b"%PDF-1.7 fictional" + b" " * 4000, actor=None, now=clock.now())
    session.commit()
    return digest


@pytest.mark.parametrize("path", ["states/CRI", "corrections/{ref}", "positions/focal-point"])
def test_the_kept_copy_of_a_source_is_linked_with_its_type_and_size(client, claim, kept, path):
    page = client.get(f"/en/un75/{path.format(ref=claim.ref)}").get_data(as_text=True)
    assert f'<a href="/archive/un75/{kept}" download>Copy of the source kept here (PDF, 4 kB)</a>' in page
    assert client.get(f"/archive/un75/{kept}").status_code == 200


def test_a_groups_kept_source_is_linked_and_a_text_says_that_it_is_one(client, session):
    row = published(speaker="NAM", type="group_statement", signal="support", date="2023-05-01")
    digest = operations.attach(campaign(), row, b"A fictional text.", actor=None, now=clock.now())
    session.commit()
    page = client.get("/en/un75/groups/NAM").get_data(as_text=True)
    assert f"/archive/un75/{digest}" in page and "(plain text, 17 byte)" in page


def test_the_json_of_evidence_names_the_kept_copy(client, claim, kept):
    pieces = {one["ref"]: one for one in client.get("/api/v1/campaigns/un75/evidence?ask=focal-point").json["evidence"]}
    assert pieces[claim.ref]["kept"] == {
        "url": f"http://plenary.test/archive/un75/{kept}",
        "sha256": kept,
        "media_type": "application/pdf",
        "size": 4018,
    }
    assert pieces["UN75-003"]["kept"] is None


def test_pages_say_that_public_holidays_are_not_left_out(client, claim, staff):
    said = "public holidays are not left out"
    for path in (f"corrections/{claim.ref}", "corrections"):
        assert said in client.get(f"/en/un75/{path}").get_data(as_text=True)
    assert said in staff("campaigner").get("/en/desk/un75/corrections").get_data(as_text=True)
