"""Invented letters to hand over: the un75 pack's own words, under names that say that they are fictional."""

import csv
import functools
import re
import tomllib
from dataclasses import replace
from datetime import date

from flask import Flask

from app.campaigns import markdown, typesetting
from app.kernel import i18n
from app.kernel.config import ROOT
from app.letters.handover.records import Addressee, Handover, Letter, LetterText, Signatory, Unnamed, figures

DAY = date(2026, 11, 28)
URL = "https://plenary.example/{}/un75/letters/focal-point"
# fmt: off
NAMES = {
    "ar": ("رابطة {} الخيالية", ("المياه", "الأنهار", "المعلمين", "الصيادين", "الحدائق العامة في المدن الكبرى")),
    "zh": ("虚构{}联盟", ("水资源", "河流", "教师", "渔民", "大城市公共花园")),
    "en": ("Fictional {} League", ("Water", "River", "Teachers’", "Fishers’", "Public Gardens of Large Cities")),
    "fr": ("Ligue fictive {}", ("de l’eau", "des lacs", "des écoles", "de la pêche", "des jardins de grandes villes")),
    "ru": ("Вымышленная лига {}", ("воды", "рек", "учителей", "рыбаков", "общественных садов больших городов")),
    "es": ("Liga ficticia {}", ("del agua", "de los ríos", "de docentes", "de pesca", "de jardines de grandes urbes")),
}
# fmt: on
PLACES = {
    "ar": "الشمال الجنوب الوادي الساحل التل الدلتا السهل البحيرة الغابة الميناء الجزيرة الجسر",
    "zh": "北部 南部 山谷 海岸 丘陵 三角洲 平原 湖区 森林 港口 岛屿 桥头",
    "en": "North South Vale Coast Hill Delta Plain Lake Forest Harbour Island Bridge",
    "fr": "Nord Sud Vallée Côte Colline Delta Plaine Lac Forêt Port Île Pont",
    "ru": "Север Юг Долина Берег Холм Дельта Равнина Озеро Лес Гавань Остров Мост",
    "es": "Norte Sur Valle Costa Colina Delta Llano Lago Bosque Puerto Isla Puente",
}
STATUS = ("none", "special", "none", "general", "roster", "applied", "none")


def app() -> Flask:
    """An app that knows the six languages and nothing else."""
    made = Flask("invented")
    made.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    i18n.init_app(made)
    return made


@functools.cache
def rows(name: str) -> list[dict[str, str]]:
    """A table of the reference data."""
    with (ROOT / "app/states/data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text(language: str) -> tuple[LetterText, str]:
    """The petition's text of the un75 pack as a letter, and whom it addresses."""
    _, head, body = (
        (ROOT / f"campaigns/un75/petitions/focal-point/{language}.md").read_text(encoding="utf-8").split("+++", 2)
    )
    head = tomllib.loads(head)
    body = re.sub(r"(?m)^\{#.*\}$", "", body)
    tree = typesetting.nodes(str(markdown.render(body, language=language)), language)
    state = "official" if language == "en" else "draft"
    direction = i18n.BY_CODE[language].dir
    made = LetterText(language, direction, head["title"], tuple(tree), 3, date(2026, 11, 1), "5f3c" * 16, state)
    return made, head["addressees"]


def name(language: str, number: int) -> str:
    """The name of an invented organisation in a language."""
    what, of = NAMES[language]
    places = PLACES[language].split()
    whole = what.format(of[number % 5]), places[number % 12], places[number // 12 % 12]
    return "".join(whole) if language == "zh" else "{}, {} {}".format(*whole) if language != "ar" else " ".join(whole)


def signatories(language: str, number: int, people: int = 0) -> tuple[Signatory, ...]:
    """So many organisations and people, from states of all regions, signed in all six languages but mostly in one."""
    regions = {row["code"]: row[f"name_{language}"] for row in rows("regions.csv")}
    states = [row for row in rows("states.csv") if row["m49_region_code"] in regions][::3]
    made = []
    for place in range(number + people):
        state = states[place * 7 % len(states)]
        signed = i18n.CODES[place % 6] if place % 4 == 0 else language
        made.append(
            Signatory(
                name=name(signed, place),
                language=signed,
                iso3=state["iso3"],
                country=state[f"name_{language}"],
                region=regions[state["m49_region_code"]],
                names={} if signed == language else {language: name(language, place)},
                acronym="FL" + chr(65 + place % 26) if place % 9 == 0 else "",
                ecosoc=STATUS[place % 7],
                individual=place >= number,
            )
        )
    return tuple(made)


def signatory(spoken: str, **changes) -> Signatory:
    """An organisation from an invented country of a real region; `changes` are what else is said of it."""
    region = next(row for row in rows("regions.csv") if row["code"] == "002")[f"name_{spoken}"]
    made = Signatory(name(spoken, 1), spoken, "", "Invented Land" if spoken != "ar" else "بلد خيالي", region)
    return replace(made, **changes)


def handover(language: str, number: int = 40, people: int = 6, **changes) -> Handover:
    """A document in a language with so many signatories; `changes` replace what it holds."""
    said, addressees = text(language)
    signed = changes.pop("signatories", None)
    signed = signatories(language, number, people) if signed is None else signed
    unnamed = (Unnamed(signed[0].region, signed[0].country, 14), Unnamed(signed[0].region, "", 23)) if signed else ()
    made = Handover(
        letter=Letter("Civil Society at UN75", addressees, "en"),
        text=said,
        addressee=None,
        signatories=signed,
        unnamed=unnamed,
        figures=figures(signed, unnamed, counted=9 if signed else 0),
        url=URL.format(language),
        made_on=DAY,
    )
    return replace(made, **changes)


def mission(language: str, iso3: str) -> Addressee:
    """An invented mission."""
    name = {"ar": "البعثة الدائمة الخيالية", "zh": "虚构常驻代表团"}.get(language, "Fictional Permanent Mission")
    return Addressee(name, ("1 Invented Avenue", "New York, NY 10017"), language, iso3)
