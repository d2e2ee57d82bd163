"""The fictional campaign: loaded on request, marked everywhere, counted in nothing real, with everything a tracker can
show."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from app.campaigns import queries
from app.campaigns.models import Campaign
from app.kernel import clock
from app.kernel.config import ROOT
from app.kernel.i18n import CODES
from app.positions import operations, record, words
from app.positions.models import Evidence
from app.site import packs
from app.states import files, members
from app.states.rules import NAMES
from tests.demo import __main__ as made

PACK = ROOT / "campaigns" / "demo"
ASKS = ("lantern-office", "open-doors", "harbour-charter")


@pytest.fixture
def demo(app, session):
    done = app.test_cli_runner().invoke(args=["campaign", "load-demo"])
    assert done.exit_code == 0 and "evidence" not in done.output, done.output
    return done


def pages() -> list[str]:
    found = [f"/{code}/demo{way}" for code in CODES for way in ("", "/about", "/privacy", "/safety", "/updates")]
    views = ("", "/tiles", "/map", "/table")
    return found + [
        f"/{code}/demo/positions/{ask}{view}"
        for code in CODES
        for ask in ASKS
        for view in (views if ask == ASKS[0] else views[:1])
    ]


def test_a_release_leaves_fictional_packs_alone(app, session, monkeypatch):
    assert packs.on_request(PACK) and not packs.on_request(ROOT / "campaigns" / "un75")
    monkeypatch.setattr("app.site.cli.upgrade", lambda **at: None)
    monkeypatch.setitem(app.config, "CAMPAIGNS_DIR", ROOT / "campaigns")
    assert app.test_cli_runner().invoke(args=["release"]).exit_code == 0
    assert session.query(Campaign).filter_by(slug="demo").count() == 0


def test_it_is_loaded_whole_and_once(app, session, demo):
    pieces = session.query(Evidence).join(Campaign).filter(Campaign.slug == "demo")
    assert {piece.type for piece in pieces} == set(words.evidence_types())
    found = pieces.count()
    assert app.test_cli_runner().invoke(args=["campaign", "import", str(PACK)]).exit_code == 0
    assert pieces.count() == found


def test_every_page_says_that_it_is_fictional_and_is_hidden_from_search_engines(client, demo):
    for address in pages():
        answer = client.get(address)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 200, address
        assert 'class="fictional" role="note"' in text, address
        assert '<meta name="robots" content="noindex">' in text, address
    assert "/demo" not in client.get("/sitemap.xml").get_data(as_text=True)


def test_no_answer_of_it_is_for_search_engines(client, demo, session):
    row = session.query(Evidence).join(Campaign).filter(Campaign.slug == "demo", Evidence.status == "published").first()
    campaign = session.query(Campaign).filter_by(slug="demo").one()
    digest = operations.attach(campaign, row, b"A fictional text.", actor=None, now=clock.now())
    session.commit()
    state = sorted(members.states("demo"))[0]
    files = [f"/en/demo/positions/lantern-office/{name}" for name in ("positions.csv", "hall.svg", "hall.png")]
    files += [f"/en/demo/{way}" for way in ("updates.atom", "positions/changes.xml", f"states/{state}/changes.xml")]
    files += ["/en/demo/corrections", f"/en/demo/corrections/{row.ref}", "/en/demo/deciders", f"/archive/demo/{digest}"]
    files += [f"/api/v1/campaigns/demo{way}" for way in ("", "/evidence", "/positions?ask=lantern-office")]
    files.append(f"/en/demo/share/call-{queries.share_digest(campaign.id, 'call', 'en')[:16]}.png")
    for address in (*pages(), *files):
        # The second comes from the page cache.
        for _ in range(2):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert answer.headers.get("X-Robots-Tag") == "noindex", address
    for address in ("/en/un75", "/api/v1/campaigns/un75", "/en/un75/positions/participation/hall.svg", "/en/"):
        assert "X-Robots-Tag" not in client.get(address).headers, address


def test_real_pages_and_counts_stay_as_they_were(client, demo):
    assert "fictional" not in client.get("/en/un75").get_data(as_text=True)
    assert len(client.get("/api/v1/states").json["states"]) == 195 and len(members.member_codes()) == 193
    assert "FIC_" not in client.get("/api/v1/groups").get_data(as_text=True)
    real = client.get("/api/v1/campaigns/un75/positions?ask=focal-point").json
    assert real["fictional"] is False and not set(real["positions"]) & set(members.states("demo"))


def test_every_position_level_and_flag_is_there(client, demo):
    said = client.get("/api/v1/campaigns/demo/positions?ask=lantern-office").json
    found = list(said["positions"].values())
    assert said["fictional"] is True and len(found) == 195 and said["tally"]["UN"]["size"] == 193
    assert {one["position"] for one in found} == set(record.POSITIONS)
    assert {one["level"] for one in found} == set(record.LEVELS)
    assert {flag for one in found for flag in one["flags"]} == set(record.FLAGS)
    closed = client.get("/api/v1/campaigns/demo/positions?ask=harbour-charter").json
    assert closed["tally"]["UN"]["thresholds"] == []


def test_the_past_differs_and_files_and_pictures_say_that_they_are_fictional(client, demo):
    address = "/api/v1/campaigns/demo/positions?ask=lantern-office"
    assert client.get(address).json["positions"] != client.get(f"{address}&as_of=2020-01-01").json["positions"]
    table = client.get("/en/demo/positions/lantern-office/positions.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
    assert {row["world"] for row in rows} == {"demo"} and all("(fictional)" in row["name"] for row in rows)
    for view in ("hall", "tiles", "table"):
        picture = client.get(f"/en/demo/positions/lantern-office/{view}.svg").get_data(as_text=True)
        assert "Fictional" in "".join(ET.fromstring(picture).itertext())
    assert client.get("/en/demo/positions/lantern-office/map.svg").status_code == 404
    assert "Fictional" in client.get("/en/demo/updates.atom").get_data(as_text=True)
    assert "no place on the map" in client.get("/en/demo/positions/lantern-office/map").get_data(as_text=True)


def test_no_name_is_real_and_the_files_are_what_the_script_writes(tmp_path, monkeypatch):
    (table,), _ = files.read_tables(files.FOLDER, ["areas.csv"])
    real = [row[column].casefold() for row in table.rows for column in NAMES]
    assert not [said for names in made.names() for said in names.values() if said.casefold() in real]
    (tmp_path / "world").mkdir()
    monkeypatch.setattr(made, "PACK", tmp_path)
    made.main()
    for name in ("evidence.csv", *(f"world/{file.name}" for file in sorted((PACK / "world").iterdir()))):
        assert (tmp_path / name).read_bytes() == (PACK / name).read_bytes(), name


def test_export_gives_the_pack_back_byte_for_byte(app, demo, tmp_path):
    done = app.test_cli_runner().invoke(args=["campaign", "export", "demo", str(tmp_path)])
    assert done.exit_code == 0, done.output
    for file in sorted(path for path in PACK.rglob("*") if path.is_file()):
        assert (tmp_path / "demo" / file.relative_to(PACK)).read_bytes() == file.read_bytes(), file
