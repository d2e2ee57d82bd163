"""Stripe's webhook, /hooks/stripe: what it tells is proved, written down once, and answered at once."""

import json
from decimal import Decimal

from flask import Blueprint, Response, abort, current_app, request

from app.kernel import clock, http
from app.kernel.db import db
from app.kernel.logs import log

from . import intake, signatures, switch

stripe_hook = Blueprint("stripe_hook", __name__)

# An event holds one object; Stripe's longest are invoices.
LONGEST = 1 << 20


@stripe_hook.post("/hooks/stripe")
@http.from_anywhere
def take():
    """Take an event. 400 for what is not proved, too old, or no event; what fails here, Stripe tells again."""
    if not switch.on():
        abort(404)
    request.max_content_length = LONGEST
    body, now = request.get_data(cache=False), clock.now()
    header = request.headers.get("Stripe-Signature", "")
    if not signatures.genuine(body, header, current_app.config["STRIPE_WEBHOOK_SECRET"], int(now.timestamp())):
        log.warning("webhook refused", extra={"provider": "stripe", "status": 400})
        return _answer("refused", 400)
    try:
        event = json.loads(body, parse_float=Decimal)
        intake.take(event, now)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        db.session.rollback()
        log.warning("webhook not understood", extra={"provider": "stripe", "status": 400})
        return _answer("refused", 400)
    db.session.commit()
    return _answer("taken")


def _answer(word: str, status: int = 200) -> Response:
    return http.private(Response(f"{word}\n", status, mimetype="text/plain"))
