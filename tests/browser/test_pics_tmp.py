import os
import pytest
from tests.browser import gift_sample
from tests.browser.desk import Colleague, begin_session, in_house
from tests.browser.house import House
pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

def test_pics(browser, make_database, tmp_path_factory):
    site = House(make_database(), tmp_path_factory.mktemp("walked"))
    try:
        house = site.wait()
        state = None
        for n, mode in enumerate(("en-1280-light", "en-360-light", "ar-360-dark", "ar-1280-dark")):
            lang, width, scheme = mode.split("-")
            context = browser.new_context(viewport={"width": int(width), "height": 900}, color_scheme=scheme)
            c = Colleague(house, context)
            begin_session(c, "treasurer", "*")
            if state is None:
                state = in_house(house, lambda: gift_sample.fill(c.staff_id))
            v = state
            for name, path in {
                "gifts": "gifts", "gifts-c": "un75/gifts", "gift": f"un75/gifts/{v['gift_id']}", "refund": f"un75/gifts/{v['gift_id']}/payments/{v['payment_id']}/refund",
                "end": f"un75/gifts/{v['gift_id']}/end", "ledger": "ledger", "sums": "ledger/sums", "entry": "ledger/new", "back": f"un75/ledger/{v['entry_id']}/take-back",
                "giving": "un75/asking-for-gifts", "offer": "un75/asking-for-gifts/KWD/once", "stray": "stray-money", "compared": "comparison-with-stripe", "recipient": "organisation-on-receipts", "today": "", "camp": "un75"}.items():
                c.page.goto(f"{c.url}/{lang}/desk/{path}".rstrip("/"))
                c.page.screenshot(path=f"/work/pics-t/{name}-{mode}.png", full_page=True)
                wide = c.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                if wide: print("WIDE", name, mode)
            context.close()
    finally:
        site.stop()
