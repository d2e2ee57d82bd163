"""A campaign begun at the desk: with no file and no shell, unseen until it is published, and a pack like any other."""

import pytest

from app.campaigns import drafts
from app.campaigns.pack import read
from app.kernel.db import db
from app.petitions.models import Petition
from app.site import packs
from tests.support import run_jobs

NEW = {
    "slug": "fictional-rivers",
    "source_language": "es",
    "name": "Ríos ficticios",
    "tagline": "Una campaña inventada para una prueba.",
    "share": "Una campaña inventada: nadie la firma.",
    "tell": "Esta campaña es ficticia.",
    "title": "Los ríos ficticios necesitan una voz",
    "description": "La llamada de una campaña que no existe.",
    "text": "## La llamada\n\nPedimos algo ficticio.",
}


@pytest.fixture
def starter(staff):
    """Somebody who may start campaigns."""
    return staff("administrator", "*")


def test_a_new_campaign_is_written_published_signed_and_carried_away(starter, client, app, tmp_path):
    assert starter.get("/ar/desk/new-campaign").status_code == 200
    assert starter.post("/es/desk/new-campaign", data=NEW).status_code == 303
    here = "/es/desk/fictional-rivers"
    assert "Ríos ficticios" in starter.get("/es/desk").get_data(as_text=True)
    assert starter.get(here).status_code == 200
    assert client.get("/es/fictional-rivers").status_code == 404
    assert "fictional" not in client.get("/es/").get_data(as_text=True)

    petition = {"slug": "fictional-petition", "title": "Una voz", "addressees": "A nadie", "text": "Pedimos una voz."}
    assert starter.post(f"{here}/texts/new/petitions", data={**petition, "slug": "focal-point"}).status_code == 422
    assert starter.post(f"{here}/texts/new/petitions", data=petition).status_code == 303
    ask = {"slug": "voice", "title": "Una voz", "text": "Que haya una voz."}
    assert starter.post(f"{here}/texts/new/asks", data=ask).status_code == 303
    news = {"slug": "first", "title": "Hoy", "description": "Noticias.", "text": "Hoy empieza.", "day": "2026-12-01"}
    assert starter.post(f"{here}/texts/new/updates", data={**news, "day": "soon"}).status_code == 422
    assert starter.post(f"{here}/texts/new/updates", data=news).status_code == 303
    settled = {
        "petitions-fictional-petition-closes": "2031-03-01T18:00",
        "petitions-fictional-petition-zone": "America/Bogota",
        "petitions-fictional-petition-milestones": "50 100",
    }
    assert starter.post(f"{here}/settings/petitions/fictional-petition", data=settled).status_code == 303
    variants = {"asks-voice-status": "open", "asks-voice-variants": "one\ntwo"}
    assert starter.post(f"{here}/settings/asks/voice", data=variants).status_code == 303
    assert "America/Bogota" in starter.get(f"{here}/settings").get_data(as_text=True)

    early = starter.post(f"{here}/texts/pages/call/publish", data={"languages": "es"})
    assert early.status_code == 422, "a call without a privacy page"
    assert starter.post(f"{here}/publish-all", data={"languages": ["es", "en"]}).status_code == 422
    assert starter.post(f"{here}/publish-all", data={"languages": "es"}).status_code == 303
    run_jobs(app)
    page = client.get("/es/fictional-rivers").get_data(as_text=True)
    assert "Pedimos una voz." in page and 'name="token"' in page
    assert client.get("/es/fictional-rivers/privacy").status_code == 200
    assert client.get("/en/fictional-rivers").status_code == 404
    assert client.get("/en/fictional-rivers/petitions/fictional-petition").status_code == 404
    sitemap = client.get("/sitemap.xml").get_data(as_text=True)
    assert "/es/fictional-rivers/petitions/" in sitemap and "/en/fictional-rivers/petitions/" not in sitemap
    assert client.get("/api/v1/campaigns/fictional-rivers").json["name"] == NEW["name"]
    assert client.get("/api/v1/petitions/fictional-petition").json["open"]
    for path in ("/en/", "/en/imprint", "/es/", "/es/imprint", "/es/fictional-rivers/updates"):
        assert client.get(path).status_code == 200

    packs.export_to("fictional-rivers", tmp_path)
    folder = tmp_path / "fictional-rivers"
    said = (folder / "campaign.toml").read_text(encoding="utf-8")
    assert read(folder).slug == "fictional-rivers" and "America/Bogota" in said and "2026-12-01" in said
    assert packs.import_folder(folder).conflicts == ()
    packs.export_to("fictional-rivers", tmp_path / "again")
    again = tmp_path / "again" / "fictional-rivers" / "campaign.toml"
    assert again.read_text(encoding="utf-8") == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slug": "un75"}, "This is taken"),
        ({"slug": "sign-in"}, "The site needs this address"),
        ({"slug": "imprint"}, "The site needs this address"),
        ({"slug": "Two Words"}, "Use small letters"),
        ({"name": ""}, "please fill this in"),
        ({"name": "x" * 41}, "at most"),
        ({"text": "<b>x</b>"}, "HTML is not allowed"),
        ({"tell": ""}, "This part is empty"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(starter, change, said):
    answer = starter.post("/en/desk/new-campaign", data={**NEW, **change})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page
    assert "Los ríos ficticios necesitan una voz" in page
    assert drafts.campaign("fictional-rivers") is None


def test_an_hour_that_does_not_exist_and_milestones_that_fall_are_refused(staff):
    campaigner = staff("campaigner")
    path = "/en/desk/un75/settings/petitions/focal-point"

    def put(**said):
        return campaigner.post(path, data={f"petitions-focal-point-{name}": value for name, value in said.items()})

    page = put(closes="2031-03-30T02:30", zone="Europe/Paris").get_data(as_text=True)
    assert "never show this hour" in page
    for wrong in ("500 100", "0", "ten", "-5", "99999999999"):
        assert put(milestones=wrong).status_code == 422, wrong
    assert put(milestones="100 250", closes="2031-03-30T12:30", zone="Europe/Paris").status_code == 303
    petition = db.session.query(Petition).filter_by(slug="focal-point").one()
    assert petition.milestones == [100, 250] and petition.time_zone == "Europe/Paris"
    assert put().status_code == 303
    assert db.session.query(Petition).filter_by(slug="focal-point").one().closes_at is None
