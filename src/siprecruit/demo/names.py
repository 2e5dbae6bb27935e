"""Made-up people and villages: no person and no school of the demo is, or was, a real one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random
from typing import Final

from siprecruit.core.text import fold

FIRST: Final = (
    *("Aisha", "Alan", "Alice", "Andrew", "Anne-Marie", "Barbara", "Benedict", "Bridget", "Brian", "Carol"),
    *(
        "Charles",
        "Chloë",
        "Christine",
        "Colin",
        "Daniel",
        "David",
        "Deborah",
        "Desmond",
        "Eileen",
        "Elizabeth",
    ),
    *("Fiona", "Françoise", "Gareth", "Geoffrey", "Gillian", "Graham", "Harriet", "Heather", "Helen", "Hugh"),
    *("Ian", "Ingrid", "Jacqueline", "James", "Janet", "Jean", "Jennifer", "John", "José", "Judith"),
    *("Karen", "Keith", "Kwame", "Lesley", "Linda", "Margaret", "Martin", "Maureen", "Michael", "Nasreen"),
    *("Neil", "Nicola", "Olwen", "Patricia", "Paul", "Peter", "Philippa", "Rachel", "Renée", "Richard"),
    *("Robert", "Rosemary", "Ruth", "Seán", "Sheila", "Siân", "Stephen", "Susan", "Thérèse", "Timothy"),
    *("Trevor", "Ursula", "Valerie", "Vikram", "Wendy", "William", "Yvonne", "Zoë"),
)
LAST: Final = (
    *("Abbott", "Aldous", "Allard", "Atherton", "Ayers", "Bacon", "Barnard", "Bell", "Blyth", "Brontë"),
    *("Bullen", "Bunn", "Carter", "Catchpole", "Chaudhry", "Clarke", "Cole", "Cubitt", "D'Arcy", "Daynes"),
    *("Dyball", "Eagling", "Edrich", "Fenn", "Fiddy", "Fitzgerald", "Gooch", "Goulder", "Grice", "Gurney"),
    *("Hales", "Harmer", "Hewitt", "Howes", "Hughes", "Iqbal", "Jermy", "Jones", "Kett", "Kowalski"),
    *(
        "Lake",
        "Larwood",
        "Lockwood",
        "Mace",
        "Mallett",
        "McAllister",
        "Mensah",
        "Middleton",
        "Moore",
        "Müller",
    ),
    *("Myhill", "Neave", "Núñez", "O'Brien", "O’Connor", "Okafor", "Osborne", "Palmer", "Patel", "Pegg"),
    *("Pye", "Quantrill", "Rix", "Rudd", "Rump", "Sadd", "Seago", "Sharpe", "Singh", "Smith-Jones"),
    *(
        "Sørensen",
        "Spink",
        "Starling",
        "Tate",
        "Thirkettle",
        "Thompson",
        "Tooley",
        "Utting",
        "Van Dyke",
        "Wade",
    ),
    *("Whalebelly", "Wick", "Wilkinson", "Woodhouse", "Wymer", "Yaxley", "Youngs", "Zhang"),
)
STEMS: Final = (
    *("Aldre", "Bittle", "Brocken", "Carle", "Cawd", "Crostle", "Dersy", "Dilling", "Elming", "Fakes"),
    *("Fressing", "Gim", "Gresse", "Harp", "Hather", "Hevring", "Ickle", "Inglo", "Kenning", "Kettle"),
    *("Langri", "Larl", "Lodder", "Marle", "Mundle", "Narring", "Oxle", "Pensle", "Quiddle", "Rackle"),
    *("Rising", "Rusk", "Saxel", "Scotter", "Shipde", "Sparl", "Stifke", "Swanni", "Thurle", "Tivet"),
    *("Ulver", "Wacke", "Walder", "Weaze", "Whissing", "Wor", "Yax", "Yelver"),
)
ENDINGS: Final = ("by", "don", "field", "ford", "ham", "ley", "stead", "thorpe", "ton", "wick")


def names(random: Random) -> Iterator[tuple[str, str]]:
    """First and last names, no two alike, O’Brien and accents among them."""
    pairs = list(itertools.product(FIRST, LAST))
    random.shuffle(pairs)
    yield from pairs


def address(first_name: str, last_name: str) -> str:
    """An e-mail address at a domain that is kept for examples."""
    return ".".join(fold(name).replace(" ", "-") for name in (first_name, last_name)) + "@example.org"


def telephone(random: Random) -> str:
    """A number out of those that are kept for fiction (Ofcom)."""
    return f"01632 960{random.randrange(1000):03}"


def villages(random: Random) -> Iterator[str]:
    """Names of villages, no two alike."""
    pairs = ["".join(pair) for pair in itertools.product(STEMS, ENDINGS)]
    random.shuffle(pairs)
    yield from pairs
