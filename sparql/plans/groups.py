"""Groups are counted in columns and handed to the engine as a table of VALUES.

The group of a query becomes one question to the columns, of numbers alone: nothing of the text
stands in it. Its rows, as terms, take the group's place; expressions, HAVING, order and cut are the
engine's to work out, from the same terms. Where the first thing that rows are ordered by is a count,
or an IRI, only rows are handed on that can come among those asked for, ties included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graph.views.columns import Columns
from sparql.plans.grammar import Condition, Constant, Group, Logic, Node, Pattern, Test, Variable
from sparql.plans.tables import table
from sparql.plans.wishes import OWN, Count, Order, Wish

LONGEST = 20_000  # rows of a table
FEW = 1_000  # matches of one pattern from which the engine is soon done itself
NUMBER = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
NOTHING = "(SELECT 0 AS s, 0 AS p, 0 AS o WHERE false)"


class Unfit(Exception):
    """The columns are not the better way, or cannot give the rows."""


@dataclass(slots=True)
class Drawn:
    """Patterns as a question: its sources, its conditions, and where each variable stands."""

    columns: Columns
    sources: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def take(self, patterns: Sequence[Pattern], name: str) -> None:
        """Take patterns; `name` begins the names of their sources."""
        for number, pattern in enumerate(patterns):
            source = f"{name}{number}"
            self.sources.append(f"{self.source(pattern.predicate)} AS {source}")
            if isinstance(pattern.predicate, Variable):
                self.put(pattern.predicate, f"{source}.p")
            self.put(pattern.subject, f"{source}.s")
            self.put(pattern.object, f"{source}.o")

    def source(self, predicate: Node) -> str:
        """Give the table that a pattern is looked for in."""
        if isinstance(predicate, Variable):
            return "triples"
        number = self.columns.number(predicate.text)
        return f"p{number}" if number in self.columns.predicates else NOTHING

    def put(self, node: Node, place: str) -> None:
        """Hold a place to a term, or to the other places of its variable."""
        if isinstance(node, Constant):
            self.conditions.append(f"{place} = {self.columns.number(node.text)}")
        elif node.name in self.places:
            self.conditions.append(f"{place} = {self.places[node.name]}")
        else:
            self.places[node.name] = place

    def test(self, condition: Condition) -> str:
        """Write a condition: true, false, or NULL where it is in error."""
        if isinstance(condition, Logic):
            parts = [self.test(each) for each in condition.parts]
            if condition.how == "not":
                return f"(NOT {parts[0]})"
            return "({})".format(f" {condition.how.upper()} ".join(parts))
        return f"({self.single(condition)})"

    def single(self, test: Test) -> str:
        """Write a condition on one variable."""
        place, starts = self.places[test.variable], self.columns.starts
        match test.what:
            case "bound":
                return f"{place} IS NOT NULL"
            case "iri":
                return f"{place} >= {starts['iri']} AND {place} < {starts['literal']}"
            case "literal":
                return f"{place} >= {starts['literal']}"
            case "blank":
                return f"{place} < {starts['iri']}"
            case "same":
                numbers = ", ".join(str(self.columns.number(each)) for each in test.against)
                return f"{place} IN ({numbers})"
        first, last = self.columns.languages.get(test.against[0], (-2, -2))
        within = f"{place} BETWEEN {first} AND {last}"
        return f"CASE WHEN {place} >= {starts['literal']} THEN {within} END"

    def rows(self, shown: str) -> str:
        """Write the question."""
        where = " AND ".join(self.conditions) or "true"
        return f"SELECT {shown} FROM {', '.join(self.sources)} WHERE {where}"  # noqa: S608 - numbers

    def all(self, names: Iterable[str]) -> str:
        """Show variables under names of their own."""
        return ", ".join(f"{self.places[each]} AS {column(each)}" for each in names) or "1 AS one"


def column(variable: str) -> str:
    """Name the column of a variable: SQL tells no capitals apart, and sees no name of the text."""
    return f"v{variable.encode().hex()}"


def drawn(group: Group, columns: Columns) -> str:
    """Write a group as a question with a column for each variable."""
    base = Drawn(columns)
    base.take(needed(group.patterns, columns), "t")
    inner = sorted(group.certain)
    whole = Drawn(columns, places={each: f"g.{column(each)}" for each in inner})
    joined = f"({base.rows(base.all(inner))}) AS g"
    for number, each in enumerate(group.optional):
        joined += optional(each, f"o{number}", whole)
    whole.sources = [joined]
    whole.conditions = [whole.test(each) for each in group.filters]
    for wanted, found in group.exists:
        known = is_there(found, group, columns)
        whole.conditions.append(
            exists(found, wanted, whole) if known is None else str(known == wanted).lower()
        )
    return whole.rows(whole.all(sorted(whole.places)))


def needed(patterns: Sequence[Pattern], columns: Columns) -> list[Pattern]:
    """Leave out what another pattern says along: a class, where all subjects of a property are of it.

    Each subject has a statement once, so rows stay as many as they were.
    """
    left = list(patterns)
    for each in patterns:
        if isinstance(each.predicate, Variable) or isinstance(each.object, Variable):
            continue
        others = [other for other in left if other is not each and other.subject == each.subject]
        if isinstance(each.subject, Variable) and any(
            says_along(other, each, columns) for other in others
        ):
            left.remove(each)
    return left


def says_along(pattern: Pattern, other: Pattern, columns: Columns, *, wanted: bool = True) -> bool:
    """Say whether every subject of a pattern fits another one too; or none does, where that is not `wanted`."""
    if isinstance(pattern.predicate, Variable) or pattern.predicate == other.predicate:
        return False
    those, found = Drawn(columns), Drawn(columns)
    those.take([pattern], "t")
    found.take([other], "t")
    has = f"SELECT 1 FROM ({found.rows('t0.s AS s')}) AS has WHERE has.s = a.s"  # noqa: S608 - numbers
    against = f"{'NOT ' if wanted else ''}EXISTS ({has})"
    return not columns.count(
        f"SELECT count(*) FROM ({those.rows('t0.s AS s')}) AS a WHERE {against}"  # noqa: S608 - numbers
    )


def is_there(found: Group, group: Group, columns: Columns) -> bool | None:
    """Say whether what may be there besides is there in every row, or in none; None for some, or unknown.

    It is known where one property of a subject is asked for, whatever its value: of the subjects
    of another statement either all have it, or none.
    """
    if len(found.patterns) != 1 or found.filters or found.optional or found.exists:
        return None
    (pattern,) = found.patterns
    subject, predicate, value = pattern.subject, pattern.predicate, pattern.object
    if not (isinstance(subject, Variable) and isinstance(predicate, Constant)):
        return None
    if not isinstance(value, Variable) or value == subject or value.name in group.variables:
        return None
    for other in group.patterns:
        if other.subject != subject or isinstance(other.predicate, Variable):
            continue
        if says_along(other, pattern, columns, wanted=False):
            return False
        if says_along(other, pattern, columns):
            return True
    return None


def optional(group: Group, name: str, whole: Drawn) -> str:
    """Write what may be there besides, and where its new variables stand."""
    inner = Drawn(whole.columns)
    inner.take(group.patterns, "t")
    inner.conditions += [inner.test(each) for each in group.filters]
    names = sorted(group.certain)
    shared = [each for each in names if each in whole.places]
    held = " AND ".join(f"{name}.{column(each)} = {whole.places[each]}" for each in shared)
    whole.places |= {each: f"{name}.{column(each)}" for each in names if each not in whole.places}
    return f" LEFT JOIN ({inner.rows(inner.all(names))}) AS {name} ON {held}"


def exists(group: Group, wanted: bool, whole: Drawn) -> str:  # noqa: FBT001 - as it was read
    """Write that something is there besides, or is not."""
    inner = Drawn(whole.columns)
    inner.take(group.patterns, "t")
    inner.conditions += [inner.test(each) for each in group.filters]
    inner.conditions += [
        f"{place} = {whole.places[each]}"
        for each, place in inner.places.items()
        if each in whole.places
    ]
    return f"{'' if wanted else 'NOT '}EXISTS ({inner.rows('1')})"


# From a query to its table -------------------------------------------------------------------------


def counted(wish: Wish, columns: Columns) -> str | None:
    """Give the text with its group counted; None where the columns are not the better way."""
    try:
        refuse_few(wish.group, columns)
        return rewritten(wish, columns)
    except Unfit:
        return None


def is_worth(wish: Wish) -> bool:
    """Say whether there is something to count, to make different, or to cut by its order."""
    return wish.grouped or wish.distinct or (wish.order is not None and wish.limit is not None)


def refuse_few(group: Group, columns: Columns) -> None:
    """Leave to the engine what hangs on few matches: it begins from them and is done at once."""
    every = sum(columns.predicates.values())
    for pattern in group.patterns:
        total = every
        if isinstance(pattern.predicate, Constant):
            total = columns.predicates.get(columns.number(pattern.predicate.text), 0)
        if total < FEW:
            raise Unfit
        if isinstance(pattern.subject, Variable) and isinstance(pattern.object, Variable):
            continue
        found = Drawn(columns)
        found.take([pattern], "t")
        if columns.count(found.rows("count(*)")) < FEW:
            raise Unfit


def rewritten(wish: Wish, columns: Columns) -> str:
    """Write the query over a table of what the columns say."""
    rows, passed = kept(wish, columns)
    names = [*wish.keys, *(f"{OWN}{number}" for number in range(len(wish.counts)))]
    if not names:
        raise Unfit
    having = f" FILTER {wish.spelled(wish.having)}" if wish.having else ""
    order = f" ORDER BY {wish.spelled(wish.ordered)}" if wish.ordered else ""
    cut = "" if wish.limit is None else f" LIMIT {wish.limit}"
    skipped = f" OFFSET {wish.offset - passed}" if wish.offset > passed else ""
    select = f"SELECT {'DISTINCT ' if wish.distinct else ''}{wish.spelled(wish.shown)}"
    body = f"{{ {table(names, rows)}{having} }}"
    return f"{wish.prologue}{select} WHERE {body}{order}{cut}{skipped}"


def kept(wish: Wish, columns: Columns) -> tuple[list[list[str | None]], int]:
    """Give the rows that the engine needs, and how many before them were passed over."""
    found = summed(wish, drawn(wish.group, columns))
    question, passed = cut(wish, columns, found)
    rows = columns.asked(spelled_out(wish, question))
    if len(rows) > LONGEST:
        raise Unfit
    terms = len(wish.keys)
    if any(each is not None and each[0] == "_" for row in rows for each in row[:terms]):
        raise Unfit  # a blank node cannot be written in a table
    return [[*row[:terms], *(NUMBER.format(each) for each in row[terms:])] for row in rows], passed


def summed(wish: Wish, rows: str) -> str:
    """Group the rows, or make them different, as the query says."""
    keys = [f"{column(each)} AS k{number}" for number, each in enumerate(wish.keys)]
    if not wish.grouped:
        return f"SELECT {'DISTINCT ' if wish.distinct else ''}{', '.join(keys)} FROM ({rows})"  # noqa: S608
    counts = [f"{count(each)} AS n{number}" for number, each in enumerate(wish.counts)]
    by = ", ".join(f"k{number}" for number in range(len(keys)))
    grouped = f" GROUP BY {by}" if by else ""
    return f"SELECT {', '.join([*keys, *counts]) or '1'} FROM ({rows}){grouped}"  # noqa: S608


def count(each: Count) -> str:
    """Write one count."""
    how = "DISTINCT " if each.distinct else ""
    return f"count({how}{column(each.of)})" if each.of else "count(*)"


def cut(wish: Wish, columns: Columns, found: str) -> tuple[str, int]:
    """Leave away rows that cannot come among those asked for; ties of the last one stay."""
    by = None if wish.order is None or wish.having else column_of(wish, wish.order)
    if wish.limit is None or wish.order is None or by is None:
        return found, 0
    if not wish.limit:
        return f"SELECT * FROM ({found}) WHERE false", 0  # noqa: S608
    way = "DESC" if wish.order.falling else "ASC"
    bounds = columns.asked(
        f"SELECT min({by}), max({by}), count(*), count({by}) FROM ({found})"  # noqa: S608
    )[0]
    low, high, total, bound = bounds
    if by[0] == "k" and not within_iris(columns, low, high, everything=total == bound):
        if total <= LONGEST:
            return found, 0
        raise Unfit
    order = f"SELECT {by} FROM ({found}) ORDER BY {by} {way} LIMIT 1 OFFSET "  # noqa: S608
    first, last = (
        columns.asked(f"{order}{place}") for place in (wish.offset, wish.offset + wish.limit - 1)
    )
    before, after = (">", ">=") if wish.order.falling else ("<", "<=")
    if not first:
        return f"SELECT * FROM ({found}) WHERE false", total  # noqa: S608
    passed = columns.asked(f"SELECT count(*) FROM ({found}) WHERE {by} {before} {first[0][0]}")  # noqa: S608
    question = f"SELECT * FROM ({found}) WHERE NOT ({by} {before} {first[0][0]})"  # noqa: S608
    if last:
        question += f" AND {by} {after} {last[0][0]}"
    return question, passed[0][0]


def within_iris(columns: Columns, low: int | None, high: int | None, *, everything: bool) -> bool:
    """Say whether all of a column are IRIs, whose numbers are in the order of SPARQL."""
    if low is None or high is None:
        return everything
    return everything and columns.starts["iri"] <= low and high < columns.starts["literal"]


def column_of(wish: Wish, order: Order) -> str | None:
    """Give the column that rows are ordered by first; None where it is worked out later."""
    if order.variable in wish.keys:
        return f"k{wish.keys.index(order.variable)}"
    if order.variable in wish.counted:
        return f"n{wish.counted[order.variable]}"
    return None


def spelled_out(wish: Wish, question: str) -> str:
    """Ask for the terms in the place of their numbers, one row more than a table may have."""
    keys = [f"term{number}.text" for number in range(len(wish.keys))]
    counts = [f"n{number}" for number in range(len(wish.counts))]
    joins = "".join(
        f" LEFT JOIN terms AS term{number} ON term{number}.id = k{number}"
        for number in range(len(keys))
    )
    cells = ", ".join([*keys, *counts]) or "1"
    return f"SELECT {cells} FROM (SELECT * FROM ({question}) LIMIT {LONGEST + 1}){joins}"  # noqa: S608
