"""What the cells of one line say, checked. Pure: what it knows of countries and languages are files."""

import json
import re
from collections.abc import Container
from dataclasses import asdict, dataclass
from functools import cache

from app.kernel.i18n import CODES
from app.kernel.spreadsheet import undefused
from app.states import files as states

from ..addresses import InvalidAddress, checked_address
from ..languages import language_of
from ..naming import latin, normal, places, tokens
from ..org_models import ECOSOC, ROLES
from ..org_operations import LONGEST_NAME, OrganisationData
from ..positions import LONGEST_TITLE, PersonData
from ..texts import clean
from ..websites import InvalidWebsite, checked_website
from . import standing
from .columns import column_of
from .reading import LONGEST_CELL

_LISTED = re.compile(r"[,;/|、،؛\n]+")
_SCRIPTS = {
    "ar": re.compile("[\u0621-\u064a]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "zh": re.compile("[\u3400-\u9fff]"),
}
# An address as mail programs write it: Ama Mensah <ama@wells.example>
_WRITTEN = re.compile(r'["\']?([^"<>@]*?)["\']?\s*<([^<>\s]+)>$')
_LONGEST = {
    "acronym": 30,
    "title": LONGEST_TITLE,
    "address": LONGEST_CELL,
    "works_in": LONGEST_CELL,
    "attributes": LONGEST_CELL,
}
_STATUS = {
    "none": "none no non нет нет статуса لا 无 ninguno aucun",
    "applied": "applied pending candidate demande solicitado заявка подана قيد النظر 申请中 en attente pendiente",
    "roster": "roster liste lista реестр список القائمة 名册 列入名册",
    "special": "special special status spécial especial специальный خاص 特别 特别咨商地位",
    "general": "general general status général общий عام 一般 全面 全面咨商地位",
}
_ROLES = {
    "head": "head director chair president ceo directeur directrice présidente director directora presidenta директор "
    "председатель руководитель مدير رئيس 主任 主席 负责人",
    "un": "un un representative représentant onu representante onu представитель оон ممثل لدى الأمم المتحدة 联合国代表",
    "contact": "contact contacto контакт جهة الاتصال 联系人",
    "policy": "policy advocacy plaidoyer incidencia адвокация политика مناصرة 政策",
    "press": "press media communications presse prensa пресса صحافة 新闻 媒体",
    "finance": "finance treasurer finances trésorier finanzas tesorero финансы казначей مالية 财务",
    "member": "member volunteer membre bénévole miembro voluntario член волонтёр عضو متطوع 成员 志愿者",
}


@dataclass(frozen=True)
class Parsed:
    """One line as it is understood; `problems` (codes) say why it is refused, if there are any. The name of the
    organisation is empty where only the address can tell it, and that of a person where the list has none.
    `agreed_on`: the day (ISO 8601) on which they agreed, where the line says it; `left`: it says that they left;
    `silent`: it says even why they are never to be written to again (bounced, complained, unsubscribed); `unsure`: what
    it says of that is not understood, so that nothing of consent is taken from it."""

    organisation: OrganisationData
    person: PersonData | None
    problems: tuple[str, ...] = ()
    agreed_on: str | None = None
    left: bool = False
    silent: str | None = None
    unsure: bool = False

    def plain(self) -> dict:
        """The same as JSON holds it."""
        return {
            "organisation": asdict(self.organisation),
            "person": asdict(self.person) if self.person else None,
            "problems": list(self.problems),
            "agreed_on": self.agreed_on,
            "left": self.left,
            "silent": self.silent,
            "unsure": self.unsure,
        }

    @staticmethod
    def of(said: dict) -> "Parsed":
        """What `plain` wrote."""
        organisation, person = said["organisation"], said["person"]
        return Parsed(
            OrganisationData(**{**organisation, "works_in": tuple(organisation["works_in"])}),
            PersonData(**{**person, "roles": tuple(person["roles"])}) if person else None,
            tuple(said["problems"]),
            said.get("agreed_on"),
            said.get("left", False),
            said.get("silent"),
            said.get("unsure", False),
        )


def parsed(columns: list[str | None], cells: tuple[str, ...], lang: str) -> Parsed:
    """A line of a file whose columns are these; `lang` is the language of names that do not say theirs."""
    problems: list[str] = []
    if len(cells) > len(columns):
        problems.append("cells")
    said = {column: clean(undefused(cell)) for column, cell in zip(columns, cells, strict=False) if column}
    _unfold(said)
    for column, text in said.items():
        if len(text) > _LONGEST.get(column, LONGEST_NAME):
            problems.append("long")
            said[column] = text[:LONGEST_NAME]
    person = _person(said, problems)
    organisation = _organisation(said, lang, problems, bool(person and person.address))
    left, silent, unsure = standing.said(said)
    day = standing.day(said.get("agreed_on"))
    return Parsed(organisation, person, tuple(dict.fromkeys(problems)), day, left, silent, unsure)


def _unfold(said: dict[str, str]) -> None:
    """What listmonk keeps of somebody in one cell of JSON, as cells of their own, by what they are called there; the
    first of several values in one cell; and an address out of what mail programs write of a person."""
    try:
        more = json.loads(said.pop("attributes", "") or "{}")
    except (ValueError, RecursionError):
        more = {}
    for name, value in more.items() if isinstance(more, dict) else ():
        column = column_of(name)
        if column and isinstance(value, str | int) and not said.get(column):
            said[column] = clean(str(value))
    for name in said.keys() - {"status"}:
        said[name] = said[name].split(standing.SEVERAL)[0].strip()
    if not said.get("person"):
        said["person"] = " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
    if written := _WRITTEN.match(said.get("address", "")):
        said["address"] = written[2]
        said["person"] = said["person"] or clean(written[1])


def key_of(data: OrganisationData) -> str:
    """What makes two lines one organisation for sure: the words of the name, its places and kinds, and the country."""
    name = normal(data.name)
    parts = ("".join(name.core)[:80], ".".join(sorted(name.places)), ".".join(sorted(name.kinds)), data.country or "")
    return "|".join(parts)


def _organisation(said: dict[str, str], lang: str, problems: list[str], reachable: bool) -> OrganisationData:
    names = {code: said[f"name_{code}"] for code in CODES if said.get(f"name_{code}")}
    language = _language(said.get("name_language"), problems) or _language_by_script(said.get("name", ""), lang)
    name = said.get("name") or names.get(language)
    if not name and names:
        language, name = next(iter(names.items()))
    if (not name and not reachable) or (name and not any(c.isalnum() for c in name)):
        problems.append("no-name")
    names.pop(language, None)
    website = None
    if said.get("website"):
        try:
            website = checked_website(said["website"])
        except InvalidWebsite:
            problems.append("website")
    return OrganisationData(
        name=name or "",
        name_language=language,
        names=names,
        acronym=said.get("acronym") or None,
        country=_area(said.get("country"), "country", problems),
        works_in=tuple(
            sorted(
                {
                    area
                    for part in _listed(said.get("works_in", ""), _area_codes())
                    if (area := _area(part.strip(), "area", problems))
                }
            )
        ),
        website=website,
        ecosoc=_one_of(_STATUS, ECOSOC, said.get("ecosoc"), "ecosoc", problems) or "none",
    )


def _language_by_script(name: str, lang: str) -> str:
    """The language a name is probably in: that of the page, unless its letters are another's."""
    for code, letters in _SCRIPTS.items():
        if letters.search(name):
            # Ukrainian or Persian names are not found out; a column can say the language of each.
            return code
    return lang if lang not in _SCRIPTS else "en"


def _person(said: dict[str, str], problems: list[str]) -> PersonData | None:
    name, address = said.get("person"), said.get("address")
    if not name and not address:
        return None
    if not address:
        problems.append("no-address")
    checked = ""
    if address:
        try:
            checked = checked_address(address.removeprefix("mailto:"))
        except InvalidAddress:
            problems.append("address")
    roles = (_one_of(_ROLES, ROLES, part.strip(), "role", problems) for part in _listed(said.get("roles", ""), ROLES))
    return PersonData(
        name=name or "",
        address=checked,
        title=said.get("title") or None,
        roles=tuple(dict.fromkeys(role for role in roles if role)),
        language=_language(said.get("language"), problems),
        second_language=_language(said.get("second_language"), problems),
    )


def _listed(text: str, codes: Container[str]) -> list[str]:
    """The parts of a cell that lists several; our exports write codes side by side."""
    words = text.split()
    return words if all(word in codes for word in words) else _LISTED.split(text)


def _language(text: str | None, problems: list[str]) -> str | None:
    if not text:
        return None
    known = language_of()
    code = known.get(text.casefold()) or known.get(text.casefold().split("-")[0].split("_")[0])
    if code is None:
        problems.append("language")
    return code


@cache
def _area_codes() -> dict[str, str]:
    found = {}
    for row in states.read().areas.rows:
        found |= {row["iso3"]: row["iso3"], row["iso2"]: row["iso3"]}
    return found


def _area(text: str | None, problem: str, problems: list[str]) -> str | None:
    if not text:
        return None
    code = _area_codes().get(text.upper()) or places().get(tuple(latin(word) for word in tokens(text)))
    if code is None or code not in _area_codes():
        problems.append(problem)
        return None
    return code


@cache
def _folded(text: str) -> str:
    return " ".join(latin(word) for word in tokens(text))


def _one_of(known: dict[str, str], codes: tuple[str, ...], text: str | None, problem: str, problems: list[str]):
    """A code by itself, or by words that contain one of its words whole."""
    if not text:
        return None
    wanted = _folded(text)
    for code in codes:
        if wanted == code or f" {wanted} " in f" {_folded(known[code])} ":
            return code
    problems.append(problem)
    return None
