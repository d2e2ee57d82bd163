"""The six languages of the United Nations, and the one object that templates ask about the reader's."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from babel import Locale as BabelLocale
from babel.core import get_global
from babel.dates import format_date as babel_date
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, abort, current_app, g, has_request_context, request
from flask_babel import Babel
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape
from werkzeug.routing import BaseConverter, IntegerConverter

from .tongues import OTHERS, Language

babel = Babel()
# The library says that a lazy text is markup, so that what somebody typed would stand in a page unescaped.
LazyString.__html__ = lambda self: escape(str(self))


# The order of the UN's own language bar.
LANGUAGES = (
    Language("ar", "العربية", "rtl"),
    Language("zh", "中文"),
    Language("en", "English"),
    Language("fr", "Français"),
    Language("ru", "Русский"),
    Language("es", "Español"),
)
CODES = tuple(language.code for language in LANGUAGES)
BY_CODE = {language.code: language for language in LANGUAGES}
# What texts may be in: these, and languages that the interface does not speak.
EVERY = {**{language.code: language for language in OTHERS}, **BY_CODE}
FALLBACK = "en"


@dataclass(frozen=True)
class ReaderLocale:
    """What templates ask about the reader's language."""

    lang: str

    @property
    def dir(self) -> str:
        return BY_CODE[self.lang].dir

    @property
    def languages(self) -> tuple[Language, ...]:
        return LANGUAGES


def negotiated() -> str:
    """The reader's language by Accept-Language (RFC 9110, 12.5.4); English when none of the six is asked for."""
    # The first of equals wins, as for `*`.
    return request.accept_languages.best_match((FALLBACK, *CODES), FALLBACK)


def current_language() -> str:
    """The language of this request or of the surrounding `force_locale`: the URL's first, else negotiated."""
    if not has_request_context():
        return FALLBACK
    if "lang" in g:
        return g.lang
    # An address that leads nowhere has a language all the same.
    said = request.path.split("/", 2)[1]
    return said if said in BY_CODE else negotiated()


def format_number(number: int, lang: str | None = None) -> Markup:
    """A number as the language writes it, isolated so that right-to-left text cannot turn it round (UAX #9)."""
    return Markup("<bdi>{}</bdi>").format(format_decimal(number, locale=lang or current_language()))


# Numbers and document symbols: 12, 1,000, 1997–2003, 143-7-15, A/RES/75/1.
NUMBER_RUN = re.compile(r"((?:[A-Z]+/)*[A-Z0-9]*\d[\dA-Za-z]*(?:[./:,–-][\dA-Za-z]+)*%?)", re.ASCII)


def number_runs(text: str) -> Iterator[tuple[bool, str]]:
    """The text in parts, each with whether it is a run of numbers: what right-to-left text would turn round."""
    for place, part in enumerate(NUMBER_RUN.split(text)):
        if part:
            yield place % 2 == 1, part


def isolated(text: str, lang: str) -> str:
    """A plain line with its numbers isolated by invisible characters (UAX #9, 2.7) where the language needs it."""
    if EVERY[lang].dir == "ltr":
        return text
    return "".join(f"\u2068{part}\u2069" if number else part for number, part in number_runs(text))


def og_locale(code: str) -> str:
    """A language with the place where most speak it, as link previews want it (ogp.me): `fa_IR`; the language alone
    where CLDR knows none."""
    language = code.partition("-")[0]
    likely = get_global("likely_subtags").get(code.replace("-", "_")) or get_global("likely_subtags").get(language, "")
    place = code.rpartition("-")[2] if re.fullmatch(r".+-[A-Z]{2}", code) else likely.rpartition("_")[2]
    return f"{language}_{place}" if place else language


def marked(html: Markup, code: str) -> Markup:
    """HTML in a language of its own, said to be so: for what stands on a page in another one."""
    language = EVERY[code]
    return Markup('<div lang="{}" dir="{}">{}</div>').format(language.code, language.dir, html)


def plain_number(number: int, lang: str | None = None) -> str:
    """The same for a plain line, where no markup can stand."""
    lang = lang or current_language()
    return isolated(format_decimal(number, locale=lang), lang)


def any_of(parts: Iterable[str], lang: str | None = None) -> Markup:
    """Names with the language's own word for "or" before the last, its own comma between the others."""
    said = format_list([str(escape(part)) for part in parts], "or", lang or current_language())
    return Markup(said)  # noqa: S704 every part is escaped in the line above


def comma(lang: str | None = None) -> str:
    """What parts two words in a row of a language, with the space that belongs to it."""
    return {"ar": "، ", "zh": "，"}.get(lang or current_language(), ", ")


# CLDR names the months of the Maghreb and the Gulf alone; UN documents in Arabic give both names.
ARABIC_MONTHS = (
    "كانون الثاني/يناير",
    "شباط/فبراير",
    "آذار/مارس",
    "نيسان/أبريل",
    "أيار/مايو",
    "حزيران/يونيه",
    "تموز/يوليه",
    "آب/أغسطس",
    "أيلول/سبتمبر",
    "تشرين الأول/أكتوبر",
    "تشرين الثاني/نوفمبر",
    "كانون الأول/ديسمبر",
)


def format_day(day: date, lang: str | None = None) -> str:
    """A day in long form, as UN documents write it in the language: 21 September 2020 in English."""
    lang = lang or current_language()
    if lang == "ar":
        return f"{day.day} {ARABIC_MONTHS[day.month - 1]} {day.year}"
    written = babel_date(day, format="long", locale=BabelLocale.parse("en_GB" if lang == "en" else lang))
    return f"1er{written[1:]}" if lang == "fr" and day.day == 1 else written


def site_url(endpoint: str, **values) -> str:
    """The absolute address of a route under the configured public address (never under the Host header)."""
    # Mails are written where there is no request, so the route is built from the map alone.
    return current_app.config["SITE_URL"] + current_app.url_map.bind("site").build(endpoint, values)


def neutral_url(endpoint: str, **values) -> str:
    """The same under the configured neutral address, whose host name says nothing of the campaign."""
    return current_app.config["NEUTRAL_URL"] + current_app.url_map.bind("site").build(endpoint, values)


def page_urls(codes: Iterable[str] = CODES) -> dict[str, str]:
    """Absolute addresses of the page being answered, by language; empty where the page has no language."""
    if request.endpoint is None or "lang" not in (request.view_args or {}):
        return {}
    values = dict(request.view_args)
    values.pop("lang")
    return {code: site_url(request.endpoint, lang=code, **values) for code in codes}


class _NumberConverter(IntegerConverter):
    """Numbers that a database can hold; under another there is nothing."""

    def __init__(self, map, fixed_digits=0, min=None, max=2**63 - 1, signed=False):
        super().__init__(map, fixed_digits, min, max, signed)


class _LanguageConverter(BaseConverter):
    regex = "|".join(CODES)
    part_isolating = True


def init_app(app: Flask) -> None:
    """Register the `<language:lang>` converter, catalogues, and what templates need to know of the language."""
    app.url_map.converters["language"] = _LanguageConverter
    app.url_map.converters["int"] = _NumberConverter
    babel.init_app(app, locale_selector=current_language)
    app.add_template_global(comma)

    @app.url_value_preprocessor
    def take_language(endpoint, values):
        if values and "lang" in values:
            if values["lang"] not in BY_CODE:
                abort(404)
            g.lang = values["lang"]

    @app.context_processor
    def reader():
        return {
            "locale": ReaderLocale(current_language()),
            "page_urls": page_urls() if has_request_context() else {},
            "language_urls": page_urls() if has_request_context() else {},
            "format_number": format_number,
            "og_locale": og_locale,
            "format_date": format_day,
        }
