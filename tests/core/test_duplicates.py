from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from siprecruit.core.duplicates import likeness, possible_duplicates

PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Roy Wymer", "ROY  WYMER", "Ann Eke", ""]),
        st.sampled_from(["roy@example.org", " ROY@example.org", "r2@example.org", "not an address", ""]),
        st.sampled_from(["01603 238369", "(01603) 238369", "01603 1", ""]),
    ),
    max_size=8,
)


def people(*rows: tuple[str, str, str]):
    """Likenesses under the numbers 0, 1, 2 ..."""
    return [likeness(n, name=name, email=email, phone=phone) for n, (name, email, phone) in enumerate(rows)]


def pairs(*rows: tuple[str, str, str]):
    return possible_duplicates(people(*rows))


def test_one_address_in_two_spellings_is_one_person_perhaps():
    """Case and blanks of an address tell nobody apart, another name and telephone don't either."""
    assert pairs(("Roy Wymer", "roy@example.org", "1"), ("R. Wymer", " ROY@Example.org", "2")) == ((0, 1),)


def test_a_shared_name_alone_is_no_duplicate():
    """Two people of one name with addresses of their own are two people."""
    assert pairs(("Roy Wymer", "roy@example.org", ""), ("Roy Wymer", "r2@example.org", "")) == ()
    assert pairs(("Roy Wymer", "", ""), ("Roy Wymer", "", "")) == ()


def test_two_good_addresses_tell_namesakes_of_one_telephone_apart():
    """A couple or a school's office may share a telephone, and father and son a name."""
    assert (
        pairs(("Roy Wymer", "roy@example.org", "01603 1"), ("Roy Wymer", "r2@example.org", "01603 1")) == ()
    )


def test_without_an_address_name_and_telephone_count():
    """Where one has no address, or a bad one, the same name and the same number are a sign."""
    with_address = ("Siân D’Arcy", "sian@example.org", "(01603) 238369")
    assert pairs(with_address, ("sian d'arcy", "", "01603 238369")) == ((0, 1),)
    assert pairs(with_address, ("sian d'arcy", "not an address", "+44 1603 238369")) == ((0, 1),)
    assert pairs(("Ann Eke", "not an address", "1"), ("Ann Eke", "not an address", "2")) == ()


def test_of_three_alike_each_is_paired_with_the_first():
    """A hundred repeats make 99 questions, not 4,950."""
    rows = [("Ann Eke", "ann@example.org", "1")] * 100
    assert pairs(*rows) == tuple((0, n) for n in range(1, 100))


def test_people_in_the_record_are_compared_with_the_new_ones_only():
    """What was asked about the record before isn't asked again at each import."""
    known = [likeness(f"P{n}", name="Ann Eke", email="ann@example.org", phone="1") for n in range(2)]
    new = [likeness("row 4", name="A. Eke", email="ANN@example.org", phone="")]
    assert possible_duplicates(new, known=known) == (("P0", "row 4"),)


@given(rows=PEOPLE)
def test_every_pair_has_a_reason_and_everyone_with_a_reason_is_in_a_pair(rows):
    """Nobody is suspected without a sign, and no sign is overlooked."""

    def alike(one, other) -> bool:
        if one.address and other.address:
            return one.address == other.address
        return one.name_and_phone is not None and one.name_and_phone == other.name_and_phone

    everyone = people(*rows)
    found = possible_duplicates(everyone)
    assert all(alike(everyone[first], everyone[second]) for first, second in found)
    suspects = {n for n, one in enumerate(everyone) if any(alike(one, other) for other in everyone[:n])}
    assert {second for _, second in found} == suspects
