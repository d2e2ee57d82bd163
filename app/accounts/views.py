"""The way in and out: password and second factor, a passkey alone, and the page that asks once more."""

from flask import Blueprint, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel import clock, http, network
from app.kernel.db import db

from . import guard, limits, operations, passkeys, passwords, queries, rules, sessions, steps
from .forms import CodeForm, SignInForm

accounts = Blueprint("accounts", __name__, template_folder="templates")

TOO_MANY = 429
SCRIPTS = ("passkey.js",)
# Fields of the page that asks once more begin so; all others are what was posted before, and are sent on.
OWN = "again-"


def enter(staff_id: int, factor: bool, url: str, notice: str | None = None):
    """Begin a session under a new id, end the one of this browser, and go on to a page of the desk. Commits."""
    now = clock.now()
    old = request.cookies.get(guard.cookie_name())
    if old:
        sessions.end_token(old, now)
    token = sessions.begin(staff_id, rules.device(request.user_agent.string), factor, now, notice)
    db.session.commit()
    response = guard.with_cookie(http.private(redirect(url, code=303)), guard.cookie_name(), token)
    return guard.without_cookie(response, guard.step_cookie_name())


def too_many(tried: limits.Try) -> str:
    """What is said to whoever has tried too often, whether there is such an account or not."""
    return ngettext(
        "Too many attempts. Please wait %(count)s minute, then try again.",
        "Too many attempts. Please wait %(count)s minutes, then try again.",
        tried.minutes,
        count=tried.minutes,
    )


def _start(staff_id: int) -> str:
    return rules.own_path(request.values.get("next")) or url_for("desk.start", lang=queries.one(staff_id).language)


def _sign_in_page(form: SignInForm, status: int | None = None, notice: str | None = None):
    form.notice = notice
    form.next.data = rules.own_path(form.next.data) or ""
    return guard.page("desk/sign_in.html", status=status, form=form, scripts=SCRIPTS)


@accounts.get("/<language:lang>/desk/sign-in")
@guard.open_to_all
def sign_in(lang: str):
    """The way in."""
    if guard.current():
        target = rules.own_path(request.args.get("next")) or url_for("desk.start", lang=lang)
        return http.private(redirect(target, code=303))
    return _sign_in_page(SignInForm(next=request.args.get("next")))


@accounts.post("/<language:lang>/desk/sign-in")
@guard.open_to_all
def check_password(lang: str):
    """Address and password. The answer, and what it costs, says nothing about whether there is such an account."""
    form = SignInForm(request.form)
    if not form.validate():
        return _sign_in_page(form, 422)
    now = clock.now()
    tried = limits.begin(now, account=rules.account_of(form.email.data), network=network.of_request())
    if tried.minutes:
        return _sign_in_page(form, TOO_MANY, too_many(tried))
    account = queries.by_address(form.email.data)
    stored = account.password if account and account.disabled_at is None else None
    if not passwords.matches(stored, form.password.data):
        return _sign_in_page(form, 422, _("Address and password do not belong together. Nothing more can be said."))
    limits.succeeded(tried)
    if not queries.ways(account.id).factor:
        return enter(account.id, False, _start(account.id))
    token = steps.begin("second", account.id, now)
    db.session.commit()
    onward = url_for("accounts.second", lang=lang, next=rules.own_path(form.next.data))
    return guard.with_cookie(http.private(redirect(onward, code=303)), guard.step_cookie_name(), token)


def _half_in() -> steps.Step | None:
    return steps.look(request.cookies.get(guard.step_cookie_name()), "second", clock.now())


def _second_page(staff_id: int, form: CodeForm, status: int | None = None, notice: str | None = None):
    form.notice = notice
    back = rules.own_path(request.values.get("next")) or ""
    ways = queries.ways(staff_id)
    return guard.page("desk/second.html", status=status, form=form, next=back, ways=ways, scripts=SCRIPTS)


def _too_late():
    return _sign_in_page(SignInForm(next=request.values.get("next")), 422, _("That took too long. Please begin anew."))


@accounts.get("/<language:lang>/desk/sign-in/second")
@guard.open_to_all
def second(lang: str):
    """The second factor, after the password."""
    step = _half_in()
    return _second_page(step.staff_id, CodeForm()) if step else _too_late()


@accounts.post("/<language:lang>/desk/sign-in/second")
@guard.open_to_all
def check_second(lang: str):
    """A code of the app, or a recovery code."""
    step, form = _half_in(), CodeForm(request.form)
    if step is None:
        return _too_late()
    if not form.validate():
        return _second_page(step.staff_id, form, 422)
    now = clock.now()
    tried = limits.begin(now, factor=step.staff_id, network=network.of_request())
    if tried.minutes:
        return _second_page(step.staff_id, form, TOO_MANY, too_many(tried))
    # Taken before it is judged: of two that come at once with the same code, one is too late.
    kind = operations.shows_code(step.staff_id, form.code.data, now)
    if kind is None or queries.one(step.staff_id).disabled_at:
        db.session.commit()
        return _second_page(step.staff_id, form, 422, wrong_code())
    steps.take(request.cookies.get(guard.step_cookie_name()), "second", now)
    limits.succeeded(tried)
    return enter(step.staff_id, True, _start(step.staff_id), recovery_notice(step.staff_id, kind))


def wrong_code() -> str:
    """What is said of a code that does not hold."""
    return _("This code is not right, or was used before. The app shows a new one every half minute.")


def recovery_notice(staff_id: int, kind: str) -> str | None:
    """How many recovery codes are left, after one was used."""
    if kind != "recovery":
        return None
    left = queries.ways(staff_id).recovery
    return ngettext(
        "You used a recovery code; %(count)s is left.",
        "You used a recovery code; %(count)s are left.",
        left,
        count=left,
    )


@accounts.post("/<language:lang>/desk/sign-in/passkey-options")
@guard.open_to_all
def sign_in_options(lang: str):
    """What the script asks the browser for: any passkey of this site."""
    options = passkeys.asking("passkey", None, clock.now())
    db.session.commit()
    return http.private(jsonify(options))


@accounts.post("/<language:lang>/desk/sign-in/passkey")
@guard.open_to_all
def check_passkey(lang: str):
    """A passkey, which does alone."""
    now = clock.now()
    form = SignInForm(next=request.form.get("next"))
    tried = limits.begin(now, network=network.of_request())
    if tried.minutes:
        return _sign_in_page(form, TOO_MANY, too_many(tried))
    step = steps.take(request.form.get("step"), "passkey", now)
    try:
        staff_id = passkeys.used(request.form.get("credential", ""), step, now)
    except passkeys.NoPasskey:
        db.session.commit()
        return _sign_in_page(form, 422, refused_passkey())
    limits.succeeded(tried)
    return enter(staff_id, True, _start(staff_id))


def refused_passkey() -> str:
    """What is said of a passkey that does not hold."""
    return _("This passkey was not accepted. Please try again, or use your password and a code.")


@accounts.post("/<language:lang>/desk/sign-out")
@guard.open_to_all
def sign_out(lang: str):
    """End this browser's session; what a page of the desk kept in it, such as a note that was not sent, goes."""
    token = request.cookies.get(guard.cookie_name())
    if token:
        sessions.end_token(token, clock.now())
        db.session.commit()
    response = http.forgets(redirect(url_for("accounts.sign_in", lang=lang), code=303), directives='"storage"')
    return guard.without_cookie(response, guard.cookie_name())


@accounts.post("/<language:lang>/desk/again/passkey-options")
@guard.open_to_all
def again_options(lang: str):
    """What the script asks the browser for: a passkey of whoever is signed in."""
    who = guard.current()
    if who is None:
        return http.private(jsonify({}), 403)
    options = passkeys.asking("again", who.staff_id, clock.now())
    db.session.commit()
    return http.private(jsonify(options))


@accounts.post("/<language:lang>/desk/again")
@guard.open_to_all
def again(lang: str):
    """Take what was shown once more, and go on to where somebody was going."""
    who = guard.current()
    if who is None:
        return http.private(redirect(url_for("accounts.sign_in", lang=lang), code=303))
    now = clock.now()
    target = rules.own_path(request.form.get(f"{OWN}target")) or url_for("desk.start", lang=lang)
    method = "POST" if request.form.get(f"{OWN}method") == "POST" else "GET"
    kept = [(name, value) for name, value in request.form.items(multi=True) if not name.startswith(OWN)]
    ways = queries.ways(who.staff_id)
    tried = limits.begin(now, factor=who.staff_id)
    fault = too_many(tried) if tried.minutes else _fault_in_proof(who, ways, now)
    if fault:
        db.session.commit()
        return guard.again(target, method, kept, fault)
    limits.succeeded(tried)
    if not ways.factor and rules.sees_people(who.roles):
        # A password is no second factor: it opens the pages on which one is set up, and no more.
        return enter(who.staff_id, False, url_for("own.factor", lang=lang))
    sessions.prove(who.session_id, now)
    if method == "GET":
        return guard.done(target)
    db.session.commit()
    return guard.page("desk/go_on.html", target=target, kept=kept)


def _fault_in_proof(who: sessions.Signed, ways: queries.Ways, now) -> str | None:
    """What is wrong with the proof that was posted; None when it holds."""
    said = {name: request.form.get(f"{OWN}{name}", "") for name in ("credential", "step", "code", "password")}
    if said["credential"]:
        try:
            passkeys.used(said["credential"], steps.take(said["step"], "again", now), now)
        except passkeys.NoPasskey:
            return refused_passkey()
        return None
    if ways.factor:
        return None if operations.shows_code(who.staff_id, said["code"], now) else wrong_code()
    right = passwords.matches(queries.one(who.staff_id).password, said["password"])
    return None if right else _("This is not your password.")
