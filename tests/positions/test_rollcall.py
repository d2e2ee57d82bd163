"""Pasted roll-calls and lists in six languages. The layouts are those of press releases and records; every vote, list
and total below is invented and tells nothing of where any state stands."""

import pytest

from app.positions.aliases import aliases
from app.positions.folding import fold
from app.positions.rollcall import Directory, Total, _forms, parse
from app.states import files

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
ROWS = files.read().states.rows
NAMES = [(row["iso3"], row[f"{kind}_{lang}"]) for row in ROWS for lang in LANGUAGES for kind in ("name", "label")]
DIRECTORY = Directory((code, name) for code, name in NAMES if name)


def read(text):
    """{cast: states}, unmatched names; and the whole."""
    roll = parse(text, DIRECTORY)
    casts = {}
    for state, cast in roll.matched:
        casts.setdefault(cast, []).append(state)
    return casts, [name for name, _ in roll.unmatched], roll


ENGLISH = """The draft (invented) was adopted by a recorded vote of 6 in favour to 2 against, with 3 abstentions:

In favour: Albania, Bolivia (Plurinational State of), Bosnia and
Herzegovina, Côte d’Ivoire, Guinea-
Bissau, St. Lucia.

Against: Iran (Islamic Republic of), Democratic People's Republic of Ko-
rea.

Abstaining: Kenya, Trinidad and Tobago and United
Kingdom.

Absent: Vanuatu, Swaziland.

The representative of Kenya said that France would have voted in favour."""


def test_a_press_release_in_english():
    casts, unmatched, roll = read(ENGLISH)
    assert casts == {
        "yes": ["ALB", "BOL", "BIH", "CIV", "GNB", "LCA"],
        "no": ["IRN", "PRK"],
        "abstain": ["KEN", "TTO", "GBR"],
        "absent": ["VUT", "SWZ"],
    }
    assert unmatched == [] and roll.doubles == () and roll.agrees
    assert roll.totals == (Total("yes", 6, 6), Total("no", 2, 2), Total("abstain", 3, 3))


@pytest.mark.parametrize(
    ("text", "yes", "no", "abstain", "totals"),
    [
        (
            "Par 4 voix contre une, avec 1 abstention (vote inventé) :\nVotent pour : Allemagne, Bolivie (État"
            " plurinational de), Trinité-et-Tobago et l'Iran (République islamique d').\nVotent contre : Néant.\n"
            "S'abstiennent : Royaume-Uni de Grande-Bretagne et d'Irlande du Nord.",
            ["DEU", "BOL", "TTO", "IRN"], [], ["GBR"], {},
        ),
        (
            "Por 4 votos contra ninguno y 2 abstenciones (votación inventada)\nVotos a favor: Alemania, España,"
            " Trinidad y Tabago e Irán (República Islámica del).\nVotos en contra: Ninguno."
            "\nAbstenciones: Costa Rica y Perú.",
            ["DEU", "ESP", "TTO", "IRN"], [], ["CRI", "PER"], {"yes": 4, "no": 0, "abstain": 2},
        ),
        (
            "Голосовали за: Албания, Босния и Герцеговина,\nКения и Китай.\nГолосовали против: никто.\nВоздержались:"
            " Франция.\nПроект (вымышленный) принят 4 голосами против 0 при 1 воздержавшемся.",
            ["ALB", "BIH", "KEN", "CHN"], [], ["FRA"], {"yes": 4, "no": 0, "abstain": 1},
        ),
        (
            "المؤيدون: الأردن، البوسنة والهرسك، كينيا والمكسيك.\nالمعارضون: إيران؛ الصّين\nالممتنعون عن التصويت: فرنسا."
            " اعتمد المشروع (المتخيَّل) بأغلبية 4 أصوات مقابل صوتين وامتناع عضو واحد عن التصويت.",
            ["JOR", "BIH", "KEN", "MEX"], ["IRN", "CHN"], ["FRA"], {"yes": 4, "no": 2, "abstain": 1},
        ),
        (
            "决议草案（虚构）以５票对１票、0票弃权通过。\n赞成：阿尔巴尼亚、波斯尼亚和黑塞哥维那、玻利维亚（多民族国）、"
            "肯尼亚和法国。\n反對：伊朗伊斯蘭共和國。\n弃权：无。",
            ["ALB", "BIH", "BOL", "KEN", "FRA"], ["IRN"], [], {"yes": 5, "no": 1, "abstain": 0},
        ),
    ],
    ids=["fr", "es", "ru", "ar", "zh"],
)  # fmt: skip
def test_a_record_in_the_other_languages(text, yes, no, abstain, totals):
    casts, unmatched, roll = read(text)
    assert (casts.get("yes", []), casts.get("no", []), casts.get("abstain", [])) == (yes, no, abstain)
    assert unmatched == []
    if totals:
        assert {total.cast: total.stated for total in roll.totals} == totals and roll.agrees


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_name_is_found_in_a_list_of_all(lang):
    names = [row[f"name_{lang}"] for row in ROWS]
    separator = {"ar": "، ", "zh": "、"}.get(lang, ", ")
    last = {"ar": " و", "zh": "和", "en": " and ", "fr": " et ", "es": " y ", "ru": " и "}[lang]
    expected = [row["iso3"] for row in ROWS]
    for text in (separator.join(names[:-1]) + last + names[-1], "\n".join(names), separator.join(names).upper()):
        casts, unmatched, _ = read(text)
        assert (casts[""], unmatched) == (expected, [])


def test_no_name_is_that_of_two_states():
    owners = {}
    for code, name in (*NAMES, *((code, name) for name, code in aliases())):
        for form in _forms(name) if name else ():
            assert owners.setdefault(form, code) == code, name


def test_who_aligns_in_a_sentence_with_footnotes():
    casts, unmatched, _ = read(
        "The Candidate Countries North Macedonia*, Montenegro*, Serbia*, Albania*, Ukraine, the Republic of Moldova and"
        " Bosnia and Herzegovina*, and Georgia, as well as Liechtenstein align themselves with this statement."
    )
    assert casts == {"": ["MKD", "MNE", "SRB", "ALB", "UKR", "MDA", "BIH", "GEO", "LIE"]}
    assert unmatched == []


def test_a_sponsor_list_with_older_and_unknown_names_and_a_double():
    casts, unmatched, roll = read(
        "Sponsors: Kenya; the Netherlands; Turkey; Cape Verde; Atlantis; French Guiana; Kenya"
    )
    assert casts == {"": ["KEN", "NLD", "TUR", "CPV"]}
    assert unmatched == ["Atlantis", "French Guiana"]
    assert roll.doubles == (("KEN", ("", "")),) and not roll.agrees


def test_one_name_a_line_with_commas_of_its_own():
    casts, unmatched, _ = read("Albania\nTanzania, United Republic of\nKorea, Republic of\nCongo\nNiger\n")
    assert casts == {"": ["ALB", "TZA", "KOR", "COG", "NER"]} and unmatched == []


def test_what_is_only_part_of_a_name_is_no_state():
    _, unmatched, roll = read("In favour: American Samoa, Northern Ireland, Province of China, New Guinea")
    assert roll.matched == () and len(unmatched) == 4


def test_totals_that_do_not_agree_and_a_state_that_voted_twice():
    casts, _, roll = read(
        "Recorded vote of 3 to 1 (invented)\nIn favour: Kenya, Ghana\nAgainst: Kenya\nAbstaining: none"
    )
    assert casts == {"yes": ["KEN", "GHA"]}
    assert roll.doubles == (("KEN", ("yes", "no")),)
    assert [(total.cast, total.agrees) for total in roll.totals] == [("yes", False), ("no", True)]


def test_counts_in_headings():
    casts, _, roll = read("In favour (2):\nKenya\nPeru\n\nAgainst (0):\nNone\n\nAbstaining (1):\nUnited States\n")
    assert casts == {"yes": ["KEN", "PER"], "abstain": ["USA"]} and roll.agrees
    assert [(total.cast, total.stated) for total in roll.totals] == [("yes", 2), ("no", 0), ("abstain", 1)]


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("adopted by 142 votes to 2, with 34 abstentions", (142, 2, 34)),
        ("142 in favour to 2 against, with no abstentions", (142, 2, 0)),
        ("by a vote of 120 in favour to none against", (120, 0)),
        ("par 142 voix contre 2, avec 34 abstentions", (142, 2, 34)),
        ("por 142 votos a favor, 2 en contra y 34 abstenciones", (142, 2, 34)),
        ("принята 142 голосами против 2 при 34 воздержавшихся", (142, 2, 34)),
        ("以142票对2票、34票弃权", (142, 2, 34)),
        ("بأغلبية ١٤٢ صوتا مقابل صوتين وامتناع ٣٤ عضوا عن التصويت", (142, 2, 34)),
        ("in the years 2020 to 2025", ()),
    ],
)
def test_totals_in_sentences(sentence, numbers):
    roll = read(f"{sentence}.\nIn favour: Kenya")[2]
    assert tuple(total.stated for total in roll.totals) == numbers


def test_nothing_and_nonsense_raise_nothing():
    for text in ("", " \n", ":::", "In favour:", "((((", "a" * 5000, "، ، ،", "\ue000"):
        assert parse(text, DIRECTORY).matched == ()


def test_folding():
    assert fold("Côte d’Ivoire") == fold("COTE D'IVOIRE") == "cote d ivoire"
    assert fold("الأُردُنّ") == fold("الاردن") and fold("伊朗伊斯蘭共和國") == "伊朗伊斯兰共和国"
    assert fold("٣４") == "34"
