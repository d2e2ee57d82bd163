"""What offices that states and persons hold are called, and the bodies that they are of, in the reader's language."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

OFFICES = {
    "chair": lazy("Chair"),
    "vice_chair": lazy("Vice-chair"),
    "presidency": lazy("Presidency"),
    "president": lazy("President"),
    "vice_president": lazy("Vice-president"),
    "rapporteur": lazy("Rapporteur"),
    "member": lazy("Member"),
}
BODIES = {
    "GENERAL_ASSEMBLY": lazy("General Assembly"),
    "THIRD_COMMITTEE": lazy("General Assembly, Third Committee"),
    "FIFTH_COMMITTEE": lazy("General Assembly, Fifth Committee (budget)"),
    "SECURITY_COUNCIL": lazy("Security Council"),
    "ECOSOC": lazy("Economic and Social Council"),
    "ECOSOC_NGO_COMMITTEE": lazy("Committee on Non-Governmental Organizations"),
    "HUMAN_RIGHTS_COUNCIL": lazy("Human Rights Council"),
    "EU_COUNCIL": lazy("Council of the European Union"),
}
# chair_session_76: of one session of the body.
SESSION = re.compile(r"(\w+)_session_([0-9]+)")


def office(code: str) -> str:
    """What an office is called; one that is not known here as it was entered."""
    if found := SESSION.fullmatch(code):
        return _("%(office)s, session %(number)s", office=office(found[1]), number=found[2])
    return str(OFFICES.get(code, code.replace("_", " ")))


def body(code: str) -> str | None:
    """What a body that is no group is called; None where it is not known here."""
    return str(BODIES[code]) if code in BODIES else None
