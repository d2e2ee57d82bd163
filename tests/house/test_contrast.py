"""Contrast of the colour tokens (WCAG 2.2, 1.4.3 and 1.4.11): every pair that meets on a page, light and dark."""

import re

import pytest

from tests.conftest import ROOT

CSS = ROOT / "app/kernel/static/main.css"
BASE = ROOT / "app/kernel/templates/base.html"
MAIL = ROOT / "app/kernel/templates/mail/mail.html"
TEXT = 4.5
PARTS = 3.0

# ink: the grounds it stands on.
READ = {
    "ink": ("paper", "sheet", "tint", "error-tint"),
    "quiet": ("paper", "sheet", "tint"),
    "accent": ("paper", "sheet", "tint"),
    "accent-strong": ("paper", "sheet", "tint"),
    "error": ("paper", "sheet", "error-tint"),
    "on-accent": ("accent", "accent-strong"),
    "paper": ("ink",),  # the way past the head
}
# Edges of controls, the ring of the focus, the accent of boxes and rules.
SEEN = {
    "edge": ("paper", "sheet", "tint"),
    "ink": ("paper", "sheet", "tint", "error-tint"),
    "accent": ("paper", "sheet", "tint"),
    "error": ("paper", "sheet", "error-tint"),
}
# A fine line that only divides tells nothing that space does not.
DECORATION = {"line"}


def luminance(colour: str) -> float:
    """The relative luminance of #rgb or #rrggbb."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def tokens(block: str) -> dict[str, str]:
    """The colours that a block of declarations gives names to."""
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\s*;", block))


def schemes() -> dict[str, dict[str, str]]:
    """The colour tokens on screen by scheme; whoever asks for more contrast gets those of the last two."""
    css = CSS.read_text(encoding="utf-8")
    light = tokens(re.search(r"^:root \{(.*?)^\}", css, re.DOTALL | re.MULTILINE)[1])
    dark = tokens(re.search(r"\(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", css, re.DOTALL)[1])
    more = re.search(r"\(prefers-contrast: more\) \{\s*:root \{(.*?)\}", css, re.DOTALL)[1]
    stronger = dict(re.findall(r"--([\w-]+): var\(--([\w-]+)\)", more))
    plain = {"light": light, "dark": {**light, **dark}}
    return plain | {
        f"{name}, more": {**colours, **{token: colours[source] for token, source in stronger.items()}}
        for name, colours in plain.items()
    }


@pytest.mark.parametrize("scheme", ["light", "dark", "light, more", "dark, more"])
def test_what_is_read_has_a_contrast_of_four_and_a_half(scheme):
    colours = schemes()[scheme]
    for ink, grounds in READ.items():
        for ground in grounds:
            assert contrast(colours[ink], colours[ground]) >= TEXT, f"{ink} on {ground}"


@pytest.mark.parametrize("scheme", ["light", "dark", "light, more", "dark, more"])
def test_what_shows_a_control_has_a_contrast_of_three(scheme):
    colours = schemes()[scheme]
    for part, grounds in SEEN.items():
        for ground in grounds:
            assert contrast(colours[part], colours[ground]) >= PARTS, f"{part} on {ground}"


def test_every_colour_is_measured_and_has_its_dark_form():
    css = CSS.read_text(encoding="utf-8")
    light = set(tokens(re.search(r"^:root \{(.*?)^\}", css, re.DOTALL | re.MULTILINE)[1]))
    dark = set(tokens(re.search(r"\(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", css, re.DOTALL)[1]))
    measured = set(READ) | set(SEEN) | {ground for grounds in (*READ.values(), *SEEN.values()) for ground in grounds}
    assert light == dark == measured | DECORATION


def test_the_frame_of_the_browser_has_the_colour_of_the_page():
    text = BASE.read_text(encoding="utf-8")
    for scheme in ("light", "dark"):
        found = re.search(rf'name="theme-color" content="(#\w+)" media="\(prefers-color-scheme: {scheme}\)"', text)
        assert found[1] == schemes()[scheme]["paper"]


def test_mails_can_be_read_in_light_and_in_dark():
    text = MAIL.read_text(encoding="utf-8")
    dark, light = re.search(r"<style>(.*?)</style>(.*)", text, re.DOTALL).groups()
    for css, pattern in ((light, r'style="([^"]*)"'), (dark, r"\{([^{}]*)\}")):
        grounds = []
        for style in re.findall(pattern, css):
            values = dict(re.findall(r"(?:^|;|\s)(color|background):\s*(#[0-9a-f]{6})", style))
            if "background" in values:
                grounds.append(values["background"])
                assert contrast(values["color"], values["background"]) >= TEXT, style
            elif "color" in values:
                sheet = "#ffffff" if css is light else grounds[0]
                assert contrast(values["color"], sheet) >= TEXT, style
        assert grounds


def test_black_on_white_is_twenty_one():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)
