"""The page behind the link of an invitation. GET changes nothing."""

from flask import Blueprint, jsonify, request, url_for
from flask_babel import gettext as _

from app.kernel import clock, http
from app.kernel.db import db

from . import choices, guard, invitations, operations, passkeys, queries, rules, sessions, steps
from .forms import AcceptForm
from .models import Invitation
from .roles import EVERYWHERE, role_name
from .views import refused_passkey

invitations_pages = Blueprint("invitations", __name__, template_folder="templates")
PAGE = "/<language:lang>/desk/invitation/<token>"


def _gone():
    return guard.page("desk/invitation_gone.html", status=404)


def _address(invitation: Invitation) -> str | None:
    """To whom it went; None: the page asks."""
    return queries.one(invitation.staff_id).email if invitation.staff_id else invitation.email


def _page(invitation: Invitation, form: AcceptForm, status: int | None = None, notice: str | None = None):
    form.notice = notice
    place = None
    if invitation.campaign != EVERYWHERE:
        place = choices.campaigns().get(invitation.campaign, invitation.campaign)
    return guard.page(
        "desk/invitation.html",
        status=status,
        form=form,
        anew=invitation.staff_id is not None,
        email=_address(invitation),
        role=role_name(invitation.role) if invitation.role else None,
        place=place,
        scripts=("passkey.js",),
    )


def _account_page(invitation: Invitation):
    """For whoever has an account here already: they sign in, and take the role on with a button."""
    account, who = queries.by_address(invitation.email), guard.current()
    return guard.page(
        "desk/invitation_account.html",
        status=403 if account.disabled_at else None,
        disabled=account.disabled_at is not None,
        mine=who is not None and who.staff_id == account.id,
        role=role_name(invitation.role),
        place=choices.campaigns().get(invitation.campaign),
        email=invitation.email,
        next=request.path,
    )


def _is_of_account(invitation: Invitation) -> bool:
    return bool(not invitation.staff_id and invitation.email and queries.by_address(invitation.email))


@invitations_pages.get(PAGE)
@guard.open_to_all
def page(lang: str, token: str):
    """What one is invited to, and how to begin."""
    invitation = queries.invitation(token, clock.now())
    if invitation is None:
        return _gone()
    if _is_of_account(invitation):
        return _account_page(invitation)
    account = queries.one(invitation.staff_id) if invitation.staff_id else None
    return _page(invitation, AcceptForm(email=_address(invitation), language=lang, name=account and account.name))


@invitations_pages.post(f"{PAGE}/passkey-options")
@guard.open_to_all
def options(lang: str, token: str):
    """What the script asks the browser for to make the first passkey; the form as it stands comes along."""
    now = clock.now()
    invitation = queries.invitation(token, now)
    if invitation is None:
        return http.private(jsonify({}), 404)
    email = _address(invitation) or request.form.get("email", "").strip()
    name = request.form.get("name", "").strip()[: rules.LONGEST_NAME]
    found = passkeys.creation(invitation.staff_id, email[: rules.LONGEST_ADDRESS], name, now)
    db.session.commit()
    return http.private(jsonify(found))


@invitations_pages.post(PAGE)
@guard.open_to_all
def accept(lang: str, token: str):
    """Begin: with a passkey that was just made, or with a password; or take the role on with the account one has."""
    now = clock.now()
    invitation = queries.invitation(token, now)
    if invitation is None:
        return _gone()
    if _is_of_account(invitation):
        return _take_on(lang, token, invitation)
    form = AcceptForm(request.form, email=_address(invitation))
    if not form.validate():
        return _page(invitation, form, 422)
    try:
        made = None
        if form.credential.data:
            step = steps.take(form.step.data, "enrol", now)
            if step is None or step.staff_id != invitation.staff_id:
                raise passkeys.NoPasskey
            made = passkeys.made(form.credential.data, step)
        said = invitations.Acceptance(
            email=_address(invitation) or form.email.data,
            name=form.name.data,
            language=form.language.data,
            password=None if made else form.password.data,
            passkey=made,
            passkey_name=rules.device(request.user_agent.string) or _("Passkey"),
        )
        staff_id, session = invitations.accept(token, said, rules.device(request.user_agent.string), now)
    except passkeys.NoPasskey:
        db.session.commit()
        form.credential.data = form.step.data = ""
        return _page(invitation, AcceptForm(_without_passkey(), email=_address(invitation)), 422, refused_passkey())
    except invitations.HasAccount:
        return _page(invitation, form, 422, _("There is an account with this address already."))
    except invitations.Gone:
        return _gone()
    codes = operations.new_codes(staff_id, now) if made else None
    sessions.end_token(request.cookies.get(guard.cookie_name(), ""), now)
    db.session.commit()
    return _begun(form.language.data, session, codes)


def _without_passkey():
    kept = request.form.copy()
    kept.poplist("credential")
    return kept


def _begun(lang: str, session: str, codes: list[str] | None):
    """With a passkey: the recovery codes, shown this once. With a password: on to the desk, whose guard leads whoever
    needs one to a second factor."""
    start = url_for("desk.start", lang=lang)
    response = guard.page("desk/codes.html", codes=codes, onward=start) if codes else guard.done(start)
    return guard.with_cookie(response, guard.cookie_name(), session)


def _take_on(lang: str, token: str, invitation: Invitation):
    who = guard.current()
    if who is None:
        return _account_page(invitation)
    try:
        campaign = invitations.take_on(token, who.staff_id, clock.now())
    except invitations.Gone:
        return _account_page(invitation)
    there = {"campaign": campaign} if campaign != EVERYWHERE else {}
    return guard.done(url_for("desk.campaign" if there else "desk.start", lang=lang, **there), _("The role is yours."))
