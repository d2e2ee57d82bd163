"""Each rule of the reference data, broken once."""

import shutil

import pytest

from app.states.files import FOLDER, UnreadableFile, read
from app.states.rules import faults


@pytest.fixture
def folder(tmp_path):
    """A copy of the data that a test may spoil."""
    return shutil.copytree(FOLDER, tmp_path / "data")


def spoil(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("states.csv", "AGO,AO,024,member", "AGO,AO,024,observer", "192 states are member, not 193"),
        (
            "states.csv",
            "AGO,AO,024,member",
            "AGO,AO,024,friend",
            "un_membership 'friend' is neither member nor observer",
        ),
        (
            "states.csv",
            "AGO,AO,024,member,1976",
            "AGO,AO,024,member,1939",
            "admitted '1939' is not a year from 1945 on",
        ),
        ("states.csv", "AGO,AO,024", "AGO,ao,024", "iso2 'ao' is not an ISO 3166-1 alpha-2 code"),
        ("states.csv", "AGO,AO,024", "AGO,AO,24", "m49 '24' is not an M49 code of three digits"),
        ("states.csv", "AGO,AO,024", "AGO,AF,024", "iso2 'AF' is already on line 2"),
        ("states.csv", "AGO,AO,024", "AG0,AO,024", "iso3 'AG0' is not an ISO 3166-1 alpha-3 code"),
        ("states.csv", "安哥拉,Ангола,AFRICAN_GROUP", "安哥拉,Ангола,AFRICA", "regional_group 'AFRICA' does not fit"),
        ("areas.csv", "أنغولا,安哥拉", "أنغولا,安格拉", "a name of AGO has changed since: run make_sort_keys.mjs"),
        ("areas.csv", "أنغولا,安哥拉,Ангола", "أنغولا,,Ангола", "name_zh is empty"),
        ("areas.csv", "Curaçao,Curaçao,", "Curac\u0327ao,Curaçao,", "name_en is not in Unicode normal form C"),
        ("areas.csv", "أنغولا,安哥拉,", "أنغولا\u200f,安哥拉,", "name_ar has spaces or invisible characters"),
        ("areas.csv", "Åland Islands", "Angola", "name_en 'Angola' is already on line 4"),
        ("areas.csv", "Ангола,AGO,002", "Ангола,XXX,002", "fold_to_iso3 'XXX' is not a member state"),
        ("areas.csv", "Ангола,AGO,002", "Ангола,DZA,002", "AGO is a member state and must fold into itself"),
        ("areas.csv", "Ангола,AGO,002", "Ангола,AGO,", "AGO has neither a region nor a note that says why"),
        ("areas.csv", "Ангола,AGO,002", "Ангола,AGO,999", "region_code '999' is not an M49 region"),
        ("areas.csv", "Ангола,AGO,002", "Ангола,,002", "AGO folds into no state and no note says why"),
        ("regions.csv", "002,Africa", "003,Africa", "M49 region 002 is missing"),
        ("regions.csv", "code,", "kode,", "column 'code' is missing"),
        ("sort_keys.csv", "\nAGO,63,", "\nAGO,64,", "the ranks of ar are not 1 to 250"),
        ("sort_keys.csv", "\nAGO,", "\nAAA,", "AGO has no sort keys"),
        ("civic_space.csv", "CUB,closed,2025-12-09", "CUB,shut,2025-12-09", "rating 'shut' is not one of open,"),
        ("civic_space.csv", "CUB,closed,2025-12-09", "CUB,closed,last year", "as_of 'last year' is not a day"),
        (
            "civic_space.csv",
            "CUB,closed,2025-12-09,civicus2025-kp",
            "CUB,closed,2025-12-09,hearsay",
            "source 'hearsay'",
        ),
        ("civic_space.csv", "civicus2025-kp,stated,\nCYP", "civicus2025-kp,edited,\nCYP", "basis 'edited' is neither"),
        ("civic_space.csv", "CUB,closed,", "CUB,,", "a rating needs a basis, and no rating has none"),
        ("civic_space.csv", "CUB,closed,", "XKX,closed,", "CUB is missing"),
        ("civic_space.csv", "CUB,closed,", "XKX,closed,", "XKX is not in states.csv"),
        ("civic_space.csv", "CUB,closed,", "CHN,closed,", "iso3 'CHN' is already on line"),
        ("sources.csv", "civicus2025-kp", "elsewhere", "source 'civicus2025-kp' is neither in sources.csv nor"),
    ],
)
def test_a_broken_rule_is_named(folder, file, old, new, complaint):
    spoil(folder, file, old, new)
    assert any(complaint in fault.message for fault in faults(read(folder)))


def test_a_fault_names_file_and_line(folder):
    spoil(folder, "areas.csv", "Ангола,AGO,002", "Ангола,XXX,002")
    found = [str(fault) for fault in faults(read(folder))]
    assert "areas.csv:4: fold_to_iso3 'XXX' is not a member state" in found


def test_a_row_that_does_not_fit_the_header(folder):
    spoil(folder, "regions.csv", "002,Africa", "002,Africa,Africa")
    with pytest.raises(UnreadableFile, match=r"^regions\.csv:2: 8 fields, the header has 7$"):
        read(folder)


def test_a_file_in_another_encoding(folder):
    (folder / "areas.csv").write_text("é", encoding="utf-16")
    with pytest.raises(UnreadableFile, match=r"^areas\.csv: not UTF-8"):
        read(folder)


def test_a_missing_file(folder):
    (folder / "regions.csv").unlink()
    with pytest.raises(UnreadableFile, match=r"regions\.csv: No such file"):
        read(folder)


def test_the_digest_follows_the_bytes(folder):
    before = read(folder).digest
    assert read(folder).digest == before
    spoil(folder, "states.csv", "Graduated 13 Dec 2023", "Graduated in 2023")
    assert read(folder).digest != before
