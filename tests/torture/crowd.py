"""The crowd: strangers who sign from the real page, in six languages, a few at a time and each once."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from app.kernel.i18n import CODES
from tests.support import FIELD, PETITION

from .browser import BROKEN, Visit

NAMES = {
    "ar": "فاطمة الزهراء",
    "zh": "李小龍",
    "en": "Ama Serwaa Mensah",
    "fr": "Anne-Sophie Lefèvre",
    "ru": "Александра Константинопольская",
    "es": "José Íñigo Peña",
}
AREAS = ("GHA", "FRA", "CHN", "RUS", "ESP", "EGY", "BTN", "other", "unsaid")

# What somebody means to do when the mail is there, and how many of a hundred mean it.
PLANS = {
    "wait": ((), 25),
    "confirm": (("confirm",), 50),
    "leave": (("confirm", "withdraw"), 15),
    "go": (("withdraw",), 10),
}
SIGN_TWICE = 0.05


@dataclass
class Person:
    """Somebody who signs. `answers` are those to each sending of the form, `done` the buttons that were answered."""

    address: str
    language: str
    area: str
    plan: str = "wait"
    answers: list[int | str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def promised(self) -> bool:
        """Whether an answer said that the signature is taken."""
        return 303 in self.answers


class Crowd:
    """`threads` strangers at a time until `stop()`. `people` are all who ever sent the form, by address."""

    def __init__(self, port: int, seed: int, threads: int = 6, pause: float = 0.2):
        self.people: dict[str, Person] = {}
        self._port = port
        self._pause = pause
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._sign_on, args=(f"{seed}-{number}",), daemon=True) for number in range(threads)
        ]

    def start(self) -> None:
        """Let them come."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let nobody new begin, and wait for those who have."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def sign(self, person: Person) -> bool:
        """Open the page, fill in the form, press the button once; whether the answer was 303."""
        self.people[person.address] = person
        path = PETITION.format(lang=person.language)
        try:
            with Visit(self._port) as visit:
                status, page = visit.get(path)
                token = FIELD.search(page)
                if status != 200 or token is None:
                    return False
                person.answers.append("unanswered")
                person.answers[-1] = visit.post(
                    path,
                    token=token[1],
                    name=NAMES[person.language],
                    email=person.address if len(person.answers) == 1 else person.address.upper(),
                    area=person.area,
                    shown="none",
                    consent="y",
                )
        except BROKEN as error:
            if person.answers:
                person.answers[-1] = type(error).__name__
            return False
        return person.answers[-1] == 303

    def _sign_on(self, name: str) -> None:
        chance = random.Random(name)
        number = 0
        while not self._ended.is_set():
            number += 1
            plan = chance.choices(list(PLANS), [weight for _, weight in PLANS.values()])[0]
            person = Person(f"{plan}-{name}-{number}@example.org", chance.choice(CODES), chance.choice(AREAS), plan)
            self.sign(person)
            # Whoever takes the signature back soon might do so between the two.
            if plan in ("wait", "confirm") and chance.random() < SIGN_TWICE:
                self.sign(person)
            time.sleep(chance.uniform(0, 2 * self._pause))

    def answers(self) -> Counter:
        """How often each answer came to a form that was sent."""
        return Counter(answer for person in list(self.people.values()) for answer in person.answers)
