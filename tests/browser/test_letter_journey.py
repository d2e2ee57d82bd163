"""A letter's whole way in a real browser, without JavaScript: drafted and translated, frozen, signed in Arabic, its
mandates found good by domain, by voucher and by hand, changed in substance, signed again, handed over."""

import re

import pytest

from app.kernel import clock
from tests.browser.desk import in_house
from tests.browser.visitor import follow
from tests.machine import PATIENCE, eventually
from tests.people.org_support import network
from tests.support import messages

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SLUG = "fictional-rivers"
LETTER = f"/{{lang}}/un75/letters/{SLUG}"
DESK = f"/en/desk/un75/letters/{SLUG}"
TEXTS = "/en/desk/un75/texts"
ARABIC = f"/en/desk/un75/translate/ar/letters/{SLUG}"
# By an address at its own domain, by a network's coordinator, by a campaigner's look.
DOMAIN = ("الرابطة الخيالية للأنهار", "huda@fictional-rivers.org")
VOUCHED = ("جمعية المياه الخيالية", "fictional.water@gmail.com")
LOOKED_AT = ("اتحاد الجزر الخيالي", "fictional.islands@gmail.com")


def link_to(house, address: str, than: str = "") -> str:
    """The path that the mail to an address leads to which leads elsewhere than `than`."""

    def found() -> str | None:
        for mail in reversed(messages(house.instance / "mailbox")):
            if str(mail["To"]) == address:
                way = re.search(r"(/ar/letter/[\w-]+)", mail.get_body(("plain",)).get_content())
                if way and way[1] != than:
                    return way[1]
        return None

    return eventually(found, PATIENCE, f"no mail came to {address}: {house.said()}")


def press(page, form: str, nth: int = 0) -> None:
    """Press a button of a form, and wait for the page that it leads to."""
    follow(page.locator(f"{form} button").nth(nth))


def act(page, action: str) -> None:
    """Press the button of one's own page that does this."""
    follow(page.locator(f"button[name=action][value={action}]"))


def draft(campaigner) -> None:
    """Begin a letter in English, and translate it into Arabic."""
    page = campaigner.open(f"{TEXTS}/new/letters")
    said = {"slug": SLUG, "title": "For fictional rivers", "addressees": "To nobody real"}
    for name, value in {**said, "text": "We ask for fictional rivers that all can drink from."}.items():
        page.locator(f"[name={name}]").fill(value)
    press(page, "form:has([name=slug])")
    head = {"words-title": "من أجل أنهار خيالية", "words-addressees": "إلى لا أحد"}
    translate(campaigner, "head", head)
    translate(campaigner, "text", {"words": "نطالب بأنهار خيالية يشرب منها الجميع."})


def translate(campaigner, key: str, words: dict[str, str]) -> None:
    """Put a part of the letter into Arabic."""
    page, form = campaigner.open(ARABIC), f"form[action*='/{key}#']"
    for name, value in words.items():
        page.locator(f"{form} [name='{name}']").fill(value)
    press(page, form)


def freeze(campaigner, kind: str | None = None) -> str:
    """Open what the desk has for signature; what the desk says of it."""
    page = campaigner.open(DESK)
    if kind:
        page.locator(f"input[name=freeze-kind][value={kind}]").check()
    press(page, "form[action*=freeze]")
    return page.locator("main").inner_text()


def sign(visitor, name: str, address: str) -> None:
    """Sign on in Arabic."""
    page = visitor.open(LETTER.format(lang="ar"))
    said = {"name": name, "website": "fictional-rivers.org", "person": "هدى الخيالية", "title": "مديرة"}
    for field, value in {**said, "email": address}.items():
        page.locator(f"#{field}").fill(value)
    page.locator("#country").select_option("CPV")
    for box in ("input[name=visibility][value=public]", "#authorised", "#consent"):
        page.locator(box).check()
    press(page, "form:has(#authorised)")
    visitor.arrives_at(LETTER.format(lang="ar") + "/thanks")


def confirm(visitor, address: str) -> str:
    """Press the button behind the mail; the path of one's own page."""
    own = link_to(visitor.house, address)
    act(visitor.open(own), "confirm")
    return own


def listed(visitor) -> set[str]:
    """Who stands on the public list, of the three."""
    words = visitor.open(LETTER.format(lang="en") + "/signatories").locator("main").inner_text()
    return {name for name, _address in (DOMAIN, VOUCHED, LOOKED_AT) if name in words}


def told(visitor) -> str:
    """What the letter's page says."""
    return visitor.open(LETTER.format(lang="en")).locator("main").inner_text()


def test_from_a_draft_over_mandates_and_a_material_change_to_the_handover(desk, visit, house):
    plain = {"java_script_enabled": False}
    net = in_house(house, lambda: network("fictional-rivers-network"))
    campaigner, signer = desk("campaigner", **plain), visit(width=360, **plain)
    coordinator = desk("coordinator", networks=(net,), **plain)

    draft(campaigner)
    signer.open(LETTER.format(lang="en"), 404)
    assert "Version 1 is frozen" in freeze(campaigner)

    for who in (DOMAIN, VOUCHED, LOOKED_AT):
        sign(signer, *who)
    own = confirm(signer, DOMAIN[1])
    assert listed(signer) == {DOMAIN[0]}
    page = signer.open(confirm(signer, VOUCHED[1]))
    page.locator(f"#network-{net}").check()
    act(page, "network")
    confirm(signer, LOOKED_AT[1])
    assert listed(signer) == {DOMAIN[0]}
    page = coordinator.open(f"{DESK}/vouching")
    assert VOUCHED[0] in page.locator("main").inner_text()
    assert LOOKED_AT[0] not in page.locator("main").inner_text()
    follow(page.locator("button[value=vouch]"))
    page = campaigner.open(f"{DESK}/mandates")
    follow(page.get_by_role("link", name=LOOKED_AT[0]))
    follow(page.locator("button[name=action][value=accept]"))
    assert listed(signer) == {DOMAIN[0], VOUCHED[0], LOOKED_AT[0]}

    page = campaigner.open(f"{TEXTS}/letters/{SLUG}/edit/text")
    text = page.locator("textarea[name=text]")
    text.fill(text.input_value() + "\n\nWe ask for an answer before the session ends.")
    press(page, "form:has(textarea[name=text])")
    translate(campaigner, "text", {"words": "نطالب بأنهار خيالية يشرب منها الجميع.\n\nنطلب جوابا قبل نهاية الدورة."})
    assert "Version 2 is frozen" in freeze(campaigner, "material")
    assert "3 under version 1" in told(signer)
    page = signer.open(link_to(house, DOMAIN[1], than=own))
    act(page, "reaffirm")
    signer.arrives_at(f"/ar/letter/done/{SLUG}/reaffirmed")
    assert {"1 under version 2", "2 under version 1"} <= set(told(signer).splitlines())

    page = campaigner.open(f"{DESK}/handover")
    page.select_option("select[name=document-state]", "CPV")
    page.fill("textarea[name=document-address]", "Fictional Mission\n1 Fictional Plaza")
    page.check("input[name=document-country_first]")
    press(page, "form[action*='/handover']")
    follow(page.locator("a.button[href$='/handover']"))
    with page.expect_download() as coming:
        page.locator("a.big[href*='/handover/']").click()
    assert coming.value.suggested_filename == f"un75_{SLUG}_en_v2.pdf"
    page.fill("input[name=deliver-addressee]", "Fictional Mission")
    page.fill("input[name=deliver-state]", "CPV")
    page.fill("input[name=deliver-day]", clock.today().isoformat())
    page.check("input[name=deliver-handover]")
    press(page, "form[action*='/deliveries']")
    assert page.locator("a[href*='/evidence/new?']").count() == 1
    assert "Fictional Mission" in told(signer)
