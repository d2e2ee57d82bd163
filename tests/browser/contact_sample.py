"""Mails to somebody in an organisation, and the tokens of the pages that their links lead to."""

from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import leaving, leaving_choices, stamps
from app.mobilisation.leaving_models import ChoiceLink
from app.people import org_operations
from tests.mobilisation.contact_support import contact, delivery, mailing


def tokens() -> dict[str, list[str]]:
    """Of a plain and a neutral mail, and of one that leads to what its reader chose."""
    now = clock.now()
    net = org_operations.create_network("fictional-wells", {"en": "Fictional Wells Network"}, 1, now)
    ama = contact("fictional.ama@fictional-wells.example.org", net, organisation="Fictional Wells of the Sample")
    plain = delivery(mailing(network_id=net), ama)
    neutral = delivery(mailing(), ama, variant="neutral")
    leaving.leave(leaving.find(stamps.link_word(plain.token)), leaving.CAMPAIGN, "Fictional words.", "en", now)
    stamp = {"asked_at": now, "expires_at": now + leaving_choices.KEEP}
    link = ChoiceLink(person_id=ama, language="en", neutral=False, **stamp)
    db.session.add(link)
    db.session.flush()
    choices = leaving_choices.new_token(link.id)
    db.session.commit()
    return {"mails": [stamps.link_word(plain.token), stamps.link_word(neutral.token)], "choices": choices}
