"""The mailbox, read while it fills; and people who press the buttons that their mails lead to."""

import email
import email.policy
import queue
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .browser import BROKEN, Visit
from .crowd import PLANS, Crowd, Person

LINK = re.compile(r"https?://\S+?/(\w\w)/(?:signature|m)/([\w-]+)\s")


@dataclass(frozen=True)
class Mail:
    """What matters of one mail; `at` is when it was written, in seconds since 1970."""

    language: str
    link: str
    at: float


def read(path: Path) -> tuple[str, Mail]:
    """A mail and to whom."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    words = message.get_body(("plain",)).get_content()
    lang, token = LINK.search(words + "\n").groups()
    link = f"/{lang}/signature/{token}"
    return str(message["To"]), Mail(str(message["Content-Language"]), link, path.stat().st_mtime)


class Mailbox:
    """Follows the mailbox in `folder`. `mails` are all that came, by address in lower case, oldest first.

    `faults` are buttons that were answered as they never should be.
    """

    def __init__(self, folder: Path, port: int, crowd: Crowd, threads: int = 2):
        self.mails: dict[str, list[Mail]] = {}
        self.faults: list[str] = []
        self._folder = folder
        self._port = port
        self._crowd = crowd
        self._seen: set[str] = set()
        self._waiting: queue.Queue[tuple[Person, str]] = queue.Queue()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._follow, daemon=True)]
        self._threads += [threading.Thread(target=self._press_on, daemon=True) for _ in range(threads)]

    def start(self) -> None:
        """Begin to follow."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, whatever is still to be done."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    @property
    def idle(self) -> bool:
        """Whether every button that is meant to be pressed has been answered."""
        return self._waiting.unfinished_tasks == 0

    def look(self) -> None:
        """Take in what is new."""
        names = {path.name for path in self._folder.glob("[!.]*.eml")} if self._folder.exists() else set()
        for name in sorted(names - self._seen):
            self._seen.add(name)
            address, mail = read(self._folder / name)
            person = self._crowd.people.get(address.lower())
            known = self.mails.setdefault(address.lower(), [])
            known.append(mail)
            if person and len(known) == 1 and PLANS[person.plan][0]:
                self._waiting.put((person, mail.link))

    def _follow(self) -> None:
        while not self._ended.wait(0.3):
            self.look()

    def _press_on(self) -> None:
        while not self._ended.is_set():
            try:
                person, link = self._waiting.get(timeout=0.3)
            except queue.Empty:
                continue
            for action in PLANS[person.plan][0]:
                self._press(person, link, action)
            self._waiting.task_done()

    def _press(self, person: Person, link: str, action: str) -> None:
        """Press a button until it is answered: here, other than in signing, people do try again."""
        tries = 0
        while not self._ended.is_set():
            tries += 1
            try:
                with Visit(self._port) as visit:
                    status = visit.post(link, action=action)
            except BROKEN:
                status = 0
            # An answer that was lost on its way may have been a withdrawal, and then the link leads nowhere.
            if status == 303 or (status == 404 and action == "withdraw" and tries > 1):
                person.done.append(action)
                return
            if 400 <= status < 500:
                self.faults.append(f"{action} of {person.address} was answered {status}")
                return
            time.sleep(0.2)
