"""Receipts and the daily digests of the list are checked without any code of ours, as docs/verify.md says."""

import re
import subprocess
import sys
from datetime import timedelta

from app.kernel import clock
from tests.conftest import ROOT
from tests.letters.support import LETTER, close_day, confirmed, letter, organisation, said

API = "/api/v1/letters/focal-point"


def script() -> str:
    """The script of docs/verify.md."""
    return re.search(r"```python\n(.*?)```", (ROOT / "docs/verify.md").read_text(encoding="utf-8"), re.DOTALL)[1]


def run(*arguments, tmp_path) -> str:
    path = tmp_path / "verify.py"
    path.write_text(script(), encoding="utf-8")
    done = subprocess.run([sys.executable, path, *arguments], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_script_has_ten_lines():
    assert len([line for line in script().splitlines() if line.strip()]) <= 10


def test_a_receipt_verifies_by_the_script_and_by_the_page_and_a_changed_one_by_neither(app, client, tmp_path):
    path = confirmed(app, client)
    receipt = client.post(path, data={"action": "receipt"}).get_data(as_text=True)
    assert "name: Fictional Water League\n" in receipt
    key = client.get(API).json["keys"]["1"]
    file = tmp_path / "receipt.txt"
    file.write_text(receipt, encoding="utf-8")
    assert "good" in run(key, file, tmp_path=tmp_path)
    page = client.post(LETTER.format(lang="en") + "/verify", data={"receipt": receipt.replace("\n", "\r\n")})
    assert page.status_code == 200
    assert "This receipt was given by this site" in said(page)
    forged = receipt.replace("Water", "Fire")
    file.write_text(forged, encoding="utf-8")
    assert "good" not in run(key, file, tmp_path=tmp_path)
    assert client.post(LETTER.format(lang="en") + "/verify", data={"receipt": forged}).status_code == 422
    assert client.post(LETTER.format(lang="en") + "/verify", data={"receipt": "nonsense"}).status_code == 422


def test_the_daily_digest_verifies_by_the_script_with_the_list_of_the_day(app, client, session, tmp_path):
    for number in range(3):
        confirmed(app, client, **organisation(number))
    close_day(session)
    api = client.get(API).json
    (daily,) = api["daily"]
    assert "signatories: 3\n" in daily["statement"]
    said_file, lines = tmp_path / "day.txt", tmp_path / "list.txt"
    said_file.write_text(f"{daily['statement']}signature: {daily['key']} {daily['signature']}\n", encoding="utf-8")
    lines.write_bytes(client.get(f"{API}/list.txt").get_data())
    assert "good" in run(api["keys"]["1"], said_file, lines, daily["salt"], tmp_path=tmp_path)
    lines.write_bytes(lines.read_bytes().replace(b"League 1", b"League 9"))
    assert "good" not in run(api["keys"]["1"], said_file, lines, daily["salt"], tmp_path=tmp_path)


def test_each_day_is_chained_to_the_one_before_and_is_made_once(app, client, session):
    confirmed(app, client)
    today = clock.today()
    close_day(session, today - timedelta(days=1))
    close_day(session, today - timedelta(days=1))
    close_day(session, today)
    daily = client.get(API).json["daily"]
    assert [day["day"] for day in daily] == [today.isoformat(), (today - timedelta(days=1)).isoformat()]
    assert "before: -\n" in daily[1]["statement"]
    assert "before: -\n" not in daily[0]["statement"]
    assert daily[1]["salt"] is None, "who did not keep the list of that day cannot try out names any more"


def test_whoever_leaves_the_list_takes_the_salt_along(app, client, session):
    path = confirmed(app, client)
    close_day(session)
    assert client.get(API).json["daily"][0]["salt"]
    client.post(path, data={"action": "show", "visibility": "counted"})
    assert client.get(API).json["daily"][0]["salt"] is None
    assert letter(session).id
