"""Make the fictional world and the fictional evidence of campaigns/demo anew: `python -m tests.demo`.

Every run writes the same bytes, by a fixed seed. Names are put together from syllables and say that they are fictional;
none is the name of a state or an area in any of the six languages.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from app.kernel.i18n import CODES
from app.positions import csv_form
from app.positions.record import Evidence
from app.states import files, worlds
from app.states.rules import NAMES

PACK = Path(__file__).parents[2] / "campaigns" / "demo"
SEED, MEMBERS, TILES_WIDE = 75, 193, 15
FICTIONAL = {
    "ar": "{} (خيالية)",
    "zh": "{}（虚构）",
    "en": "{} (fictional)",
    "fr": "{} (fictif)",
    "ru": "{} (вымышлено)",
    "es": "{} (ficticio)",
}
# Latin, Cyrillic, Arabic, Chinese.
BEGINNINGS = (
    "Zor Зор زور 佐尔,Vel Вел فيل 维尔,Quor Квор كور 阔尔,Thal Тал ثال 塔尔,Bru Бру برو 布鲁,Ost Ост أوست 奥斯特,"
    "Kel Кел كيل 凯尔,Fyr Фир فير 菲尔,Dro Дро درو 德罗,Sil Сил سيل 西尔,Lum Лум لوم 卢姆,Pra Пра برا 普拉,"
    "Ner Нер نير 内尔,Yav Яв ياف 亚夫"
)
MIDDLES = "a а ا 阿,e е ي 埃,i и ي 伊,o о و 奥,u у و 乌"
ENDS = (
    "vunde вунде فوندي 文德,zemor земор زيمور 泽莫尔,quill квилл كويل 奎尔,thoria тория ثوريا 索里亚,"
    "mirrek миррек ميريك 米雷克,lustra лустра لوسترا 卢斯特拉"
)
GROUPS = {
    "FIC_COMPASS": ("political", "yes", "Compass Circle", "Cercle de la Boussole", "Círculo de la Brújula",
                    "Круг компаса", "حلقة البوصلة", "罗盘圈"),
    "FIC_HARVEST": ("economic", "yes", "Harvest League", "Ligue des Moissons", "Liga de la Cosecha",
                    "Лига урожая", "رابطة الحصاد", "丰收联盟"),
    "FIC_ISLES": ("regional", "no", "Group of the Isles", "Groupe des Îles", "Grupo de las Islas",
                  "Группа островов", "مجموعة الجزر", "群岛组"),
    "FIC_LANTERN": ("political", "named", "Lantern Friends", "Amis de la Lanterne", "Amigos de la Linterna",
                    "Друзья фонаря", "أصدقاء الفانوس", "灯笼之友"),
    "FIC_NORTH": ("regional", "no", "Group of the North Shore", "Groupe de la Rive Nord", "Grupo de la Orilla Norte",
                  "Группа северного берега", "مجموعة الشاطئ الشمالي", "北岸组"),
    "FIC_SOUTH": ("regional", "no", "Group of the South Shore", "Groupe de la Rive Sud", "Grupo de la Orilla Sur",
                  "Группа южного берега", "مجموعة الشاطئ الجنوبي", "南岸组"),
}  # fmt: skip
LANTERN, DOORS, CHARTER = "lantern-office", "open-doors", "harbour-charter"
SYMBOL = "FICTION/{}"


def names() -> list[dict[str, str]]:
    """Invented names of 195 states in the six languages, in the order of the English ones."""
    parts = [[part.split() for part in text.split(",")] for text in (BEGINNINGS, MIDDLES, ENDS)]
    (table,), _ = files.read_tables(files.FOLDER, ["areas.csv"])
    real = {row[column].casefold() for row in table.rows for column in NAMES}
    found: dict[str, dict[str, str]] = {}
    taken: set[str] = set()
    for begin in parts[0]:
        for middle in parts[1]:
            for end in parts[2]:
                latin, russian, arabic, chinese = ("".join(three) for three in zip(begin, middle, end, strict=True))
                said = {"ar": arabic, "zh": chinese, "en": latin, "fr": latin, "ru": russian, "es": latin}
                if not {latin, russian, arabic, chinese} & taken and not real & {w.casefold() for w in said.values()}:
                    taken |= set(said.values())
                    found[latin] = {code: FICTIONAL[code].format(said[code]) for code in CODES}
    chosen = random.Random(SEED).sample(sorted(found), MEMBERS + 2)
    return [found[name] for name in sorted(chosen)]


def states() -> list[dict[str, str]]:
    """states.csv: 193 members and two observers, on tiles of their own."""
    rows = []
    for place, said in enumerate(names()):
        observer = place >= MEMBERS
        number = place - MEMBERS if observer else place
        code = f"XA{chr(65 + number)}" if observer else f"Q{chr(77 + number // 26)}{chr(65 + number % 26)}"
        rows.append(
            {
                "iso3": code,
                "membership": "observer" if observer else "member",
                "order": str(place + 1),
                "col": str(place % TILES_WIDE),
                "row": str(place // TILES_WIDE),
                **{f"name_{lang}": text for lang, text in said.items()},
                **{f"label_{lang}": text for lang, text in said.items()},
            }
        )
    return rows


def groups() -> list[dict[str, str]]:
    """groups.csv."""
    order = ("en", "fr", "es", "ru", "ar", "zh")
    return [
        {"code": code, "kind": kind, "binds": binds, "note": "Fictional"}
        | {f"name_{lang}": FICTIONAL[lang].format(text) for lang, text in zip(order, said, strict=True)}
        for code, (kind, binds, *said) in GROUPS.items()
    ]


def memberships(codes: list[str]) -> list[dict[str, str]]:
    """memberships.csv: with one who left and came back, one suspended, an observer, an associate, days not known."""
    rows = []

    def add(group: str, state: str, status: str = "member", joined: str = "1974", **more: str) -> None:
        empty = dict.fromkeys(worlds.COLUMNS["memberships.csv"], "")
        rows.append({**empty, "group": group, "iso3": state, "status": status, "joined": joined, **more})

    for place, code in enumerate(codes):
        add(("FIC_NORTH", "FIC_SOUTH", "FIC_ISLES")[place % 3], code, joined="1951-03-01")
        if place < 110 and place not in (50, 51, 52, 53):
            add("FIC_COMPASS", code, joined="1961-09")
        if 70 <= place < 160 and place != 150:
            add("FIC_HARVEST", code, joined="" if place > 154 else "1974")
        if place % 9 == 0:
            add("FIC_LANTERN", code, joined="2012-01-01")
    add("FIC_COMPASS", codes[50], "former", "1961-09", left="2009-04-01", note="Left")
    add("FIC_COMPASS", codes[50], joined="2016-10-01", note="Came back")
    add("FIC_COMPASS", codes[51], suspended_from="2018-02-01", suspended_to="2020-06-30", note="Suspended")
    add("FIC_COMPASS", codes[52], "observer")
    add("FIC_COMPASS", codes[53], "former", left="2025-11-30", note="Left")
    add("FIC_HARVEST", codes[150], "associated")
    return rows


def offices(codes: list[str]) -> list[dict[str, str]]:
    """offices.csv."""
    chairs = (("FIC_COMPASS", codes[3]), ("FIC_HARVEST", codes[90]))
    empty = dict.fromkeys(worlds.COLUMNS["offices.csv"], "")
    return [
        {**empty, "office": "chair", "body": body, "holder": holder, "from": "2025", "to": "2027"}
        for body, holder in chairs
    ]


class Book:
    """The evidence, numbered as it is written down."""

    def __init__(self):
        self.pieces: list[Evidence] = []

    def add(self, ask: str, speaker: str, kind: str, day: str | date, **more) -> str:
        """Write down a piece; its ref."""
        ref = f"DEMO-{len(self.pieces) + 1:03}"
        more = {"un_symbol": SYMBOL.format(ref), "url": f"https://example.org/fictional/{ref.lower()}", **more}
        day = day if isinstance(day, date) else date.fromisoformat(day)
        forum, note = "Fictional assembly", "Fictional: nobody ever said this."
        self.pieces.append(Evidence(ref, ask, speaker, kind, day, forum=forum, language="en", note=note, **more))
        return ref


def lantern(book: Book, codes: list[str]) -> None:
    """The ask on which every type of evidence is there, and what gives every position, level and flag."""

    def say(place: int, kind: str, day: str, **more) -> str:
        return book.add(LANTERN, codes[place], kind, day, **more)

    compass = book.add(LANTERN, "FIC_COMPASS", "group_statement", "2019-05-10", signal="support")
    book.add(LANTERN, "FIC_HARVEST", "group_draft", "2025-03-04", variant="small")
    for place in (0, 4, 8):
        say(place, "lead_act", "2024-10-01", variant="high")
    for place in range(10, 30):
        cast = ("yes", "yes", "no", "abstain", "absent")[place % 5]
        say(place, "vote", "2021-11-17", on="paragraph", yes_means="for", cast=cast)
    for place in range(110, 118):
        say(place, "vote", "2023-06-08", on="amendment", yes_means="against", cast=("yes", "no", "abstain")[place % 3])
    for place in (30, 31, 120, 121, 161):
        say(place, "cosponsor", "2024-11-20")
        say(place + 1, "signature", "2018-02-06")
    joint = tuple(sorted(codes[place] for place in range(162, 178)))
    statement = book.add(LANTERN, codes[162], "joint_statement", "2023-09-25", signal="support", states=joint)
    book.add(LANTERN, codes[40], "alignment", "2023-09-26", regards=statement)
    listed = tuple(sorted(codes[place] for place in range(0, 190, 9)))
    book.add(LANTERN, "FIC_LANTERN", "group_statement", "2022-02-02", signal="support", states=listed)
    say(41, "alignment", "2019-05-10", regards=compass)
    say(42, "dissociation", "2019-05-11", regards=compass)
    say(43, "reservation", "2019-05-11", regards=compass)
    say(15, "explanation", "2021-11-17", signal="partial")
    say(178, "silence_break", "2020-06-20", signal="opposed")
    for place, signal in ((44, "champion"), (45, "support"), (46, "partial"), (47, "undecided"), (48, "sceptical"),
                          (49, "opposed"), (179, "sceptical"), (180, "opposed"), (130, "opposed")):  # fmt: skip
        say(place, "national_statement", "2024-04-15", signal=signal)
    say(181, "written_submission", "2025-01-20", signal="partial")
    say(182, "official_reply", "2026-02-11", signal="undecided")
    say(183, "social_post", "2026-01-05", signal="champion")
    say(47, "social_post", "2025-04-02", signal="champion")
    # One day, two words.
    say(184, "national_statement", "2025-05-05", signal="support")
    say(184, "written_submission", "2025-05-05", signal="sceptical")
    signed = say(185, "signature", "2022-07-01")
    say(185, "withdrawal", "2024-07-01", regards=signed)
    say(186, "report", "2025-08-01", signal="support", status="draft", confidence="low")
    say(187, "report", "2025-08-01", signal="sceptical", confidence="medium")
    say(187, "national_statement", "2025-08-02", signal="sceptical", confidence="medium")
    say(188, "vote", "2020-12-01", on="procedural", yes_means="for", cast="no", relevance="related")
    say(189, "national_statement", "2020-12-01", signal="support", relevance="related")
    book.add(LANTERN, "UN", "consensus_adoption", "2017-12-18", relevance="context")


def doors(book: Book, codes: list[str]) -> None:
    """A second ask, by chance, over the years."""
    chance = random.Random(SEED)
    book.add(DOORS, "FIC_HARVEST", "group_statement", "2020-09-30", signal="sceptical")
    signals = ("champion", "support", "support", "support", "partial", "undecided", "sceptical", "opposed")
    for place in sorted(chance.sample(range(len(codes)), 70)):
        day = date(2016, 1, 1) + timedelta(days=chance.randrange(3700))
        book.add(DOORS, codes[place], "national_statement", day, signal=chance.choice(signals))
    # Taken in together and adopted: nobody gains a position.
    book.add(CHARTER, "UN", "consensus_adoption", "2022-03-21")
    book.add(CHARTER, codes[5], "lead_act", "2022-01-15")


def main() -> None:
    """Write world/ and evidence.csv."""
    found = states()
    codes = [row["iso3"] for row in found]
    tables = {
        "states.csv": found,
        "groups.csv": groups(),
        "memberships.csv": memberships(codes),
        "offices.csv": offices(codes),
    }
    for name, rows in tables.items():
        rows.sort(key=lambda row, name=name: tuple(row[column] for column in worlds.ORDER[name]))
        with (PACK / "world" / name).open("w", encoding="utf-8", newline="") as out:
            table = csv.DictWriter(out, worlds.COLUMNS[name], lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
    book = Book()
    lantern(book, codes)
    doors(book, codes)
    with (PACK / "evidence.csv").open("wb") as out:
        csv_form.write(book.pieces, out.write, marked=False)


if __name__ == "__main__":
    main()
