"""The fake over HTTP for browsers: the API, a page to pay on, the portal; it posts webhooks to the app by itself.

`python -m tests.fake_stripe --port 12111 --app http://127.0.0.1:8000` runs it by hand.
"""

import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from . import pages
from .api import Api
from .books import Books
from .hooks import SECRET, Courier

DECLINED = "4000000000000002"


class Server:
    """Listens on 127.0.0.1. `hook` is where events go (…/hooks/stripe); none go without it.

    Events are posted by a thread of its own, in order, and again until they are answered 2xx. As a context manager it
    stops at the end.
    """

    def __init__(self, books: Books | None = None, hook: str | None = None, secret: str = SECRET, port: int = 0,
                 only=None) -> None:  # fmt: skip
        self.books = books or Books(start=time.time)
        self.api = Api(self.books)
        self.hook = hook
        self.http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.books.pages = self.url
        self.courier = Courier(self.books, self._send, secret, only)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True),
                         threading.Thread(target=self._carry, daemon=True)]  # fmt: skip
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *what) -> None:
        self.stop()

    def stop(self) -> None:
        """Listen and post no more."""
        self._stop.set()
        self.http.shutdown()
        self.http.server_close()
        for thread in self._threads:
            thread.join(5)

    def wait(self, seconds: int = 10) -> bool:
        """Until every event was taken by the app; False if some were not."""
        end = time.monotonic() + seconds
        while self.courier.waiting and time.monotonic() < end:
            time.sleep(0.02)
        return not self.courier.waiting

    def _carry(self) -> None:
        while not self._stop.wait(0.05):
            if self.hook:
                self.courier.deliver_all()

    def _send(self, body: bytes, signature: str) -> int:
        asked = urllib.request.Request(
            self.hook, body, {"Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except OSError:
            return 0


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *what) -> None:
            """Silent."""

        def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
            raw = body.encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.startswith("/v1/"):
                self._answer(*server.api.handle(self.command.lower(), self.path, self.headers, body))
                return
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            with server.books.lock:
                status, to, page = _page(server.books, self.command, urlsplit(self.path).path, form,
                                         self.headers.get("Accept-Language", "en"))  # fmt: skip
            headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
            self._answer(status, {**headers, "Location": to} if to else headers, page)

        do_GET = do_POST = do_DELETE = _any

    return Handler


def _page(books: Books, method: str, path: str, form: dict, accepted: str) -> tuple[int, str | None, str]:
    """What a browser sees: status, where it is sent, page."""
    thing = books.objects.get(path.rpartition("/")[2])
    if path.startswith("/c/pay/") and thing and thing["object"] == "checkout.session":
        return _pay(books, method, thing, form, accepted)
    if path.startswith("/p/session/") and thing and thing["object"] == "billing_portal.session":
        return _portal(books, method, thing, form, accepted)
    return 404, None, pages.gone("en")


def _pay(books: Books, method: str, session: dict, form: dict, accepted: str) -> tuple[int, str | None, str]:
    language = pages.language(session["locale"], accepted)
    if not books.is_open(session):
        return 404, None, pages.gone(language)
    if method == "GET":
        return 200, None, pages.pay(language, session, books.includable[session["id"]]["line_items"][0])
    email = form.get("email") or session["customer_email"] or "ama@example.org"
    name = form.get("name") or "Ama Mensah (fictional)"
    if form.get("card", "").replace(" ", "") == DECLINED:
        books.decline(session, email, name)
        page = pages.pay(language, session, books.includable[session["id"]]["line_items"][0], declined=True)
        return 402, None, page
    books.pay(session, email, name, "sepa_debit" if form.get("way") == "debit" else "card")
    return 303, session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), ""


def _portal(books: Books, method: str, session: dict, form: dict, accepted: str) -> tuple[int, str | None, str]:
    language = pages.language(session["locale"], accepted)
    held = [each for each in books.lists["subscription"] if each["customer"] == session["customer"]]
    if method == "POST":
        for each in held:
            if each["id"] == form.get("subscription") and each["status"] != "canceled":
                books.end(each)
        return 303, session["url"], ""
    return 200, None, pages.portal(language, session, held)
