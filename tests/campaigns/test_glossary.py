"""The glossary: terms are found where they stand, kept apart by language, and travel as CSV without harm."""

import io

import pytest

from app.campaigns import drafts, glossary_book
from app.campaigns.glossary import Entry, Said, WrongTable, found, from_csv, misused, occurs, to_csv

GLOSSARY = "/en/desk/un75/glossary"


@pytest.mark.parametrize(
    ("term", "text", "language", "there"),
    [
        ("Member State", "Two member\nstates vote.", "en", True),
        ("state", "The statement", "en", False),
        ("civil society", "Civil Society!", "en", True),
        ("民间社会", "联合国民间社会高级别协调人", "zh", True),
        ("المجتمع المدني", "والمجتمع المدني", "ar", True),
        ("устав", "уставной", "ru", False),
        ("", "anything", "en", False),
    ],
)
def test_a_term_is_found_where_it_stands(term, text, language, there):
    assert occurs(term, text, language) is there


def test_longer_terms_stand_before_shorter_ones_and_forbidden_words_are_found():
    terms = [Entry("focal point"), Entry("high-level focal point", words={"fr": Said("", ("référent",))})]
    assert [e.term for e in found(terms, "A high-level focal point.", "en")] == [
        "high-level focal point",
        "focal point",
    ]
    assert [word for word, _ in misused(terms, "Un référent.", "fr")] == ["référent"]


def test_a_table_goes_out_and_comes_in_as_it_was_and_no_cell_is_a_formula():
    entries = [
        Entry("=SUM(1)", "@note", {"fr": Said("+1", ("-a", "b")), "ar": Said("أ")}),
        Entry("b, c", "", {"zh": Said("", ("丙",))}),
    ]
    text = to_csv(entries, ["ar", "fr", "zh"])
    assert "'=SUM(1),'@note" in text and "'-a; b" in text
    assert from_csv(text.encode("utf-8-sig"), ["ar", "fr", "zh"]) == entries


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe\x00", "not-text"),
        (b"PK\x03\x04\0", "not-text"),
        (b"", "no-term"),
        (b"word,fr\na,b", "no-term"),
        (b"term,klingon\na,b", "unknown-column"),
        (b"term,fr,fr\na,b,c", "twice"),
        (b"term,fr\na,b\nA ,c", "twice"),
        (b"term,fr\n,b", "no-term"),
        (b"term,fr\na," + b"x" * 500, "too-long"),
        (b"term\n" + b"a\n" * 3000, "too-many"),
        (b'term,fr\n"a', "not-text"),
    ],
)
def test_a_table_that_is_no_glossary_is_refused_with_a_reason(content, why):
    with pytest.raises(WrongTable) as refused:
        from_csv(content, ["fr"])
    assert refused.value.why == why


def entries():
    return glossary_book.entries(drafts.campaign("un75").id)


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_a_term_is_added_changed_found_and_removed(staff):
    client = staff("campaigner")
    assert "There is no term yet" in text(client.get(GLOSSARY))
    answer = client.post(f"{GLOSSARY}/new", data={"term": "  Civil   Society ", "fr-word": "société civile"})
    assert answer.status_code == 303
    (entry,) = entries()
    assert (entry.term, entry.words) == ("Civil Society", {"fr": Said("société civile")})
    again = client.post(f"{GLOSSARY}/new", data={"term": "civil society", "note": "typed"})
    assert again.status_code == 422 and "has this term already" in text(again) and 'value="typed"' in text(again)
    assert (
        client.post(f"{GLOSSARY}/{entry.id}", data={"term": "Civil society", "fr-forbidden": "a; b"}).status_code == 303
    )
    assert entries()[0].words == {"fr": Said("", ("a", "b"))}
    for query, there in (("?q=CIVIL", True), ("?q=100%25", False), ("?lacking=fr", True), ("?lacking=xx", True)):
        assert ("Civil society</bdi></a>" in text(client.get(GLOSSARY + query))) is there, query
    assert client.post(f"{GLOSSARY}/{entry.id}/remove").status_code == 303
    assert not entries()
    assert client.post(f"{GLOSSARY}/{entry.id}/remove").status_code == 404


def test_a_translator_changes_their_own_language_and_no_other(staff):
    staff("campaigner").post(f"{GLOSSARY}/new", data={"term": "a", "fr-word": "fr", "es-word": "es"})
    term = entries()[0].id
    client = staff("translator", languages=["fr"])
    client.post(f"{GLOSSARY}/{term}", data={"term": "a", "fr-word": "nouveau", "es-word": "nuevo"})
    assert {code: said.translation for code, said in entries()[0].words.items()} == {"fr": "nouveau", "es": "es"}


def test_a_table_adds_and_changes_and_takes_nothing_away(staff):
    client = staff("campaigner")
    client.post(f"{GLOSSARY}/new", data={"term": "a", "note": "n", "fr-word": "fr", "fr-forbidden": "x"})
    table = "term,note,fr,ar\na,,neuf,\nb,note,,ب\n"
    answer = client.post(GLOSSARY, data={"file": (io.BytesIO(table.encode()), "g.csv")})
    assert answer.status_code == 303
    assert "1 term has been added. 1 term has been changed." in text(client.get(GLOSSARY))
    held = {e.term: (e.note, e.words) for e in entries()}
    assert held == {"a": ("n", {"fr": Said("neuf", ("x",))}), "b": ("note", {"ar": Said("ب")})}
    out = client.get(f"{GLOSSARY}.csv")
    assert out.mimetype == "text/csv" and "neuf" in text(out)
    bad = client.post(GLOSSARY, data={"file": (io.BytesIO(b"term,xx\na,b"), "g.csv")})
    assert bad.status_code == 422 and "There is no column “xx”" in text(bad)
