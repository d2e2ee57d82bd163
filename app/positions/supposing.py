"""What a reader supposes: who would speak, and what they would say; read from the words of an address. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as lazy

from .record import SCALE


@dataclass(frozen=True)
class Supposed:
    """What was chosen; `faults` is what is wrong with it, by field. `asked` is whether anything was sent at all."""

    groups: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    signal: str = ""
    asked: bool = False
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether it can be answered."""
        return self.asked and not self.faults


def read(
    groups: Collection[str],
    states: Collection[str],
    signal: str | None,
    known_groups: Collection[str],
    known_states: Collection[str],
) -> Supposed:
    """What these words suppose, of the groups and states there are. What is not understood is a fault in words, the
    rest is kept."""
    if not groups and not states and signal is None:
        return Supposed()
    faults = {}
    said = {code for code in groups if code}
    if said - set(known_groups):
        faults["group"] = lazy("There is no such group. Choose one from the list.")
    if set(states) - set(known_states):
        faults["state"] = lazy("There is no such state. Choose from the list.")
    groups = tuple(sorted(said & set(known_groups)))
    states = tuple(sorted(set(states) & set(known_states)))
    if not groups and not states and not faults:
        faults["group"] = lazy("Choose a group or states: somebody has to speak.")
    if not signal:
        faults["signal"] = lazy("Choose what they would say.")
    elif signal not in SCALE:
        faults["signal"] = lazy("There is no such position. Choose one from the list.")
    return Supposed(groups, states, signal if signal in SCALE else "", True, faults)
