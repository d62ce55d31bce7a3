"""The numbers by which people, bodies and places are known: is one well formed, and what is wrong.

Three levels, each asked only where the one before holds: form (length, characters, dates), check
character, area. Nothing here says that a number was ever given out. The schemes are data; one
function reads them. A number is masked before anybody is shown it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from ontology.code_lists import code_list
from ontology.sentences import Sentence

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z: easily misread


class Level(IntEnum):
    """How far a number is checked."""

    FORM = 1
    CHECK = 2
    AREA = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: at which level, at which character (from 1; None: the whole), in words."""

    level: Level
    position: int | None
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of number.

    `characters` are those allowed at each place, `weights` those of the places before the check
    character, `checks` the check character for each remainder of the weighted sum: its length is
    the modulus. A character's value is its place in `alphabet`. `area` is where a division code
    stands, `birth` where a date does (as Python slices).
    """

    id: str
    words: Sentence
    standard: str
    characters: tuple[str, ...]
    alphabet: str
    weights: tuple[int, ...] = ()
    checks: str = ""
    area: slice | None = None
    birth: slice | None = None

    @property
    def length(self) -> int:
        """Give how many characters such a number has."""
        return len(self.characters)


CITIZEN_NUMBER = Scheme(
    id="citizen-number",
    words=("citizen number", "公民身份号码"),
    standard="GB 11643-1999",
    characters=(*[DIGITS] * 17, DIGITS + "X"),
    alphabet=DIGITS,
    weights=(7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2),
    checks="10X98765432",
    area=slice(0, 6),
    birth=slice(6, 14),
)
CREDIT_CODE = Scheme(
    id="credit-code",
    words=("unified social credit code", "统一社会信用代码"),
    standard="GB 32100-2015",
    characters=(
        *[CREDIT_CHARACTERS] * 2,
        *[DIGITS] * 6,
        *[CREDIT_CHARACTERS] * 10,
    ),
    alphabet=CREDIT_CHARACTERS,
    weights=(1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28),
    checks=CREDIT_CHARACTERS[0] + CREDIT_CHARACTERS[:0:-1],
    area=slice(2, 8),
)
ORGANISATION_CODE = Scheme(
    id="organisation-code",
    words=("organisation code", "组织机构代码"),
    standard="GB 11714-1997",
    characters=(*[DIGITS + CAPITALS] * 8, DIGITS + "X"),
    alphabet=DIGITS + CAPITALS,
    weights=(3, 7, 9, 10, 5, 8, 4, 2),
    checks="0X987654321",
)
DIVISION_CODE = Scheme(
    id="division-code",
    words=("division code", "行政区划代码"),
    standard="GB/T 2260",
    characters=(*[DIGITS] * 6,),
    alphabet=DIGITS,
    area=slice(0, 6),
)
SCHEMES = {
    each.id: each for each in (CITIZEN_NUMBER, CREDIT_CODE, ORGANISATION_CODE, DIVISION_CODE)
}

# GB/T 2260: the first two digits of every area; 83 is Taiwan's on residence permits (unconfirmed).
PROVINCES = frozenset(
    str(number)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
    )
    for number in range(first, last + 1)
)
COUNTRY = "100000"
CITY = "31"  # of whose areas every code is known to the list `division`
# Counties of the city before they became districts (unconfirmed): older numbers still hold them.
OLD_COUNTIES = frozenset(f"3102{number}" for number in range(21, 31))

# What the first two characters of a credit code say of the body (unconfirmed beyond practice).
BODIES: dict[str, Sentence] = {
    "11": ("government body", "机关"),
    "12": ("public institution", "事业单位"),
    "13": ("mass organisation", "群团"),
    "51": ("social association", "社会团体"),
    "52": ("private non-enterprise unit", "民办非企业单位"),
    "53": ("foundation", "基金会"),
    "91": ("enterprise", "企业"),
    "92": ("sole trader", "个体工商户"),
    "93": ("farmers' cooperative", "农民专业合作社"),
}

AREA_TOLD: Sentence = (
    "Characters {first} to {last}, “{area}”, are not a known division.",
    "第{first}至{last}位“{area}”不是已知的行政区划。",
)
DATE_TOLD: Sentence = (
    "Characters {first} to {last}, “{date}”, are not a date of birth.",
    "第{first}至{last}位“{date}”不是出生日期。",
)


def tidied(text: str) -> str:
    """Give a number as its scheme writes it: narrow characters, capitals, no spaces or hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(each for each in plain if not each.isspace() and each not in "-‐–")


def fault(
    scheme: Scheme, text: str, *, level: Level = Level.CHECK, today: date | None = None
) -> Fault | None:
    """Say the first thing wrong with a number (write it `tidied` first), or None.

    A date of birth after `today`, where given, is a fault of form.
    """
    found = _form_fault(scheme, text, today)
    if found is None and level >= Level.CHECK:
        found = _check_fault(scheme, text)
    if found is None and level >= Level.AREA:
        found = _area_fault(scheme, text)
    return found


def check_character(scheme: Scheme, body: str) -> str:
    """Reckon the check character of a number from the characters before it.

    Raises ValueError where the scheme has none or the body has not its form.
    """
    fitting = zip(scheme.characters, body, strict=False)
    if len(body) != len(scheme.weights) or not all(one in allowed for allowed, one in fitting):
        message = f"not the body of a {scheme.words[0]}"
        raise ValueError(message)
    values = map(scheme.alphabet.index, body)
    total = sum(weight * value for weight, value in zip(scheme.weights, values, strict=True))
    return scheme.checks[total % len(scheme.checks)]


def known_area(code: str) -> bool:
    """Say whether a division code can be one: of the city exactly, elsewhere by its province."""
    if code.startswith(CITY):
        return code in OLD_COUNTIES or code_list("division").by_notation(code) is not None
    return code == COUNTRY or code[:2] in PROVINCES


def organisation_in(credit_code: str) -> str:
    """Give the organisation code that a credit code holds (characters 9 to 17)."""
    return credit_code[8:17]


def body_of(credit_code: str) -> Sentence | None:
    """Say what kind of body a credit code belongs to, where its first two characters tell."""
    return BODIES.get(credit_code[:2])


FIRST, LAST = 6, 4  # what is shown of a number


def masked(number: str) -> str:
    """Give a number to show: its first six and last four characters.

    Of a shorter one, of which that would leave little hidden, only the last four; of one that even
    those would give away, nothing.
    """
    shown = FIRST if len(number) > FIRST + LAST + LAST else 0
    if len(number) < LAST + LAST:
        return "*" * len(number)
    hidden = len(number) - shown - LAST
    return number[:shown] + "*" * hidden + number[-LAST:]


def masked_name(name: str) -> str:
    """Give a name to show: of each word its first character; of a single character nothing."""
    words = [each[0] + "*" * (len(each) - 1) for each in name.split()]
    return " ".join(words) if len(name.strip()) > 1 else "*" * len(name.strip())


def _form_fault(scheme: Scheme, text: str, today: date | None) -> Fault | None:
    en, zh = scheme.words
    if len(text) != scheme.length:
        told = (
            f"A {en} has {scheme.length} characters; this has {len(text)}.",
            f"{zh}应为{scheme.length}位，现为{len(text)}位。",
        )
        return Fault(Level.FORM, None, told)
    for place, (allowed, one) in enumerate(zip(scheme.characters, text, strict=True), start=1):
        if one not in allowed:
            told = (
                f"Character {place}, “{one}”, cannot stand there: {_allowed(allowed)[0]}.",
                f"第{place}位“{one}”有误：{_allowed(allowed)[1]}。",
            )
            return Fault(Level.FORM, place, told)
    return _birth_fault(scheme, text, today)


def _allowed(characters: str) -> Sentence:
    if characters == DIGITS:
        return "only a digit", "只能是数字"
    if characters == DIGITS + "X":
        return "only a digit or X", "只能是数字或 X"
    if characters == CREDIT_CHARACTERS:
        return (
            "a digit, or a capital but not I, O, S, V, Z",
            "只能是数字或除 I、O、S、V、Z 外的大写字母",
        )
    return "only a digit or a capital", "只能是数字或大写字母"


def _birth_fault(scheme: Scheme, text: str, today: date | None) -> Fault | None:
    if scheme.birth is None:
        return None
    written = text[scheme.birth]
    try:
        born = date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return _part_fault(Level.FORM, scheme.birth, DATE_TOLD, written)
    if today is not None and born > today:
        return _part_fault(Level.FORM, scheme.birth, DATE_TOLD, written)
    return None


def _check_fault(scheme: Scheme, text: str) -> Fault | None:
    if not scheme.checks:
        return None
    right, last = check_character(scheme, text[:-1]), text[-1]
    if right == last:
        return None
    told = (
        f"The last character would have to be “{right}”, not “{last}”: one character is mistyped.",
        f"末位校验码应为“{right}”而非“{last}”：有一位输入有误。",
    )
    return Fault(Level.CHECK, scheme.length, told)


def _area_fault(scheme: Scheme, text: str) -> Fault | None:
    if scheme.area is None or known_area(text[scheme.area]):
        return None
    return _part_fault(Level.AREA, scheme.area, AREA_TOLD, text[scheme.area])


def _part_fault(level: Level, part: slice, told: Sentence, written: str) -> Fault:
    first, last = part.start + 1, part.stop
    values = {"first": first, "last": last, "area": written, "date": written}
    return Fault(level, first, (told[0].format(**values), told[1].format(**values)))
