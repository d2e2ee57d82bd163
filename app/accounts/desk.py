"""Staff pages: who holds which role, in a campaign or on the whole site; invitations; accounts.

Each page stands twice: under a campaign, where only its own roles are seen and touched, and for the whole site.
"""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from app.kernel import clock, listing

from . import choices, guard, invitations, navigation, operations, queries, rules
from .forms import InviteForm, RoleForm
from .models import Staff
from .roles import EVERYWHERE, ROLES, role_name

staff_desk = Blueprint("staff", __name__, template_folder="templates")
STATES = ("active", "disabled")


def _both(path: str, name: str, methods=("GET",), fresh: bool = False):
    """Register a view under a campaign (`staff.<name>`) and for the whole site (`staff.all_<name>`, campaign None)."""

    def mark(view):
        def everywhere(lang: str, **values):
            return view(lang, None, **values)

        everywhere.__doc__ = view.__doc__
        base = "/<language:lang>/desk/<campaign>/staff"
        one = guard.staff("staff.manage", fresh=fresh)(_of_campaign(view))
        staff_desk.add_url_rule(base + path, name, one, methods=methods)
        all_ = guard.staff("staff.manage-all", fresh=fresh)(everywhere)
        staff_desk.add_url_rule("/<language:lang>/desk/staff" + path, f"all_{name}", all_, methods=methods)
        return view

    return mark


def _of_campaign(view):
    def checked(lang: str, campaign: str, **values):
        if campaign not in choices.campaigns():
            abort(404)
        return view(lang, campaign, **values)

    checked.__doc__ = view.__doc__
    return checked


def _url(lang: str, campaign: str | None, name: str = "index", **values) -> str:
    if campaign is None:
        return url_for(f"staff.all_{name}", lang=lang, **values)
    return url_for(f"staff.{name}", lang=lang, campaign=campaign, **values)


def _filters() -> dict[str, str]:
    said = {name: request.args.get(name, "") for name in ("role", "state", "order")}
    known = {"role": ROLES, "state": STATES, "order": tuple(queries.ORDERS)}
    return {name: text for name, text in said.items() if text in known[name]}


def _list(lang: str, campaign: str | None, form: InviteForm, status: int | None = None):
    filters = _filters()
    try:
        part, colleagues = queries.colleagues(campaign, cursor=request.args.get("at"), **filters)
    except listing.WrongCursor:
        abort(404)
    return guard.page(
        "desk/staff.html",
        status=status,
        campaign=campaign,
        place=campaign,
        part=part,
        colleagues=colleagues,
        invitations=queries.open_invitations(campaign, clock.now()),
        form=form,
        filters=filters,
        endpoint="staff.index" if campaign else "staff.all_index",
        values={"lang": lang, **({"campaign": campaign} if campaign else {}), **filters},
        url=lambda name, **values: _url(lang, campaign, name, **values),
        roles=[(role, role_name(role)) for role in ROLES],
        role_name=role_name,
        campaign_names=choices.campaigns(),
        network_names=choices.networks(),
    )


@_both("", "index")
def index(lang: str, campaign: str | None):
    """Who holds which role, and who is invited."""
    return _list(lang, campaign, InviteForm(campaign=campaign, language=lang))


@_both("/find", "find", ("POST",))
def find(lang: str, campaign: str | None):
    """Somebody by their exact address, which stands in no URL."""
    account = queries.by_address(request.form.get("address", ""))
    if account is None or queries.by_id(account.id, campaign) is None:
        return guard.done(_url(lang, campaign), _("Nobody here has that address."))
    return guard.done(_url(lang, campaign, "one", staff_id=account.id))


@_both("/invite", "invite", ("POST",), fresh=True)
def invite(lang: str, campaign: str | None):
    """Send an invitation."""
    form = InviteForm(request.form, campaign=campaign)
    if not form.validate():
        return _list(lang, campaign, form, 422)
    invitations.invite(form.email.data, form.chosen(), form.language.data, guard.current().staff_id, clock.now())
    return guard.done(_url(lang, campaign), _("The invitation is on its way."))


@_both("/invitations/<int:invitation_id>/withdraw", "withdraw", ("POST",))
def withdraw(lang: str, campaign: str | None, invitation_id: int):
    """Have the link of an invitation work no longer."""
    if not invitations.withdraw(invitation_id, campaign, guard.current().staff_id, clock.now()):
        abort(404)
    return guard.done(_url(lang, campaign), _("The invitation was withdrawn."))


def _reach(campaign: str | None) -> str | None:
    """Of what whoever reads this page is an administrator: this campaign, or, with None, the whole site."""
    return None if guard.current().may("staff.manage-all") else campaign


def _someone(staff_id: int, campaign: str | None) -> Staff:
    return queries.by_id(staff_id, campaign) or abort(404)


def _theirs_alone(account: Staff, campaign: str | None) -> bool:
    held = queries.roles_of([account.id]).get(account.id, [])
    return rules.is_theirs_alone(campaign, [role.campaign for role in held])


def _one(lang: str, campaign: str | None, account: Staff, form: RoleForm, status: int | None = None):
    now = clock.now()
    whole = _theirs_alone(account, campaign)
    return guard.page(
        "desk/colleague.html",
        status=status,
        campaign=campaign,
        account=account,
        held=queries.roles_of([account.id], campaign).get(account.id, []),
        whole=whole,
        may_enable=rules.may_enable(_reach(campaign), account.disabled_in),
        ways=queries.ways(account.id) if whole else None,
        sessions=queries.open_sessions(account.id, now) if whole else [],
        form=form,
        url=lambda name, **values: _url(lang, campaign, name, **values),
        role_name=role_name,
        campaign_names=choices.campaigns(),
        network_names=choices.networks(),
    )


@_both("/<int:staff_id>", "one")
def one(lang: str, campaign: str | None, staff_id: int):
    """One colleague: their roles, and what can be done about their account."""
    return _one(lang, campaign, _someone(staff_id, campaign), RoleForm(campaign=campaign))


@_both("/<int:staff_id>/give", "give", ("POST",), fresh=True)
def give(lang: str, campaign: str | None, staff_id: int):
    """Give a role, or change the languages or networks of one."""
    account = _someone(staff_id, campaign)
    form = RoleForm(request.form, campaign=campaign)
    if not form.validate():
        return _one(lang, campaign, account, form, 422)
    operations.give_role(staff_id, form.chosen(), guard.current().staff_id, clock.now())
    return guard.done(_url(lang, campaign, "one", staff_id=staff_id), _("The role was given."))


@_both("/<int:staff_id>/take", "take", ("POST",), fresh=True)
def take(lang: str, campaign: str | None, staff_id: int):
    """Take a role away; on the pages of a campaign, one that is held there."""
    _someone(staff_id, campaign)
    where = campaign if campaign is not None else request.form.get("campaign", EVERYWHERE)
    actor = guard.current().staff_id
    try:
        found = operations.take_role(staff_id, where, request.form.get("role", ""), actor, clock.now())
    except operations.LastAdministrator:
        return guard.done(_url(lang, campaign, "one", staff_id=staff_id), _last_administrator())
    if not found:
        abort(404)
    # Of a campaign's pages, whoever holds no role there is no colleague any longer.
    left = queries.by_id(staff_id, campaign)
    url = _url(lang, campaign, "one", staff_id=staff_id) if left else _url(lang, campaign)
    return guard.done(url, _("The role was taken away."))


def _last_administrator() -> str:
    return _("This is the last administrator of the site. Make somebody else one first.")


def _on_account(path: str, name: str, notice, fresh: bool = False):
    """Register what is done to a whole account: `act(account, actor, now, reach)`. Whoever manages one campaign may do
    it only to those who work nowhere else."""

    def mark(act):
        def view(lang: str, campaign: str | None, staff_id: int):
            account = _someone(staff_id, campaign)
            if not _theirs_alone(account, campaign):
                abort(404)
            back = _url(lang, campaign, "one", staff_id=staff_id)
            try:
                act(account, guard.current().staff_id, clock.now(), _reach(campaign))
            except operations.LastAdministrator:
                return guard.done(back, _last_administrator())
            except operations.DisabledAbove:
                return guard.done(
                    back, _("An administrator of the site disabled this account: only one can enable it.")
                )
            return guard.done(back, str(notice))

        view.__doc__ = act.__doc__
        _both(f"/<int:staff_id>/{path}", name, ("POST",), fresh)(view)
        return act

    return mark


@_on_account("disable", "disable", lazy("The account is disabled, and every session of it has ended."), fresh=True)
def disable(account: Staff, actor: int, now, reach: str | None) -> None:
    """Shut somebody out."""
    operations.disable(account.id, actor, now, reach)


@_on_account("enable", "enable", lazy("The account works again."), fresh=True)
def enable(account: Staff, actor: int, now, reach: str | None) -> None:
    """Let somebody in again."""
    operations.enable(account.id, actor, now, reach)


@_on_account("end-sessions", "end_sessions", lazy("Every session of this account has ended."))
def end_sessions(account: Staff, actor: int, now, reach: str | None) -> None:
    """End every session of somebody."""
    operations.end_sessions(account.id, actor, now)


@_on_account("reset-factor", "reset_factor", lazy("A link to begin anew is on its way to them."), fresh=True)
def reset_factor(account: Staff, actor: int, now, reach: str | None) -> None:
    """For a lost key: take away password, passkeys and codes, and send a link that sets them up anew."""
    invitations.reset(account.id, actor, now)


navigation.register("staff.index", lazy("Staff"), "staff.manage", 80)
navigation.register("staff.all_index", lazy("All staff"), "staff.manage-all", 80, campaign=False)
