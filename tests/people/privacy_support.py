"""What tests of requests about one's own data do again and again."""

import re

from app.kernel.db import db
from tests.support import read_mailbox, run_jobs, run_task, sign

LINK = re.compile(r"http://plenary\.test(/\w\w/(?:request/[\w-]+|m/[\w-]+/r))\s")
ADDRESS = "ama@example.org"


def signed(app, client, lang: str = "en", **changes) -> str:
    """Somebody who signed, confirmed and was counted; the link of their own mail."""
    sign(client, lang, **{"shown": "name", "updates": "y", "area": "CHE", **changes})
    run_jobs(app)
    link = read_mailbox()[-1].link
    assert client.post(link, data={"action": "confirm"}).status_code == 303
    run_task(app, "petitions:count")
    db.session.commit()
    return link


def enter(desk, kind: str, email: str = ADDRESS, lang: str = "en", **changes) -> str:
    """Enter a request at the desk; the path of its page, which names nobody."""
    from app.kernel import clock

    values = {"email": email, "kind": kind, "received_on": clock.today().isoformat(), "language": lang, **changes}
    answer = desk.post("/en/desk/privacy", data=values)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert re.fullmatch(r"/en/desk/privacy/\d+", answer.headers["Location"])
    return answer.headers["Location"]


def mails_about_requests() -> list:
    """The mails that went out about requests, oldest first."""
    return [mail for mail in read_mailbox() if LINK.search(mail.text)]


def last_link(app) -> str:
    """The path of the page to which the link in the newest of them leads."""
    run_jobs(app)
    return re.sub(r"/m/([\w-]+)/r$", r"/request/\1", LINK.search(mails_about_requests()[-1].text)[1])


def proved(app, client, desk, kind: str, **changes) -> tuple[str, str]:
    """A request whose person pressed the button; the desk's page of it, and the person's own."""
    page = enter(desk, kind, **changes)
    link = last_link(app)
    assert client.post(link, data={"action": "confirm"}).status_code == 303
    return page, link
