"""Signing from a page in a language besides the six: the text, the mails, the news and what is passed on are in it as
far as the campaign says them there, and everything around them is in the language of the page."""

import re
import shutil
from datetime import date

import pytest

from app.campaigns import drafts, zips
from app.campaigns.format import write
from app.campaigns.glyphs import characters
from app.campaigns.kinds import KINDS, file_name
from app.campaigns.models import Campaign, Update
from app.campaigns.pack import read
from app.campaigns.pictures import FONTS, Words, drawable
from app.kernel import i18n
from app.people.models import Person
from app.petitions import holdings, news
from app.petitions.models import PetitionText, Signature
from app.site import packs
from tests.conftest import ROOT
from tests.petitions.test_news import blocks
from tests.support import FIELD, read_mailbox, run_jobs

TEXT = "/{lang}/un75/petitions/focal-point/in/fa"
SPOKEN = {
    ("campaign", "campaign"): {"name": "صدای جامعه", "tagline": "یک خط", "share": "این متن را بخوانید"},
    ("pages", "call"): {"title": "فراخوان", "description": "شرح کوتاه"},
    ("petitions", "focal-point"): {"title": "دادخواست ۱", "addressees": "به دبیرکل"},
    ("mails", "confirm"): {"subject": "لطفا تأیید کنید", "action": "تأیید می‌کنم"},
}


@pytest.fixture
def speak(tmp_path, session):
    """Import the pack with texts in Persian: by kind and slug the fields of its head; bodies stay as they were."""

    def make(spoken=SPOKEN):
        root = shutil.copytree(ROOT / "campaigns" / "un75", tmp_path / "un75")
        head = root / "campaign.toml"
        head.write_text(
            head.read_text().replace("]\n\n[[pages]]", ']\ncontent_languages = [\n    "fa",\n]\n\n[[pages]]', 1)
        )
        pack = read(root)
        for (kind, slug), front in spoken.items():
            original = pack.documents[kind][slug]["en"]
            made = original.made_from(original, "draft")
            document = type(made)(front, made.blocks, original.digest, "draft")
            (root / file_name(kind, slug, "fa")).write_text(write(document, KINDS[kind].fields), encoding="utf-8")
        packs.import_folder(root)

    return make


def text(answer) -> str:
    return answer.get_data(as_text=True)


def sign(client, lang="en", **changes):
    """Sign on the page that is read in Persian."""
    address = TEXT.format(lang=lang)
    form = {"name": "Ama Mensah", "email": "ama@example.org", "area": "CPV", "shown": "none", "consent": "y"}
    token = FIELD.search(text(client.get(address)))[1]
    return client.post(address, data={**form, "token": token, **changes})


def test_the_way_from_the_page_to_the_mail_stays_in_the_language_it_was_read_in(app, client, session, speak):
    speak()
    page = text(client.get("/fr/un75/call/in/fa"))
    assert f'href="{TEXT.format(lang="fr")}"' in page
    page = text(client.get(TEXT.format(lang="fr")))
    assert '<html lang="fr" dir="ltr">' in page
    assert '<h1 id="petition-title" lang="fa" dir="rtl">دادخواست ۱</h1>' in page
    assert '<meta property="og:locale" content="fa_IR">' in page
    assert 'hreflang="fa" aria-current="true"' in page and page.count('aria-current="true"') == 1
    answer = sign(client, "fr")
    assert (answer.status_code, answer.location) == (303, f"{TEXT.format(lang='fr')}/thanks")
    thanks = text(client.get(answer.location))
    assert '<textarea id="tell-text" rows="6" readonly lang="fa" dir="rtl">' in thanks
    assert "%D8%A7%DB%8C%D9%86" in thanks and "petitions%2Ffocal-point%2Fin%2Ffa" in thanks

    held = session.query(Signature).one()
    words = session.query(PetitionText).filter_by(language="fa").one()
    assert (held.language, held.further, held.text_digest) == ("fr", "fa", words.digest)
    run_jobs(app)
    (mail,) = read_mailbox()
    assert (mail.subject, mail.language) == ("لطفا تأیید کنید", "fa, fr")
    assert '<html lang="fr" dir="ltr">' in mail.html
    assert '<p style="margin:0 0 18px" lang="fa" dir="rtl">' in mail.html
    assert "Ce lien reste valable" in mail.text or "lien" in mail.text
    assert "\u2068Ama Mensah\u2069" in mail.text and "\u2068دادخواست ۱\u2069" in mail.text
    assert mail.link.startswith("/fr/signature/")
    assert 'lang="fa" dir="rtl">دادخواست ۱' in text(client.get(mail.link))
    done = client.post(mail.link, data={"action": "confirm"})
    assert done.location == "/fr/done/focal-point/confirmed/in/fa"
    assert 'lang="fa" dir="rtl"' in text(client.get(done.location))
    (told,) = holdings.signatures(type("Subject", (), {"person_id": session.query(Person).one().id}))
    assert (told["title"], told["further"]) == ("دادخواست ۱", "fa")


def test_what_is_not_there_falls_back_to_the_page_and_says_so(app, client, session, speak):
    speak({("pages", "call"): SPOKEN["pages", "call"]})
    page = text(client.get(TEXT.format(lang="en")))
    assert "is not translated into" in page and 'id="petition-title">' in page
    assert sign(client).status_code == 303
    run_jobs(app)
    (mail,) = read_mailbox()
    assert (mail.subject, mail.language) == ("Please confirm your signature", "en")
    assert 'dir="rtl"' not in mail.html
    words = session.query(PetitionText).filter_by(language="en").one()
    assert (session.query(Signature).one().text_digest, session.query(Signature).one().further) == (words.digest, "fa")


def test_only_a_mail_in_it_frames_a_title_that_is_not(app, client, speak):
    speak({("mails", "confirm"): SPOKEN["mails", "confirm"]})
    sign(client)
    run_jobs(app)
    (mail,) = read_mailbox()
    assert mail.subject == "لطفا تأیید کنید" and re.search("\u2068A[^\u2069]+\u2069", mail.text)


@pytest.mark.parametrize("code", ["fr", "xx", "sw", "fa"])
def test_a_language_in_which_the_campaign_says_nothing_has_no_page(client, code):
    for rest in ("", "/thanks", "/shared", "/mastodon", "/thanks/shared"):
        assert client.get(f"/en/un75/petitions/focal-point/in/{code}{rest}").status_code == 404


def test_a_form_that_is_wrong_comes_back_in_it(client, speak):
    speak()
    answer = sign(client, email="no address")
    assert answer.status_code == 422 and 'dir="rtl">دادخواست ۱</h1>' in text(answer)
    assert f'action="{TEXT.format(lang="en")}#errors"' in text(answer)


def test_on_a_shared_device_it_goes_on_in_it_too(client, speak):
    speak()
    assert 'lang="fa"' in text(client.get(f"{TEXT.format(lang='en')}/shared"))
    assert sign(client, shared_device="y").location == f"{TEXT.format(lang='en')}/thanks/shared"


def test_news_come_in_it_and_in_the_language_of_the_page_where_it_has_none(app, client, session, speak):
    speak()
    sign(client, updates="y")
    run_jobs(app)
    client.post(read_mailbox()[-1].link, data={"action": "confirm"})
    campaign, held = session.query(Campaign).one(), session.query(Signature).one()
    for slug in ("both", "one"):
        session.add(Update(campaign_id=campaign.id, slug=slug, day=date(2026, 12, 10)))
        session.add_all(blocks(campaign, slug, "en", "Heard"))
    session.add_all(blocks(campaign, "both", "fa", "شنیدند"))
    session.commit()
    petition = held.petition_id
    for slug in ("both", "one"):
        news.ask(petition, slug, held.signed_at)
    session.commit()
    run_jobs(app)
    first, second = read_mailbox()[-2:]
    assert first.subject == "شنیدند (fa)" and first.language == "fa, en"
    assert "/en/un75/updates/both/in/fa" in first.text and "Read the news" in first.text
    assert re.search(r'<a class="button" href="[^"]+" style="[^"]+">Read the news', first.html)
    assert second.subject == "Heard (en)" and "/in/fa" not in second.text
    page = text(client.get("/en/un75/updates/both/in/fa"))
    assert '<h1 lang="fa" dir="rtl">' in page and '<html lang="en" dir="ltr">' in page
    assert "/en/un75/updates/both/in/fa" in text(client.get("/en/un75/updates/both"))
    assert client.get("/en/un75/updates/one/in/fa").status_code == 404


def test_a_picture_is_drawn_where_our_fonts_have_every_letter(client, speak):
    speak()
    page = text(client.get("/en/un75/call/in/fa"))
    (path,) = re.findall(r'og:image" content="http://plenary.test([^"]+)"', page)
    assert path.startswith("/en/un75/share/in/fa/call-") and client.get(path).mimetype == "image/png"
    assert drawable(Words("sw", "Kampeni", "Kwa nini?", "Maelezo")) and drawable(Words("ur", "ہے", "ٹڈڑ", "ے"))
    assert not drawable(Words("hi", "अ", "ब", "स")) and not drawable(Words("he", "א", "ב", "ג"))
    for font in FONTS.glob("*.ttf"):
        assert ord("A") in characters(font)


@pytest.mark.parametrize(("code", "said"), [("fa", "fa_IR"), ("pt-BR", "pt_BR"), ("sw", "sw_TZ"), ("zh-Hant", "zh_TW")])
def test_link_previews_name_the_language_with_its_place(code, said):
    assert i18n.og_locale(code) == said


def test_at_the_desk_a_text_and_a_mail_in_it_are_published_and_a_mail_is_taken_back(app, client, session, staff):
    editor = staff("campaigner")
    editor.post("/en/desk/un75/further-languages", data={"add": "fa"})
    for place, heads in (
        ("petitions/focal-point", SPOKEN["petitions", "focal-point"]),
        ("mails/confirm", SPOKEN["mails", "confirm"]),
    ):
        kind, slug = place.split("/")
        page = f"/en/desk/un75/translate/fa/{place}"
        fields = {f"words-{name}": value for name, value in heads.items()}
        assert editor.post(f"{page}/head", data=fields).status_code == 303
        source = drafts.rows(drafts.campaign("un75").id, kind, slug)["en"]
        for row in source:
            if row.key != "head":
                answer = editor.post(f"{page}/{row.key}", data={"words": row.text})
                assert answer.status_code == 303, text(answer)
        answer = editor.post(f"/en/desk/un75/texts/{place}/publish", data={"languages": "fa", "do": "publish"})
        assert answer.status_code == 303, text(answer)
    assert 'dir="rtl">دادخواست ۱</h1>' in text(client.get(TEXT.format(lang="en")))
    sign(client)
    run_jobs(app)
    assert read_mailbox()[-1].subject == "لطفا تأیید کنید"
    undo = {"languages": "fa", "do": "unpublish"}
    assert editor.post("/en/desk/un75/texts/mails/confirm/publish", data=undo).status_code == 303
    assert editor.post("/en/desk/un75/texts/petitions/focal-point/publish", data=undo).status_code != 303
    sign(client, email="second@example.org")
    run_jobs(app)
    assert read_mailbox()[-1].subject == "Please confirm your signature"
    assert zips.read(editor.get("/en/desk/un75/pack/un75.zip").data)[1]["petitions/focal-point/fa.md"]
