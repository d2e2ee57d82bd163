"""Webhooks of mail providers, /hooks/mail/<provider>: one door for all; what differs is in a file for each."""

from flask import Blueprint, Response, abort, current_app, request

from app.kernel import clock, http
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.kernel.logs import log

from . import events, gateway, postmark, ses
from .hook import Call, Refused

hooks = Blueprint("hooks", __name__)

PROVIDERS = {"ses": ses, "postmark": postmark}
# A message of SNS has 256 kB, and is quoted within JSON.
LONGEST = 1 << 20


@hooks.post("/hooks/mail/<provider>")
@http.from_anywhere
def mail(provider: str):
    """Take what a provider tells, once it has proved that it is the provider. It is answered in one line that it does
    not read; what fails here it tells again."""
    module = PROVIDERS.get(provider)
    setting = module and current_app.config[module.SETTING]
    if not setting:
        abort(404)
    request.max_content_length = LONGEST
    now = clock.now()
    call = Call(
        body=request.get_data(cache=False),
        authorization=request.headers.get("Authorization", ""),
        setting=setting,
        keyring=keyring(),
        now=now,
        fetch=gateway.fetch,
    )
    try:
        told = module.events(call)
    except Refused as refused:
        log.warning("webhook refused", extra={"provider": provider, "status": refused.status})
        return _answer("refused", refused.status)
    for event in told:
        events.take(event, now)
    db.session.commit()
    return _answer("taken")


def _answer(word: str, status: int = 200) -> Response:
    answer = http.private(Response(f"{word}\n", status, mimetype="text/plain"))
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="mail"'
    return answer
