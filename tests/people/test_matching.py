"""Which organisations are taken for one: in several scripts, whoever is named first."""

import itertools
import random

import pytest

from app.people.matching import MAYBE, SAME, Profile, asked, compare, keys
from app.people.naming import asked_words, search_words, sort_key


def profile(*names, **said) -> Profile:
    return Profile(names, **said)


ONE = [
    ("legal forms", profile("The Fictional League for Peace, Inc."), profile("Fictional League of Peace e. V.")),
    ("dotted forms", profile("A.S.B.L. Ligue fictive de la paix"), profile("Ligue Fictive de la Paix")),
    ("accents", profile("Asociación Ficticia por la Educación"), profile("ASOCIACION FICTICIA EDUCACION")),
    ("word order", profile("Liga Ficticia de la Paz"), profile("La Paz, Liga Ficticia")),
    ("elision", profile("L’Étoile fictive"), profile("Etoile Fictive ONG")),
    ("Russian in Latin", profile("Вымышленная лига мира, АНО"), profile("Vymyshlennaya Liga Mira")),
    ("two ways to write Russian", profile("Вымышленные защитники жизни"), profile("Vymychlennye zachtchitniki jizni")),
    ("yo", profile("Вымышленный берёзовый союз"), profile("Вымышленный березовый союз")),
    ("Arabic article and form", profile("جمعية العدالة الخيالية"), profile("العدالة الخيالية")),
    ("Arabic letters", profile("منظمة الإغاثة الوهمية"), profile("الاغاثة الوهميه")),
    ("Arabic in Latin", profile("جمعية العدالة الخيالية"), profile("Al-Adala al-Khayaliyya")),
    ("Chinese forms", profile("虚构和平协会"), profile("虚构和平")),
    ("full width", profile("Ｆｉｃｔｉｏｎａｌ Ｌｅａｇｕｅ"), profile("Fictional League")),
    ("a typing error", profile("Fictional Watre League"), profile("Fictional Water League")),
    ("a name in another language", profile("Ligue Fictive", "Fictional League"), profile("FICTIONAL LEAGUE")),
    ("one domain", profile("Fictional Water", domains=frozenset("w")), profile("Imaginary", domains=frozenset("w"))),
    ("its country", profile("Fictional Voices Kenya"), profile("Fictional Voices", country="KEN")),
    (
        "one number",
        profile("Fictional Lions District 101 Kenya"),
        profile("Lions Fictional District 101", country="KEN"),
    ),
    ("Roman and plain", profile("Fictional Section IV"), profile("Fictional Section 4")),
    ("an ordinal", profile("Fictional 4th Section"), profile("Fictional Section 04")),
    ("Arabic digits", profile("القسم الوهمي ٤"), profile("القسم الوهمي 4")),
    ("Chinese numbers", profile("虚构和平协会第十二分会"), profile("虚构和平协会第12分会")),
    ("one year", profile("Fictional Peace Forum 2020"), profile("FICTIONAL PEACE FORUM ２０２０")),
    ("legal form that looks Roman", profile("Fictional Peace League e. V."), profile("Fictional Peace League")),
    ("legal form without dots", profile("Fictional Peace League e V"), profile("Fictional Peace League")),
    ("an apostrophe", profile("Fictional WOMEN'S Union"), profile("Fictional Women’s Union")),
    ("acronym in brackets", profile("Fictional Peace League (FPL)"), profile("Fictional Peace League")),
]
PERHAPS = [
    ("chapter and parent", profile("Fictional Voices Kenya"), profile("Fictional Voices")),
    ("two chapters", profile("Fictional Kenyan Women's Union"), profile("Fictional Nigerian Women's Union")),
    ("chapters in Chinese", profile("中国虚构和平协会"), profile("虚构和平协会")),
    ("chapters with one domain", profile("FV Kenya", domains=frozenset("f")), profile("FV", domains=frozenset("f"))),
    ("countries differ", profile("Fictional Voices", country="KEN"), profile("Fictional Voices", country="GHA")),
    ("kinds differ", profile("Fictional Water Foundation"), profile("Fictional Water Association")),
    ("a number and none", profile("Fictional Lions Club District 101"), profile("Fictional Lions Club District")),
    ("a letter and none", profile("Fictional Peace Group B"), profile("Fictional Peace Group")),
    (
        "two sections with one domain",
        profile("Fictional Section 4", domains=frozenset("s")),
        profile("Fictional Section 5", domains=frozenset("s")),
    ),
    ("acronym and name", profile("FFJU"), profile("Fictional Friends of Justice Union")),
    ("acronym field", profile("Невидимые", acronym="FPLW"), profile("Fictional Peace League of Women")),
    (
        "acronym in one country",
        profile("Ligue Invisible", acronym="QXZ", country="TGO"),
        profile("Лига", acronym="Q.X.Z.", country="TGO"),
    ),
]
TWO = [
    ("nothing in common", profile("Imaginary Bread"), profile("Fictional Water")),
    ("one word in common", profile("Fictional Human Rights Desk"), profile("Fictional Ocean Fund")),
    ("short acronyms", profile("Ab", acronym="AB"), profile("Another Body")),
    (
        "acronym by chance",
        profile("Alpha", acronym="QXZ", country="TGO"),
        profile("Beta", acronym="QXZ", country="FJI"),
    ),
    ("two districts", profile("Fictional Lions Club District 101"), profile("Fictional Lions Club District 102")),
    ("two sections", profile("Fictional Section 4"), profile("Fictional Section 5")),
    ("two Roman numerals", profile("Fictional Congress of Peace XI"), profile("Fictional Congress of Peace IX")),
    ("two years", profile("Fictional Peace Forum 2020"), profile("Fictional Peace Forum 2021")),
    ("ordinals", profile("Fictional 1st Peace Section"), profile("Fictional 11th Peace Section")),
    ("letters", profile("Fictional Peace Group A"), profile("Fictional Peace Group B")),
    ("number and letter", profile("Fictional Peace Section 4a"), profile("Fictional Peace Section 4b")),
    ("Arabic digits differ", profile("القسم الوهمي للسلام ٤"), profile("القسم الوهمي للسلام ٥")),
    ("Russian sections", profile("Вымышленная секция мира №4"), profile("Вымышленная секция мира №5")),
    ("Russian, Roman", profile("Вымышленная секция мира III"), profile("Вымышленная секция мира II")),
    ("Chinese sections", profile("虚构和平协会第四分会"), profile("虚构和平协会第五分会")),
    ("Chinese schools", profile("虚构市一中和平社"), profile("虚构市二中和平社")),
    ("Devanagari", profile("काल्पनिक शांति खंड ४"), profile("काल्पनिक शांति खंड ५")),
    ("only forms", profile("NGO"), profile("Foundation")),
    ("nothing", profile(""), profile("")),
]


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in ONE], ids=[case[0] for case in ONE])
def test_these_are_one(one, other):
    assert compare(one, other).verdict == SAME
    assert (asked(one) & keys(other) and asked(other) & keys(one)) or one.domains & other.domains, "and they are found"


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in PERHAPS], ids=[case[0] for case in PERHAPS])
def test_these_may_be_one_and_a_person_decides(one, other):
    match = compare(one, other)
    assert match.verdict == MAYBE and match.reasons
    assert (asked(one) & keys(other) and asked(other) & keys(one)) or one.domains & other.domains, "and they are found"


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in TWO], ids=[case[0] for case in TWO])
def test_these_are_two(one, other):
    assert compare(one, other) is None


def test_whoever_is_named_first_the_answer_is_the_same():
    chance = random.Random(4)
    words = [
        "fictional",
        "league",
        "paz",
        "мира",
        "العدالة",
        "和平",
        "water",
        "kenya",
        "NGO",
        "e.V.",
        "foundation",
        "QXZ",
        "watre",
        "l’",
        "(FPL)",
        "4",
        "IV",
        "第五",
        "B",
    ]
    cases = chance.sample([side for case in (*ONE, *PERHAPS, *TWO) for side in case[1:]], 40)
    cases += [
        profile(
            *(" ".join(chance.sample(words, chance.randint(1, 5))) for _ in range(chance.randint(1, 3))),
            acronym=chance.choice([None, "FPL", "QXZ"]),
            country=chance.choice([None, "KEN", "GHA"]),
            domains=frozenset(chance.sample("abc", chance.randint(0, 2))),
        )
        for _ in range(25)
    ]
    for one, other in itertools.combinations(cases, 2):
        assert compare(one, other) == compare(other, one), (one, other)


def test_every_organisation_is_like_itself():
    for _, one, other in (*ONE, *PERHAPS):
        assert compare(one, one).verdict == compare(other, other).verdict == SAME


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Лига вымышленная", "liga"),
        ("Asociación Ficticia", "asociacion fict"),
        ("虚构和平协会", "和平"),
        ("منظمة العدالة", "عدالة"),
        ("منظمة العدالة", "العدا"),
        ("L’Étoile", "etoile"),
    ],
)
def test_a_name_is_found_by_the_beginnings_of_its_words_in_any_spelling(name, typed):
    words = search_words([name])
    assert all(any(word.startswith(begin) for word in words) for begin in asked_words(typed))


def test_lists_sort_without_the_article():
    assert sort_key("The Fictional League") == "fictional league"
    assert sort_key("Лига") == "liga"
