"""Each rule of groups, memberships, offices and pictures, broken once."""

from datetime import date

import pytest

from app.states.files import FOLDER, read
from app.states.group_rules import first_day, overlaps
from app.states.rules import faults
from tests.states.test_rules import folder, spoil  # noqa: F401 - a fixture


def has(folder, complaint):  # noqa: F811
    found = [str(fault) for fault in faults(read(folder))]
    assert any(complaint in fault for fault in found), found
    return found


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("states.csv", "\nAGO,AO,024,member", "\nAGO,AO,024,observer", "192 states are member, not 193"),
        (
            "memberships.csv",
            "\nAFRICAN_GROUP,AGO,member",
            "\nAFRICAN_GROUP,AGO,observer",
            "AFRICAN_GROUP has 53 members",
        ),
        ("memberships.csv", "\nEEG,ALB,", "\nWEOG,ALB,", "EEG has 22 members, not 23"),
        (
            "memberships.csv",
            "\nWEOG,USA,observer",
            "\nWEOG,USA,member",
            "USA is an observer of WEOG and a member of no",
        ),
        ("memberships.csv", "\nNAM,AFG,member", "\nNAM,AFG,observer", "NAM has 119 members of the UN, not 120"),
        ("memberships.csv", "\nG77,CHN,associated", "\nG77,CHN,observer", "G77 has 132 members of the UN, not 133"),
        ("memberships.csv", "\nG77,ARG,member", "\nG77,ARG,observer", "134 of 193 are in NAM or G77"),
        ("memberships.csv", "\nOIC,AFG,member", "\nOIC,AFG,observer", "OIC has 56 members, its source counts 57"),
        ("memberships.csv", "\nEU,AUT,", "\nEUR,AUT,", "group 'EUR' is not in groups.csv"),
        ("memberships.csv", "\nEU,AUT,", "\nEU,AUX,", "'AUX' is not in states.csv"),
        ("memberships.csv", "\nEU,AUT,", "\nEU,BEL,", "BEL is in EU already by line"),
        ("memberships.csv", "NAM,CYP,former,1961,2004", "NAM,CYP,former,2005,2004", "left '2004' is before it joined"),
        ("memberships.csv", "NAM,CYP,former,1961,2004", "NAM,CYP,former,1961,", "left '' is missing"),
        ("memberships.csv", "NAM,CYP,former,1961,2004", "NAM,CYP,former,1961,2004-13", "left '2004-13' is not a day"),
        ("memberships.csv", "NAM,CYP,former,1961,2004", "NAM,CYP,left,1961,2004", "status 'left' is not one of"),
        ("memberships.csv", "2021-09-10,2026-01-22", "2021-09-10,2021-01-22", "is before the suspension began"),
        ("memberships.csv", ",,yes,high,wp-g77,\nG77,KOR", ",,no,high,wp-g77,\nG77,KOR", "joined_known does not fit"),
        ("memberships.csv", ',brief,"Left 2020-01-31', ',a friend,"Left 2020-01-31', "source 'a friend' is neither in"),
        ("groups.csv", "最不发达国家,huaxia-ldc", "最不发达国家,", "name_zh needs a source"),
        ("groups.csv", "最不发达国家,huaxia-ldc", "最不发达国家,hearsay", "source 'hearsay' is neither in"),
        ("groups.csv", "Least developed countries,m49,Least Developed Countries", ",,", "name_en is empty"),
        ("groups.csv", "\nBRICS,", "\nbrics,", "code 'brics' is not capital letters"),
        ("offices.csv", "chair,G77,PSE,,2019-01-15,2020-01", "chair,G77,PSE,,2020-02,2020-01", "is before it began"),
        ("offices.csv", "chair,G77,PSE,", "chair,G77,PSX,", "holder 'PSX' is not in states.csv"),
        ("offices.csv", "chair,G77,PSE,", "chair,G77,,", "holder '' is missing"),
        ("tilegrid.csv", "\nAGO,12,14", "\nAGO,22,5", "the tile lies on that of line 2"),
        ("tilegrid.csv", "\nAGO,12,14", "", "AGO has no tile"),
        ("hemicycle.csv", "\n2,2,180.0,-1.2,0.0", "\n2,2,180.0,-1.0,0.0", "the seat lies on that of line 2"),
        ("hemicycle.csv", "\n2,2,180.0,-1.2,0.0", "", "the seats are not 1 to 193"),
    ],
)
def test_a_broken_rule_is_told_with_its_file(folder, file, old, new, complaint):  # noqa: F811
    spoil(folder, file, old, new)
    has(folder, complaint)


def test_the_files_count_as_their_sources_do():
    files = read(FOLDER)
    in_group = {
        group: {
            r["iso3"] for r in files.memberships.rows if r["group"] == group and r["status"] in ("member", "associated")
        }
        for group in ("NAM", "G77")
    }
    un = {row["iso3"] for row in files.states.rows if row["un_membership"] == "member"}
    assert (len(in_group["NAM"]), len(in_group["NAM"] & un)) == (121, 120)
    assert (len(in_group["G77"]), len(in_group["G77"] & un)) == (134, 133)
    assert len((in_group["NAM"] | in_group["G77"]) & un) == 135


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("", None),
        ("2024", date(2024, 1, 1)),
        ("2024-02", date(2024, 2, 1)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_a_date_is_its_first_day(written, day):
    assert first_day(written) == day


@pytest.mark.parametrize("written", ["2023-02-29", "2024-13", "24", "soon", "2024-1-1", "0000", "9999", " 2024"])
def test_what_is_no_date_is_refused(written):
    with pytest.raises(ValueError):
        first_day(written)


def test_periods_that_touch_do_not_overlap():
    early, late = (None, date(2000, 1, 1)), (date(2000, 1, 1), None)
    assert not overlaps(early, late) and not overlaps(late, early)
    assert overlaps(early, (date(1999, 12, 31), None)) and overlaps((None, None), late)
