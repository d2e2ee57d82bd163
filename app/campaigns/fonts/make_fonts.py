"""Make the fonts in this folder from their packages on npm: `python make_fonts.py` (needs npm, fonttools==4.68.0).

The same versions and texts give the same bytes. Run it again when a text uses a Chinese character that is missing.
"""

import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[2]
WEIGHTS = {"Regular": "400Regular", "SemiBold": "600SemiBold"}
OFL = "LICENSE_FONT"


def main() -> None:
    """Fetch the fonts, cut them down, and write them beside this file."""
    arabic = package("noto-naskh-arabic", "0.2.3")
    for weight, name in WEIGHTS.items():
        (FOLDER / f"NotoNaskhArabic-{weight}.ttf").write_bytes(arabic[f"NotoNaskhArabic_{name}.ttf"])
    serif = package("noto-serif", "0.4.2")
    chinese = package("noto-sans-sc", "0.4.3")
    for weight, name in WEIGHTS.items():
        write_subset(serif[f"{name}/NotoSerif_{name}.ttf"], latin_and_cyrillic(), f"NotoSerif-{weight}.ttf")
        write_subset(chinese[f"{name}/NotoSansSC_{name}.ttf"], common_chinese(), f"NotoSansSC-{weight}.ttf")
    licence = serif[OFL].decode()
    (FOLDER / "OFL-NotoSerif.txt").write_text(licence)
    (FOLDER / "OFL-NotoSansSC.txt").write_bytes(chinese[OFL])
    # This package came before the licence was part of them; the copyright line is the one inside the font.
    body = licence.split("\n", 1)[1]
    (FOLDER / "OFL-NotoNaskhArabic.txt").write_text(
        f"Copyright 2022 The Noto Project Authors (https://github.com/notofonts/arabic)\n{body}"
    )


def package(name: str, version: str) -> dict[str, bytes]:
    """The fonts and licences of a package of @expo-google-fonts, by path."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(  # noqa: S603 - fixed words only
            [
                *(shutil.which("npm"), "pack", "--json", "--pack-destination", folder),
                f"@expo-google-fonts/{name}@{version}",
            ],
            check=True,
            capture_output=True,
        )
        archive = (Path(folder) / json.loads(run.stdout)[0]["filename"]).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            member.name.removeprefix("package/"): tar.extractfile(member).read()
            for member in tar.getmembers()
            if member.name.endswith((".ttf", OFL))
        }


def latin_and_cyrillic() -> set[int]:
    """The code points of the Latin and Cyrillic scripts, with punctuation, currencies and a few signs."""
    ranges = [(0x20, 0x24F), (0x300, 0x36F), (0x400, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20BF)]
    signs = {0x2116, 0x2122, 0x2190, 0x2192, 0x2212}
    return {code for first, last in ranges for code in range(first, last + 1)} | signs


def common_chinese() -> set[int]:
    """Latin, punctuation, the 3,755 characters of GB 2312's first level, and what our own texts use besides."""
    ranges = [(0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2027), (0x3000, 0x301F), (0xFF00, 0xFF60)]
    codes = {code for first, last in ranges for code in range(first, last + 1)}
    for row in range(16, 56):
        cells = bytes(byte for cell in range(1, 95) for byte in (row + 160, cell + 160))
        codes |= {ord(character) for character in cells.decode("gb2312", "ignore")}
    texts = [*ROOT.glob("campaigns/**/zh.md"), *ROOT.glob("campaigns/*/campaign.toml")]
    used = {ord(c) for path in texts for c in path.read_text(encoding="utf-8")}
    return codes | {code for code in used if 0x4E00 <= code <= 0x9FFF}


def write_subset(font: bytes, codes: set[int], name: str) -> None:
    """Write the characters `codes` of a font to the file `name` in this folder."""
    options = subset.Options(hinting=False, name_IDs=["*"], notdef_outline=True)
    options.layout_features = [feature for feature in options.layout_features if feature not in {"vert", "vrt2"}]
    loaded = subset.load_font(io.BytesIO(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(loaded)
    subset.save_font(loaded, FOLDER / name, options)


if __name__ == "__main__":
    main()
