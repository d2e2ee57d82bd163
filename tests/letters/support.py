"""What tests of letters do again and again: sign on as a stranger would, read the mails, close the day."""

import re
from html import unescape
from itertools import count

from app.kernel import clock
from app.letters import daily
from app.letters.models import Letter
from tests.support import FIELD, read_mailbox, run_jobs

LETTER = "/{lang}/un75/letters/focal-point"
_networks = count()
LINK = re.compile(r"http://plenary\.test(/\w\w/(?:letter/[\w-]+|m/[\w-]+/l))\s")


def form_values(client, lang: str = "en", as_person: bool = False, **changes) -> dict[str, str]:
    """What a stranger would send from the letter's page, with the token on it; None leaves a field out."""
    page = client.get(LETTER.format(lang=lang) + ("/person" if as_person else "")).get_data(as_text=True)
    values = {
        "token": FIELD.search(page)[1],
        "person": "Ama Serwaa Mensah",
        "title": "Secretary",
        "email": "ama@fictional-water.org",
        "country": "CPV",
        "visibility": "public",
        "consent": "y",
    }
    if not as_person:
        values |= {
            "name": "Fictional Water League",
            "name_language": "en",
            "website": "https://fictional-water.org",
            "ecosoc": "special",
            "authorised": "y",
        }
    return {key: value for key, value in {**values, **changes}.items() if value is not None}


def sign_on(client, lang: str = "en", as_person: bool = False, **changes):
    """Sign on as a stranger; the answer."""
    address = LETTER.format(lang=lang) + ("/person" if as_person else "")
    return client.post(address, data=form_values(client, lang, as_person, **changes))


def said(answer) -> str:
    """The words of a page, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", answer.get_data(as_text=True))).split())


def links() -> dict[str, str]:
    """The path of the page that the last mail to each address leads to."""
    found = ((mail.to, LINK.search(mail.text)) for mail in read_mailbox())
    return {to: link[1] for to, link in found if link}


def own_path(client, link: str) -> str:
    """Where a link leads in the end: a neutral one goes on to the page."""
    answer = client.get(link)
    return answer.headers["Location"] if answer.status_code == 303 else link


def confirmed(app, client, lang: str = "en", as_person: bool = False, **changes) -> str:
    """Sign on and press the button behind the mail; the path of one's own page."""
    answer = sign_on(client, lang, as_person, **changes)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    run_jobs(app)
    path = own_path(client, links()[changes.get("email", "ama@fictional-water.org")])
    # Everybody from a network of their own: many from one place would be looked at.
    place = {"REMOTE_ADDR": f"203.0.{next(_networks) % 250}.9"}
    assert client.post(path, data={"action": "confirm"}, environ_overrides=place).status_code == 303
    run_jobs(app)
    return path


def organisation(number: int, **changes) -> dict[str, str]:
    """The fields of an invented organisation, whose address is at its own domain."""
    domain = f"fictional-league-{number}.org"
    values = {"name": f"Fictional League {number}", "email": f"office@{domain}", "website": f"https://{domain}"}
    return values | changes


def letter(session) -> Letter:
    """The letter of the pack."""
    return session.query(Letter).filter_by(slug="focal-point").one()


def close_day(session, day=None) -> None:
    """Make figures and digest of a day, by default today."""
    daily.close(letter(session).id, day or clock.today())
    session.commit()
