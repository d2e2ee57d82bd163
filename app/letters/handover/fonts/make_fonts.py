"""Make the fonts in this folder from their packages on npm: `python -m app.letters.handover.fonts.make_fonts`.

It needs npm and `pip install fonttools==4.68.0`. The same versions give the same bytes.
"""

import io
from pathlib import Path

from fontTools.ttLib import TTFont

from app.campaigns import glyphs, pictures
from app.campaigns.fonts.make_fonts import OFL, package, write_subset

FOLDER = Path(__file__).resolve().parent
SMALL = {
    "Hebrew": ("0.4.1", 0x0590, 0x05FF),
    "Armenian": ("0.4.2", 0x0530, 0x058F),
    "Georgian": ("0.4.3", 0x10A0, 0x10FF),
    "Devanagari": ("0.4.1", 0x0900, 0x097F),
    "Bengali": ("0.4.4", 0x0980, 0x09FF),
    "Tamil": ("0.4.3", 0x0B80, 0x0BFF),
    "Sinhala": ("0.4.2", 0x0D80, 0x0DFF),
    "Thai": ("0.4.2", 0x0E00, 0x0E7F),
    "Khmer": ("0.4.3", 0x1780, 0x17FF),
    "Myanmar": ("0.4.2", 0x1000, 0x109F),
    "Ethiopic": ("0.4.2", 0x1200, 0x137F),
}
# Joiners, the dotted circle under a mark that stands alone, and the full stops of Indic scripts.
SIGNS = {0x20, 0xA0, 0x200C, 0x200D, 0x25CC, 0x0964, 0x0965}


def main() -> None:
    """Fetch the fonts, cut them down, and write them beside this file."""
    for script, (version, first, last) in SMALL.items():
        found = package(f"noto-sans-{script.lower()}", version)
        font = next(data for name, data in found.items() if name.endswith(f"NotoSans{script}_400Regular.ttf"))
        write_subset(font, {*range(first, last + 1), *SIGNS}, str(FOLDER / f"NotoSans{script}-Regular.ttf"))
    serif = package("noto-serif", "0.4.2")["400Regular/NotoSerif_400Regular.ttf"]
    greek = {*range(0x370, 0x400), *range(0x1F00, 0x2000)}
    _renamed(serif, greek, "NotoSerifGreek-Regular.ttf", "Noto Serif Greek")
    chinese = package("noto-sans-sc", "0.4.3")
    _renamed(
        chinese["400Regular/NotoSansSC_400Regular.ttf"], further_chinese(), "NotoSansHan-Regular.ttf", "Noto Sans Han"
    )
    korean = package("noto-sans-kr", "0.4.3")
    font = next(data for name, data in korean.items() if name.endswith("NotoSansKR_400Regular.ttf"))
    write_subset(font, common_korean(), str(FOLDER / "NotoSansKR-Regular.ttf"))
    noto = b"Copyright The Noto Project Authors (https://github.com/notofonts)\n"
    (FOLDER / "OFL.txt").write_bytes(noto + chinese[OFL])


def _renamed(font: bytes, codes: set[int], name: str, family: str) -> None:
    """Write a subset under a family name of its own: one family may not come in two files of one weight."""
    write_subset(font, codes, str(FOLDER / name))
    made = TTFont(io.BytesIO((FOLDER / name).read_bytes()), recalcTimestamp=False)
    for record in made["name"].names:
        if record.nameID in (1, 3, 4, 16):
            record.string = family
        elif record.nameID == 6:
            record.string = name.removesuffix(".ttf")
    made.save(FOLDER / name)


def further_chinese() -> set[int]:
    """Kana, and the characters of Big5's first level, GB 2312's second and JIS X 0208's first that the fonts of share
    pictures do not have."""
    codes = {*range(0x3041, 0x3100)}
    sets = (("big5", 0xA4, 0xC7, 0x40, 0xFF), ("gb2312", 0xD8, 0xF8, 0xA1, 0xFF), ("euc_jp", 0xB0, 0xD0, 0xA1, 0xFF))
    for codec, first, last, low, high in sets:
        for lead in range(first, last):
            cells = (bytes((lead, trail)).decode(codec, "ignore") for trail in range(low, high))
            codes |= {ord(letter) for cell in cells for letter in cell if ord(letter) > 0x2E7F}
    return codes - glyphs.characters(pictures.FONTS / "NotoSansSC-Regular.ttf")


def common_korean() -> set[int]:
    """The letters, and the 2,350 syllables of KS X 1001."""
    cells = (
        bytes((lead, trail)).decode("euc_kr", "ignore") for lead in range(0xB0, 0xC9) for trail in range(0xA1, 255)
    )
    return {ord(letter) for cell in cells for letter in cell} | {*range(0x3131, 0x318F)}


if __name__ == "__main__":
    main()
