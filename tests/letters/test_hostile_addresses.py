"""Addresses of letters' pages as nobody of good will writes them: a page, or that there is none, and never a fault."""

import pytest

from tests.letters.support import LETTER

LIST = LETTER.format(lang="en") + "/signatories"
PAGES = {
    LIST + "?country=%00&region=%00&q=%00": 200,
    LIST + "?country=%F0%9F%98%80&network=99999999999999999999&ecosoc=x&list=y": 200,
    LIST + "?at=zzz": 404,
    LETTER.format(lang="ar") + "/versions/99999999999999999999": 404,
    LETTER.format(lang="en") + "/versions/9999999999": 404,
    "/api/v1/letters/focal-point?at=zzz": 404,
    "/api/v1/letters/%00": 404,
}


@pytest.mark.parametrize("path", PAGES)
def test_it_is_answered(client, path):
    assert client.get(path).status_code == PAGES[path]


def test_the_desk_finds_nothing_under_a_number_that_is_none(staff):
    desk, base = staff("administrator", "*"), "/en/desk/un75/letters/focal-point"
    for path in (f"mandates/{10**30}", f"handover/{10**30}", f"handover/full/{10**30}"):
        assert desk.get(f"{base}/{path}").status_code == 404, path
    assert desk.get(f"/en/desk/work/{10**30}").status_code == 404
