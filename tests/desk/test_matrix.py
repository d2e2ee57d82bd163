"""Every route of the desk, with every role: who may open it is what the one table says."""

import pytest
from werkzeug.routing import AnyConverter

from app.accounts import exports, guard, sessions
from app.accounts.roles import ACTIONS, EVERYWHERE, ROLES, SITE
from app.kernel import clock
from app.kernel.db import db
from tests.desk_support import StaffClient, make_staff


def desk_rules(app):
    return [rule for rule in app.url_map.iter_rules() if "/desk" in rule.rule]


def test_every_route_of_the_desk_stands_behind_the_guard_or_says_that_it_is_open(app):
    for rule in desk_rules(app):
        view = app.view_functions[rule.endpoint]
        open_to_all = getattr(view, "staff_open", False)
        action = getattr(view, "staff_action", None)
        assert open_to_all != bool(action), rule.endpoint
        assert open_to_all or action in ACTIONS, rule.endpoint


def test_no_route_outside_the_desk_stands_behind_its_guard(app):
    for rule in app.url_map.iter_rules():
        if "/desk" not in rule.rule:
            assert not hasattr(app.view_functions[rule.endpoint], "staff_action"), rule.endpoint


def test_every_action_of_the_table_guards_a_route(app):
    used = {getattr(app.view_functions[rule.endpoint], "staff_action", None) for rule in desk_rules(app)}
    # What is exported stands behind one route, and its own actions behind that: tests/accounts/test_exports.py.
    used |= {action for kind in exports.every() for action in (kind.action, kind.personal_action)}
    assert set(ACTIONS) <= used


def made_up(converter):
    """An id or a slug that names nothing: whoever is let in gets 404, or an answer, but never 403."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 999_999_999


def guarded(app):
    """Each guarded route once for each of its methods: endpoint, method, path, action."""
    values = {"lang": "en", "campaign": "un75"}
    for rule in desk_rules(app):
        action = getattr(app.view_functions[rule.endpoint], "staff_action", None)
        if not action:
            continue
        filled = {name: values.get(name) or made_up(rule._converters[name]) for name in rule.arguments}
        with app.test_request_context():
            path = app.url_map.bind("plenary.test").build(rule.endpoint, filled)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, path, ACTIONS[action]


def begin(client, someone) -> None:
    """Sign somebody in, their second factor shown just now."""
    client.set_cookie(guard.cookie_name(), sessions.begin(someone.id, "Firefox, Linux", True, clock.now()))
    db.session.commit()


def leads_in(answer) -> bool:
    """Whether an answer leads to the way in."""
    return "/desk/sign-in" in answer.headers.get("Location", "")


def once_refused(render):
    """`render`, which makes the page of a refusal once and then gives it again: it says the same of every route."""
    refused = []

    def rendered(template, **values):
        if template != "desk/refused.html":
            return render(template, **values)
        if not refused:
            refused.append(render(template, **values))
        return refused[0]

    return rendered


MAY_MOST = ("administrator", "campaigner")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("campaign", ["un75", "another", EVERYWHERE])
def test_every_role_opens_what_the_table_lets_it_and_nothing_else(app, monkeypatch, role, campaign):
    someone = make_staff(role, campaign, languages=("fr",))
    client = StaffClient(app)
    monkeypatch.setattr(guard, "render_template", once_refused(guard.render_template))
    begin(client, someone)
    walked = set()
    for endpoint, method, path, action in guarded(app):
        # That each route asks for its own campaign is shown by those who may do most elsewhere. The others differ from
        # them by the action alone, and try each once.
        where = id(action), "/desk/un75" in path, method
        if campaign == "another" and role not in MAY_MOST and where in walked:
            continue
        walked.add(where)
        held_here = campaign == EVERYWHERE or (
            action.scope != SITE and (action.scope == "any" or ("/desk/un75" in path and campaign == "un75"))
        )
        allowed = role in action.roles and held_here
        answer = client.open(path, method=method)
        if leads_in(answer):
            # Some routes end the session: the next one begins another.
            begin(client, someone)
            answer = client.open(path, method=method)
        status = answer.status_code
        assert not leads_in(answer), f"{role} in {campaign}: {method} {endpoint} signed out"
        assert (status != 403) == allowed, f"{role} in {campaign}: {method} {endpoint} answered {status}"
        assert status < 500, f"{role} in {campaign}: {method} {endpoint} answered {status}"


def test_without_a_session_every_guarded_route_leads_to_the_way_in(app):
    client = StaffClient(app)
    for endpoint, method, path, _ in guarded(app):
        answer = client.open(path, method=method)
        assert answer.status_code == 303 and "/desk/sign-in" in answer.headers["Location"], endpoint
