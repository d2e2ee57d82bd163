"""The real house: gunicorn and a worker as the Procfile starts them, on a database and a folder of their own."""

import os
import re
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from functools import cached_property
from pathlib import Path

from flask import Flask

from app import create_app
from app.kernel.launch import launcher
from tests.conftest import ROOT, environment
from tests.machine import PATIENCE, eventually, free_port
from tests.support import FIELD, PETITION, messages

CONTROLLER = {
    "CONTROLLER_NAME": "Association for a Voice of Civil Society at the United Nations",
    "CONTROLLER_ADDRESS": "Rue de la Servette 100\n1202 Genève\nSwitzerland",
    "CONTROLLER_EMAIL": "secretariat.and.press.office@a-rather-long-domain-name.example.org",
    "CONTROLLER_DATA_PROTECTION": "data.protection@a-rather-long-domain-name.example.org",
}


class House:
    """A running site: `url` without a slash at its end, and what a stranger can do without a browser. `settings` are
    those that are not as always."""

    def __init__(self, database_url: str, instance: Path, **settings: str):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.instance = instance
        self.database_url = database_url
        self._log = (instance / "log").open("wb")
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self.settings = {
            **environment(database_url, instance),
            **CONTROLLER,
            "PLENARY_ENV": "development",
            "PLENARY_URL": self.url,
            "LEAVE_URL": f"{self.url}/healthz",
            "WEB_CONCURRENCY": "1",
            **settings,
        }
        gunicorn = ["gunicorn", "--config", "app/kernel/gunicorn.py", "--bind", f"127.0.0.1:{self.port}", "wsgi:app"]
        self._processes = [
            subprocess.Popen(
                launcher([sys.executable, "-m", *command], signal.SIGTERM),
                cwd=ROOT,
                env={**inherited, **self.settings},
                stdout=self._log,
                stderr=subprocess.STDOUT,
            )
            for command in (gunicorn, ["flask", "--app", "wsgi", "worker"])
        ]

    def wait(self) -> "House":
        """Wait until the site answers for itself and its database."""
        eventually(self._is_up, PATIENCE, "the site did not start")
        return self

    def _is_up(self) -> bool:
        assert all(process.poll() is None for process in self._processes), self.said()
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    @cached_property
    def app(self) -> Flask:
        """An app like that of its processes, on the same database: made once, as a test asks for it again and again."""
        return create_app(self.settings)

    def said(self) -> str:
        """What its processes have written."""
        return (self.instance / "log").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """End both processes."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page; redirects are followed."""
        return self._open(urllib.request.Request(self.url + path))

    def post(self, path: str, **values: str) -> tuple[int, str]:
        """Send a form; status and text of the page it leads to."""
        data = urllib.parse.urlencode(values).encode()
        return self._open(urllib.request.Request(self.url + path, data=data))

    @staticmethod
    def _open(request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode()

    def public_pages(self, lang: str) -> list[str]:
        """The path of every page of the sitemap in one language."""
        found = re.findall(r"<loc>([^<]+)</loc>", self.get("/sitemap.xml")[1])
        paths = [urllib.parse.urlsplit(url).path for url in found]
        return [path for path in paths if path.startswith(f"/{lang}/")]

    def ask(self, lang: str = "en", **changes: str) -> str:
        """Sign as a stranger; the address that was given."""
        address = f"{lang}-{secrets.token_hex(4)}@example.org"
        page = PETITION.format(lang=lang)
        token = FIELD.search(self.get(page)[1])[1]
        values = {"name": "Ama Mensah", "email": address, "area": "GHA", "shown": "none", **changes}
        status, _ = self.post(page, token=token, consent="y", **values)
        assert status == 200
        return values["email"]

    def sign(self, lang: str = "en", **changes: str) -> str:
        """Sign as a stranger and wait for the mail; the path of its link."""
        return self.link_for(self.ask(lang, **changes))

    def link_for(self, address: str) -> str:
        """The path of the page to which the link in the mail to an address leads, as soon as it is in the mailbox."""

        def link() -> str | None:
            for mail in messages(self.instance / "mailbox"):
                if str(mail["To"]) == address:
                    words = mail.get_body(("plain",)).get_content()
                    way = re.search(rf"{re.escape(self.url)}/(\w\w)/(?:signature|m)/([\w-]+)\s", words)
                    return f"/{way[1]}/signature/{way[2]}"
            return None

        return eventually(link, PATIENCE, f"no mail came to {address}: {self.said()}")

    def confirm(self, link: str) -> None:
        """Press the button on the page of a mail's link."""
        status, _ = self.post(link, action="confirm")
        assert status == 200
