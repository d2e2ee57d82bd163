"""One's own account: name, password, passkeys, authenticator app, recovery codes, sessions."""

import io

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from flask_babel import gettext as _

from app.kernel import clock, http
from app.kernel.db import db

from . import factors, guard, operations, passkeys, queries, rules, sessions, steps
from .forms import CodeForm, PasskeyNameForm, PasswordForm, ProfileForm
from .views import refused_passkey, wrong_code

own = Blueprint("own", __name__, template_folder="templates")
ME = "/<language:lang>/desk/me"


def _to_me(lang: str, notice: str | None = None):
    return guard.done(url_for("own.me", lang=lang), notice)


def _page(profile: ProfileForm | None = None, password: PasswordForm | None = None, status: int | None = None):
    who, now = guard.current(), clock.now()
    account = queries.one(who.staff_id)
    return guard.page(
        "desk/me.html",
        status=status,
        account=account,
        profile=profile or ProfileForm(obj=account),
        password=password or PasswordForm(prefix="new-"),
        ways=queries.ways(who.staff_id),
        passkeys=queries.passkeys(who.staff_id),
        sessions=queries.open_sessions(who.staff_id, now),
        needs_factor=rules.sees_people(who.roles),
    )


@own.get(ME)
@guard.staff("account.own")
def me(lang: str):
    """One's own account."""
    return _page()


@own.post(f"{ME}/profile")
@guard.staff("account.own")
def profile(lang: str):
    """Name, language, pseudonym, credit."""
    form = ProfileForm(request.form)
    if not form.validate():
        return _page(profile=form, status=422)
    operations.change_profile(guard.current().staff_id, clock.now(), **form.data)
    return guard.done(url_for("own.me", lang=form.language.data), _("Saved."))


@own.post(f"{ME}/password")
@guard.staff("account.own", fresh=True)
def password(lang: str):
    """A new password. Everything one is signed in at ends, and this browser begins anew."""
    who, now = guard.current(), clock.now()
    account = queries.one(who.staff_id)
    form = PasswordForm(request.form, prefix="new-")
    form.own = (account.name, account.email)
    if not form.validate():
        return _page(password=form, status=422)
    operations.set_password(who.staff_id, form.password.data, now)
    proved = queries.ways(who.staff_id).factor
    token = sessions.begin(who.staff_id, rules.device(request.user_agent.string), proved, now, _("Password changed."))
    db.session.commit()
    return guard.with_cookie(http.private(redirect(url_for("own.me", lang=lang), code=303)), guard.cookie_name(), token)


@own.get(f"{ME}/factor")
@guard.staff("account.own", setting_up=True)
def factor(lang: str):
    """Where whoever needs a second factor and has none is led before anything else opens."""
    who = guard.current()
    needed = who.needs_factor
    return guard.page("desk/factor.html", needed=needed, form=PasskeyNameForm(), scripts=("passkey.js",))


@own.post(f"{ME}/passkeys/options")
@guard.staff("account.own", setting_up=True)
def passkey_options(lang: str):
    """What the script asks the browser for to make a passkey."""
    who = guard.current()
    account = queries.one(who.staff_id)
    found = passkeys.creation(who.staff_id, account.email, account.name, clock.now())
    db.session.commit()
    return http.private(jsonify(found))


@own.post(f"{ME}/passkeys")
@guard.staff("account.own", setting_up=True)
def add_passkey(lang: str):
    """Keep the passkey that the browser made."""
    who, now = guard.current(), clock.now()
    form = PasskeyNameForm(request.form)
    step = steps.take(form.step.data, "enrol", now)
    name = form.name.data[: passkeys.LONGEST_NAME] or rules.device(request.user_agent.string) or _("Passkey")
    try:
        if step is None or step.staff_id != who.staff_id:
            raise passkeys.NoPasskey
        made = passkeys.made(form.credential.data, step)
        operations.add_passkey(who.staff_id, who.session_id, made, name, now)
    except passkeys.NoPasskey:
        db.session.commit()
        form.notice = refused_passkey()
        needed = who.needs_factor
        return guard.page("desk/factor.html", status=422, needed=needed, form=form, scripts=("passkey.js",))
    return _codes_if_none(lang, _("The passkey is yours now."))


@own.post(f"{ME}/passkeys/<int:passkey_id>/remove")
@guard.staff("account.own", fresh=True)
def remove_passkey(lang: str, passkey_id: int):
    """Forget a passkey."""
    who = guard.current()
    try:
        found = operations.remove_passkey(who.staff_id, passkey_id, rules.sees_people(who.roles), clock.now())
    except operations.LastFactor:
        return _to_me(lang, _last_factor())
    return _to_me(lang, _("The passkey was removed.")) if found else abort(404)


def _last_factor() -> str:
    return _("This is your last way in. Set up another one first.")


@own.post(f"{ME}/totp/begin")
@guard.staff("account.own", setting_up=True)
def begin_totp(lang: str):
    """Make a secret for an authenticator app. One that is there goes on holding until the new one is proved."""
    factors.start_totp(guard.current().staff_id)
    return guard.done(url_for("own.totp", lang=lang))


def _totp_page(secret: str, form: CodeForm, status: int | None = None, notice: str | None = None):
    form.notice = notice
    groups = [secret[place : place + 4] for place in range(0, len(secret), 4)]
    return guard.page("desk/totp.html", status=status, secret=" ".join(groups), form=form)


@own.get(f"{ME}/totp")
@guard.staff("account.own", setting_up=True)
def totp(lang: str):
    """The secret as a picture and as text, until a code of it was shown."""
    secret = factors.totp_to_prove(guard.current().staff_id)
    if secret is None:
        return http.private(redirect(url_for("own.factor", lang=lang), code=303))
    return _totp_page(secret, CodeForm())


@own.get(f"{ME}/totp.svg")
@guard.staff("account.own", setting_up=True)
def totp_picture(lang: str):
    """The QR code that an authenticator app reads; black on white, as cameras want it."""
    import segno

    who = guard.current()
    secret = factors.totp_to_prove(who.staff_id)
    if secret is None:
        abort(404)
    out = io.BytesIO()
    code = segno.make(factors.totp_address(secret, queries.one(who.staff_id).email), error="m", micro=False)
    code.save(
        out, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return http.private(Response(out.getvalue(), mimetype="image/svg+xml"))


@own.post(f"{ME}/totp")
@guard.staff("account.own", setting_up=True)
def prove_totp(lang: str):
    """The first code of the app: from now on its secret holds."""
    who, form = guard.current(), CodeForm(request.form)
    secret = factors.totp_to_prove(who.staff_id)
    if secret is None:
        return http.private(redirect(url_for("own.factor", lang=lang), code=303))
    if not form.validate():
        return _totp_page(secret, form, 422)
    if not operations.prove_totp(who.staff_id, who.session_id, form.code.data, clock.now()):
        return _totp_page(secret, form, 422, wrong_code())
    return _codes_if_none(lang, _("The authenticator app is set up."))


@own.post(f"{ME}/totp/remove")
@guard.staff("account.own", fresh=True)
def remove_totp(lang: str):
    """Forget the authenticator app."""
    who = guard.current()
    try:
        operations.remove_totp(who.staff_id, rules.sees_people(who.roles), clock.now())
    except operations.LastFactor:
        return _to_me(lang, _last_factor())
    return _to_me(lang, _("The authenticator app was removed."))


def _codes_if_none(lang: str, notice: str):
    """After a factor was set up: the first recovery codes, or back to one's page."""
    who = guard.current()
    if queries.ways(who.staff_id).recovery:
        return _to_me(lang, notice)
    return _show_codes(lang, notice)


def _show_codes(lang: str, notice: str | None = None):
    codes = operations.new_codes(guard.current().staff_id, clock.now())
    db.session.commit()
    return guard.page("desk/codes.html", codes=codes, said=notice, onward=url_for("desk.start", lang=lang))


@own.post(f"{ME}/codes")
@guard.staff("account.own", fresh=True)
def new_codes(lang: str):
    """Ten new recovery codes, shown this once."""
    if not queries.ways(guard.current().staff_id).factor:
        return http.private(redirect(url_for("own.factor", lang=lang), code=303))
    return _show_codes(lang)


@own.post(f"{ME}/sessions/<int:session_id>/end")
@guard.staff("account.own")
def end_session(lang: str, session_id: int):
    """End one of one's own sessions."""
    who = guard.current()
    sessions.end(session_id, clock.now(), who.staff_id)
    return _to_me(lang, _("The session has ended."))


@own.post(f"{ME}/sessions/end-others")
@guard.staff("account.own")
def end_other_sessions(lang: str):
    """End all of one's sessions but this one."""
    who = guard.current()
    sessions.end_all(who.staff_id, clock.now(), but=who.session_id)
    return _to_me(lang, _("All other sessions have ended."))
