"""What tests of letters to missions do again and again."""

import re

from sqlalchemy import text

from app.kernel import clock, mail
from app.kernel.db import db
from app.mobilisation.writing import operations
from app.mobilisation.writing.models import MissionLetter, Target
from tests import support
from tests.browser import mission_sample as sample

PAGE = "/en/un75/write/focal-point/KEN"
FORM = {
    "way": "us",
    "us-own": "I teach in a fictional school by a river, and our letters were never answered.",
    "us-subject": "A fictional subject",
    "us-body": "A fictional letter.",
    "us-name": "Fictional Writer",
    "us-email": "fictional-writer@reader.example.org",
    "us-lives_there": "y",
}
LINK = re.compile(r"http://plenary\.test(/\w\w/(?:written/[\w-]+|m/[\w-]+/w))\s")


def through(**said) -> dict[str, str]:
    """The same form as it is sent to an organisation."""
    form = {name.replace("us-", "org-", 1): value for name, value in FORM.items()}
    return {**form, "way": "organisation", **said}


def messages() -> list:
    """What lies in the mailbox, oldest first."""
    return support.messages(mail.mailbox_dir())


def text_of(message) -> str:
    """What a message says."""
    return message.get_body(("plain",)).get_content()


def waiting(target: Target, number: int, first: int = 0, **said) -> list[MissionLetter]:
    """So many letters of as many people, the `first` of them with this number, confirmed, and the jobs that hand them
    over taken away."""
    found = [sample.letter(target, n, **said) for n in range(first, first + number)]
    for one in found:
        operations.confirm(one, clock.now())
    db.session.execute(text("DELETE FROM procrastinate_jobs"))
    db.session.commit()
    return found
