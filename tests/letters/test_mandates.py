"""Who may be taken to speak for an organisation, by the domain of their address, and what makes that doubtful."""

import pytest

from app.letters import mandates
from app.letters.mandates import Case, at_own_domain, doubts, gives_to_all, one_name, site_domain
from app.people.matching import Profile, compare
from app.people.websites import checked_website

OWN = [
    ("https://fictional-water.org", "office@fictional-water.org"),
    ("https://www.fictional-water.org/about", "OFFICE@Fictional-Water.ORG"),
    ("https://fictional.org.ke", "office@mail.fictional.org.ke"),
    ("https://kenya.fictional-water.org", "office@fictional-water.org"),
    ("https://fictional.or.ke", "office@fictional.or.ke"),
    ("https://fictional.co.uk", "a.b+un@fictional.co.uk"),
    ("https://fictional.org.za:8443/x", "office@fictional.org.za"),
    ("https://пример-воды.рф", "office@пример-воды.рф"),
    ("https://пример-воды.рф", "office@xn----dtbgboyrcjd9j.xn--p1ai"),
    ("https://شبكة-خيالية.شبكة", "office@شبكة-خيالية.شبكة"),
    ("https://fictional.ngo", "office@fictional.ngo"),
]
NOT_OWN = [
    ("nothing to compare", None, "office@fictional-water.org"),
    ("another domain", "https://fictional-water.org", "office@fictional-peace.org"),
    ("a neighbour under one suffix", "https://one.org.ke", "office@two.org.ke"),
    ("the suffix itself", "https://org.ke", "office@org.ke"),
    ("free mail with its provider as website", "https://gmail.com", "office@gmail.com"),
    ("free mail of another country", "https://yahoo.co.in", "office@yahoo.co.in"),
    ("throwaway mail", "https://mailinator.com", "office@mailinator.com"),
    ("a blog", "https://fictional.wordpress.com", "office@fictional.wordpress.com"),
    ("a page on a network", "https://facebook.com/fictional", "office@facebook.com"),
    ("a page on a host of sites", "https://sites.google.com/fictional", "office@google.com"),
    ("a club that gives names away", "https://fictional.eu.org", "office@fictional.eu.org"),
    ("a domain that ends alike", "https://water.org", "office@fictionalwater.org"),
    ("a domain that begins alike", "https://fictional-water.org", "office@fictional-water.org.example.com"),
    ("no ending that there is", "https://fictional.intern", "office@fictional.intern"),
    ("letters that look alike", "https://fictional.org", "office@fictіonal.org"),
]
WEBSITE, ADDRESS = "https://fictional-water.org", "office@fictional-water.org"


def case(**said) -> Case:
    known = {"name": "Fictional Water League", "website": WEBSITE, "address": ADDRESS, "person": "Ada Fictional"}
    return Case(**(known | said))


@pytest.mark.parametrize(("website", "address"), OWN)
def test_an_address_at_the_organisations_own_domain(website, address):
    assert at_own_domain(checked_website(website), address)
    assert not doubts(case(website=checked_website(website), address=address))


@pytest.mark.parametrize(("why", "website", "address"), NOT_OWN, ids=[one[0] for one in NOT_OWN])
def test_an_address_that_shows_nothing(why, website, address):
    site = checked_website(website) if website else None
    assert not at_own_domain(site, address)
    assert doubts(case(website=site, address=address))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, ()),
        ({"address": "fictional.water@gmail.com"}, (mandates.FREE_MAIL,)),
        ({"address": "fictional@mailinator.com", "website": None}, (mandates.FREE_MAIL, mandates.NO_WEBSITE)),
        ({"address": "office@fictional-peace.org"}, (mandates.OTHER_DOMAIN,)),
        ({"website": None}, (mandates.NO_WEBSITE,)),
        ({"website": "https://facebook.com/fictional"}, (mandates.SHARED_HOST,)),
        ({"from_network": mandates.MOST_FROM_NETWORK}, ()),
        ({"from_network": mandates.MOST_FROM_NETWORK + 1}, (mandates.MANY_FROM_NETWORK,)),
        ({"name": "Dr. Fictional, Ada"}, (mandates.NAME_OF_PERSON,)),
        ({"name": "Ada Fictional Foundation"}, ()),
    ],
)
def test_each_doubt_has_its_reason_and_no_other(said, found):
    assert doubts(case(**said)) == found


def test_a_name_like_anothers_is_doubted_even_at_an_own_domain():
    likeness = compare(Profile(("Fictional Water League",)), Profile(("Fictional Water League Kenya",)))
    assert likeness is not None
    assert doubts(case(likeness=likeness)) == (mandates.LIKE_ANOTHER,)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ivan Fictionov", "ФИКЦИОНОВ Иван", False),
        ("Иван Вымышленный", "Ivan Vymyshlennyy", True),
        ("Ms. Ada Fictional", "FICTIONAL Ada", True),
        ("José Ficticio", "Jose Ficticio", True),
        ("Ada Fictional", "Ada Imaginary", False),
        ("", "", False),
        ("🕊", "☮", False),
    ],
)
def test_one_persons_name_in_two_spellings(one, other, same):
    assert one_name(one, other) is one_name(other, one) is same


def test_every_doubt_is_said_in_words(app):
    with app.test_request_context():
        assert all(str(words) for words in mandates.DOUBTS.values())


def test_providers_are_known_below_their_domain_too():
    assert gives_to_all("x@eu.yahoo.com") and gives_to_all("x@gmail.com") and not gives_to_all(ADDRESS)
    assert site_domain("https://www.fictional.org.ke") == "fictional.org.ke"
