"""Colleagues: whoever works at the desk, in a real browser."""

from playwright.sync_api import BrowserContext

from app.accounts import guard, sessions
from app.kernel import clock
from app.kernel.db import db
from tests.browser.house import House
from tests.browser.visitor import Visitor
from tests.desk_support import make_staff


class Colleague(Visitor):
    """A visitor who may hold the desk's cookie. They come by `localhost`, as passkeys do not work on 127.0.0.1.

    `staff_id` is set once they are signed in.
    """

    staff_id: int | None = None

    def __init__(self, house: House, context: BrowserContext):
        super().__init__(house, context)
        self.url = f"http://localhost:{house.port}"

    def _response(self, response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{self.page.url}: {response.url} answers {response.status}")

    def leave(self) -> list[str]:
        """Close the browser's context; the faults that were seen. The desk's own cookie is none."""
        kept = {"desk", "desk-step"}
        self.faults += [f"there is a cookie {c['name']}" for c in self.context.cookies() if c["name"] not in kept]
        self.context.close()
        return self.faults


def in_house(house: House, act):
    """What `act()` gives, run on the house's own database with its own keys, and committed."""
    with house.app.app_context():
        try:
            found = act()
            db.session.commit()
            return found
        finally:
            db.session.remove()
            db.engine.dispose()


def begin_session(colleague: Colleague, role: str, campaign: str = "un75", languages=(), networks=()) -> None:
    """Sign a colleague in as somebody new with this role, their second factor shown just now."""

    def act() -> tuple[int, str, str]:
        someone = make_staff(role, campaign, languages, networks)
        token = sessions.begin(someone.id, "Chromium, Linux", True, clock.now())
        return someone.id, guard.cookie_name(), token

    colleague.staff_id, name, token = in_house(colleague.house, act)
    cookie = {"name": name, "value": token, "url": colleague.url, "httpOnly": True, "sameSite": "Lax"}
    colleague.context.add_cookies([cookie])
