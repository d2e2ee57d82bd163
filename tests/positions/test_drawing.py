"""Drawings: every state is on them, neighbours share borders, groups get one line around them, files stand alone."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from app.campaigns.pictures import FONTS
from app.positions.drawing import bars, hall, marks, roll, sheet, tiles, world
from app.positions.drawing.marks import Mark
from app.positions.record import POSITIONS
from app.positions.tracker_queries import seats
from app.states import members

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 120 * 1024
NEUTRAL = ("ESH", "XKX", "TWN", "GRL", "GOLAN")


@pytest.fixture(scope="module")
def known(worker_app):
    with worker_app.app_context():
        return members.states()


def svg(body) -> ET.Element:
    return ET.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>')


def a_mark(code, position="unknown", **more):
    return Mark(code, f"{code}: {position}", position, **more)


def test_the_map_has_all_195_states_and_nobody_else_and_is_small(known):
    assert world.states() == frozenset(known)
    assert (marks.FOLDER / "world.json").stat().st_size <= MOST_BYTES
    assert not any(world.shape(code) for code in NEUTRAL)


def test_circles_can_be_touched_and_lie_on_no_other_circle():
    held = world._world()
    spots = [(x, y) for _, _, x, y in held["circles"].values()]
    radius = held["circle"]
    # A page is at most 1,136 px wide and has 32 px around its text.
    assert 2 * radius * 1072 / held["size"][0] >= 24
    for place, (x, y) in enumerate(spots):
        assert all((x - a) ** 2 + (y - b) ** 2 >= (2 * radius) ** 2 for a, b in spots[:place])


def test_a_border_that_two_members_share_is_no_part_of_their_outline():
    alone = world.outline(frozenset({"BRA"})), world.outline(frozenset({"ARG"}))
    both = world.outline(frozenset({"BRA", "ARG"}))
    assert len(both) < sum(map(len, alone))
    assert world.outline(frozenset()) == ""


def test_tiles_that_touch_have_one_line_around_them():
    assert tiles.around([(0, 0)]).count("M") == 4
    assert tiles.around([(0, 0), (1, 0)]).count("M") == 6


@pytest.mark.parametrize("wanted", [1, 2, 30, 192, 193])
def test_everybody_finds_a_seat_of_their_own(wanted):
    found = hall.places(seats(), wanted)[:wanted]
    assert len(set(found)) == wanted


def test_each_view_shows_each_state_once_with_its_words(known):
    shown = [a_mark(code, POSITIONS[place % 7], url=f"/{code}") for place, code in enumerate(known)]
    seated = [mark for mark in shown if known[mark.code].member]
    apart = [mark for mark in shown if not known[mark.code].member]
    grid = {code: state.tile for code, state in known.items()}
    labels = {code: state.labels["ar"] for code, state in known.items()}
    for drawing in (
        hall.draw(seated, apart, seats(), ["NAM"], mirrored=True),
        tiles.draw(shown, grid, ["NAM"]),
        roll.draw(shown, labels, ["NAM"], mirrored=True),
    ):
        assert sorted(title.text[:3] for title in svg(drawing.body).iter(f"{SVG}title")) == sorted(known)
    on_map = {title.text[:3] for title in svg(world.draw(shown, ["NAM"]).body).iter(f"{SVG}title")}
    assert on_map == set(known)


def test_what_rests_on_a_group_is_hatched_and_every_position_has_a_sign_of_its_own():
    body = tiles.draw([a_mark("KEN", "support", inferred=True)], {"KEN": (0, 0)}, []).body
    assert 'fill="url(#h-support)"' in body and 'href="#s-support"' in body
    assert set(marks.SIGNS) == set(marks.paints()) == set(POSITIONS)
    assert len({str(sign) for sign in marks.SIGNS.values()}) == len(POSITIONS)


def test_nothing_in_a_drawing_is_styled_in_line_and_every_word_is_escaped():
    mark = Mark("KEN", '<script>"x"', "support", url='/x"y')
    body = world.draw([mark], ["NAM"]).body + bars.draw(193, 10, 20, 3, [97, 129])
    assert "style=" not in body and "<script" not in body
    svg(body)


def test_an_outline_shows_only_those_within():
    inside, outside = a_mark("KEN", within=frozenset({"NAM"})), a_mark("FRA")
    body = hall.draw([inside, outside], [], seats(), ["NAM", "G77"], mirrored=False).body
    assert len(re.findall(r'<circle class="ink"', body)) == 1


@pytest.mark.parametrize("lang", ["ar", "zh", "en"])
def test_a_file_stands_alone_as_svg_and_the_same_as_png(lang):
    drawing = tiles.draw([a_mark("KEN", "support")], {"KEN": (0, 0)}, ["NAM"])
    words = {"ar": "موقف الدول من 12 دولة", "zh": "各国立场" * 30, "en": "Where states stand " * 12}[lang]
    held = sheet.Sheet(
        lang,
        lang == "ar",
        words,
        words,
        [words],
        [sheet.Key("support", False, words[:20])],
        ["NAM"],
        words[:20],
        [words],
    )
    content = sheet.svg(drawing, held)
    root = ET.fromstring(content)
    assert root.find("{*}title").text == words
    assert "http" not in content.decode().replace("http://www.w3.org/2000/svg", "")
    for text in root.iter(f"{SVG}text"):
        assert sheet.width(text.text) * float(text.get("font-size")) <= sheet.WIDTH
    picture = sheet.png(content, Path(FONTS))
    assert picture.startswith(b"\x89PNG") and picture == sheet.png(content, Path(FONTS))
    assert int.from_bytes(picture[16:20], "big") == sheet.WIDTH
