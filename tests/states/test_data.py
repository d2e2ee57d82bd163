"""The committed files themselves."""

import csv
import shutil
import subprocess

import pytest

from app.kernel.i18n import CODES
from app.states.files import FOLDER, read
from app.states.rules import NAMES, faults

FILES = sorted(path.name for path in FOLDER.glob("*.csv"))


@pytest.fixture(scope="module")
def files():
    return read()


@pytest.fixture(scope="module")
def order(files):
    """The names of all areas in the order of each language."""
    areas = {row["iso3"]: row for row in files.areas.rows}
    return {
        lang: [
            areas[row["code"]][f"name_{lang}"]
            for row in sorted(files.sort_keys.rows, key=lambda row, lang=lang: int(row[lang]))
        ]
        for lang in CODES
    }


def test_no_rule_is_broken(files):
    assert [str(fault) for fault in faults(files)] == []


@pytest.mark.parametrize("name", FILES)
def test_files_are_plain_utf8_lines(name):
    content = (FOLDER / name).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")


def test_regional_groups_hold_the_numbers_of_the_general_assembly(files):
    counted = {}
    for row in files.states.rows:
        counted[row["regional_group"]] = counted.get(row["regional_group"], 0) + 1
    assert counted == {"AFRICAN_GROUP": 54, "ASIA_PACIFIC": 54, "EEG": 23, "GRULAC": 33, "WEOG": 29, "": 2}


def test_every_area_has_a_place_in_every_language(files, order):
    assert {row["code"] for row in files.sort_keys.rows} == {row["iso3"] for row in files.areas.rows}
    for lang in CODES:
        assert len(order[lang]) == len(set(order[lang])) == 250


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ["Afghanistan", "Åland Islands", "Albania"]),
        ("en", ["Costa Rica", "Côte d'Ivoire", "Croatia"]),
        ("en", ["Tunisia", "Türkiye", "Turkmenistan"]),
        ("fr", ["Dominique", "Égypte", "El Salvador", "Émirats arabes unis", "Équateur", "Érythrée", "Espagne"]),
        ("fr", ["Niger", "Nigéria", "Nioué"]),
        ("es", ["Eslovenia", "España", "Estado de Palestina"]),
        ("es", ["Nicaragua", "Níger", "Nigeria", "Niue"]),
        ("es", ["Letonia", "Líbano", "Liberia"]),
        ("ru", ["Италия", "Йемен", "Кабо-Верде"]),
        ("ru", ["Чили", "Швейцария", "Швеция", "Шри-Ланка", "Эквадор"]),
        ("zh", ["阿尔巴尼亚", "阿尔及利亚", "阿富汗", "阿根廷"]),
        ("zh", ["布维岛", "朝鲜民主主义人民共和国", "赤道几内亚"]),
        ("zh", ["直布罗陀", "智利", "中非共和国", "中国"]),
        ("ar", ["آيسلندا", "إثيوبيا", "أذربيجان", "أرمينيا"]),
        ("ar", ["هنغاريا", "هولندا (مملكة -)"]),
    ],
)
def test_neighbours_stand_as_the_language_sorts(order, lang, expected):
    start = order[lang].index(expected[0])
    assert order[lang][start : start + len(expected)] == expected


def test_english_order_is_that_of_the_united_nations(files):
    rank = {row["code"]: int(row["en"]) for row in files.sort_keys.rows}
    members = [row for row in files.states.rows if row["un_membership"] == "member"]
    in_un_order = [row["iso3"] for row in sorted(members, key=lambda row: int(row["un_order_en"]))]
    assert in_un_order == sorted(in_un_order, key=rank.__getitem__)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("es", ["Nunez", "Núñez", "Nuoro"]), ("es", ["caña", "capa"]), ("ru", ["ёлка", "ель", "енот"])],
)
def test_the_script_sorts_letters_that_no_name_shows_today(tmp_path, lang, words):
    """Spanish ñ follows n, Russian ё counts as е: the script is given words in reverse and must put them right."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed: the script that makes sort keys was not run")
    with (tmp_path / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["iso3", *NAMES])
        table.writerows([word, *[word] * len(NAMES)] for word in reversed(words))
    shutil.copy(FOLDER / "make_sort_keys.mjs", tmp_path)
    subprocess.run([node, tmp_path / "make_sort_keys.mjs"], check=True, timeout=60)
    with (tmp_path / "sort_keys.csv").open(encoding="utf-8", newline="") as file:
        assert [row["code"] for row in sorted(csv.DictReader(file), key=lambda row: int(row[lang]))] == words
