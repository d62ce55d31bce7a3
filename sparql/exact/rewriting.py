"""A query's text, so that it means of laid literals what it says: `Rewriting` reads it by the grammar.

Patterns, joins, DISTINCT, groups, BIND and projection take terms, which are laid each in one way, so
only the constants change. Whatever takes the value of an expression (comparison, arithmetic, logic,
functions, ORDER BY, HAVING, sums) is given the number of what could be such a literal; DATATYPE and
STRDT are ours. MIN and MAX give the literal itself that has the value which the engine found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from graph.views.exact import Exact
from ontology.exact import NAMES, PLAIN
from sparql.exact import functions as own
from sparql.exact.words import (
    BLANK,
    IRI,
    LANGUAGE,
    NAME,
    NUMBER,
    SIGN,
    STRING,
    VARIABLE,
    WORD,
    Words,
    inside,
)

STEP: Final = re.compile(r"[/|]")
OFTEN: Final = re.compile(r"\*|\+(?![0-9.])|\?(?!\w)")
COUNT: Final = re.compile(r"[0-9]+")
UNVALUED: Final = frozenset(
    {"STR", "LANG", "LANGDIR", "HASLANG", "HASLANGDIR", "ISTRIPLE", "BOUND", "ISIRI", "ISURI"}
    | {"ISBLANK", "ISLITERAL", "SAMETERM"}
)  # functions that take terms, or say of each laid literal what they say of its number
TAKEN_OUT: Final = {"MIN": own.LEAST, "MAX": own.MOST}
ADDED: Final = frozenset({"SUM", "AVG"})
AGGREGATES: Final = frozenset({"COUNT", "SAMPLE", "GROUP_CONCAT", *ADDED, *TAKEN_OUT})
BETWEEN: Final = frozenset({"OPTIONAL", "MINUS", "UNION", "LATERAL"})
MODIFIERS: Final = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})


class Said(NamedTuple):
    """An expression as it is written now; whether it may give a laid literal, and whether it is an IRI."""

    text: str
    laid: bool = False
    iri: bool = False


Reader = Callable[[], Said]


@dataclass(slots=True)
class Rewriting:
    """One text on its way. `named` says whether it names a literal that is laid under its type."""

    words: Words
    exact: Exact
    named: bool = False

    # The whole -----------------------------------------------------------------------------------

    def whole(self) -> str:
        """Take a query."""
        words = self.words
        out = [words.prologue()]
        form = words.says("SELECT", "CONSTRUCT", "DESCRIBE", "ASK") or words.fail()
        out.append(form)
        if form == "SELECT":
            out.append(self.selection())
        elif form == "CONSTRUCT" and words.ahead("{"):
            out.append(self.group())
        elif form == "DESCRIBE":
            out.append(self.described())
        out.append(self.dataset())
        if words.says("WHERE"):
            out.append("WHERE")
        if words.ahead("{"):
            out.append(self.group())
        out.append(self.modifiers())
        return self.ended(out)

    def data(self) -> str:
        """Take the data of an update."""
        words = self.words
        out = [words.prologue(), words.says("INSERT") or words.fail()]
        out.append(words.says("DATA") or words.fail())
        out.append(self.group())
        return self.ended(out)

    def ended(self, out: list[str]) -> str:
        """Give all that was read, where that is all there is."""
        self.words.skip()
        if self.words.at < len(self.words.text):
            self.words.fail()
        return " ".join(out)

    def selection(self) -> str:
        """Take what a SELECT gives."""
        words = self.words
        out = [words.says("DISTINCT", "REDUCED")]
        if words.has("*"):
            return f"{out[0]} *"
        while True:
            if words.has("("):
                shown = self.expression().text
                words.says("AS") or words.fail()
                out.append(f"({shown} AS {words.must(VARIABLE)})")
                words.mark(")")
            elif name := words.takes(VARIABLE):
                out.append(name)
            else:
                return " ".join(out)

    def described(self) -> str:
        """Take what is described."""
        out: list[str] = []
        while not self.words.ahead("{") and self.words.word() not in {"FROM", "WHERE", *MODIFIERS}:
            if not self.words.ahead("*", "?", "$") and not self.names():
                break
            out.append(self.words.has("*") or self.words.takes(VARIABLE) or self.words.iri()[0])
        return " ".join(out)

    def names(self) -> str:
        """Give the IRI that is next, as it is written."""
        return self.words.sees(IRI) or self.words.sees(NAME)

    def dataset(self) -> str:
        """Take the FROM clauses."""
        out: list[str] = []
        while self.words.says("FROM"):
            out += ["FROM", self.words.says("NAMED"), self.words.iri()[0]]
        return " ".join(out)

    def modifiers(self) -> str:
        """Take what follows a pattern."""
        out: list[str] = []
        while word := self.words.says(*MODIFIERS):
            match word:
                case "LIMIT" | "OFFSET":
                    out.append(f"{word} {self.words.must(COUNT)}")
                case "VALUES":
                    out.append(self.rows())
                case "HAVING":
                    out.append(f"{word} {' '.join(self.held())}")
                case _:
                    self.words.says("BY") or self.words.fail()
                    each = self.keys() if word == "GROUP" else self.orders()
                    out.append(f"{word} BY {' '.join(each)}")
        return " ".join(out)

    def follows(self) -> bool:
        """Say whether one more condition follows."""
        if self.words.ahead("(", "?", "$") or self.names():
            return True
        word = self.words.word()
        return bool(word) and word not in MODIFIERS

    def held(self) -> list[str]:
        """Take the conditions of HAVING."""
        out = [self.constraint()]
        while self.follows():
            out.append(self.constraint())
        return out

    def keys(self) -> list[str]:
        """Take the keys of GROUP BY: terms."""
        out: list[str] = []
        while self.follows():
            if self.words.has("("):
                key = self.expression().text
                name = f"AS {self.words.must(VARIABLE)}" if self.words.says("AS") else ""
                self.words.mark(")")
                out.append(f"({key} {name})")
            else:
                out.append(self.words.takes(VARIABLE) or self.primary().text)
        return out

    def orders(self) -> list[str]:
        """Take the keys of ORDER BY: values."""
        out: list[str] = []
        while self.follows():
            way = self.words.says("ASC", "DESC") or "ASC"
            out.append(f"{way}({self.value(self.primary())})")
        return out

    # Patterns ------------------------------------------------------------------------------------

    def group(self) -> str:
        """Take a group in its brackets."""
        out = [self.words.mark("{")]
        while not self.words.has("}"):
            out.append(self.part())
        return " ".join([*out, "}"])

    def part(self) -> str:
        """Take a part of a group."""
        words = self.words
        if words.ahead("{"):
            return self.group()
        if words.has("."):
            return "."
        word = words.says("SELECT", "GRAPH", "FILTER", "BIND", "VALUES", *BETWEEN)
        taken = {"SELECT": self.within, "BIND": self.bound, "VALUES": self.rows, "": self.triples}
        if word in taken:
            return taken[word]()
        if word == "GRAPH":
            return f"{word} {words.takes(VARIABLE) or words.iri()[0]}"
        return f"{word} {self.constraint()}" if word == "FILTER" else word

    def bound(self) -> str:
        """Take a BIND."""
        self.words.mark("(")
        bound = self.expression().text
        self.words.says("AS") or self.words.fail()
        name = self.words.must(VARIABLE)
        self.words.mark(")")
        return f"BIND({bound} AS {name})"

    def within(self) -> str:
        """Take a SELECT within a group."""
        out = ["SELECT", self.selection(), self.words.says("WHERE"), self.group()]
        return " ".join([*out, self.modifiers()])

    def constraint(self) -> str:
        """Take a condition, which is a truth."""
        return f"({self.value(self.primary())})"

    def rows(self) -> str:
        """Take a table of values."""
        words = self.words
        out = ["VALUES"]
        while not words.ahead("{"):
            out.append(words.has("(", ")") or words.must(VARIABLE))
        out.append(words.mark("{"))
        while not words.has("}"):
            out.append(words.has("(", ")") or words.says("UNDEF") or self.term().text)
        return " ".join([*out, "}"])

    def triples(self) -> str:
        """Take a subject with all that is said of it."""
        alone = bool(self.words.ahead("[", "("))
        out = [self.node()]
        if not alone or self.is_verb():
            out.append(self.properties())
        return " ".join(out)

    def is_verb(self) -> bool:
        """Say whether a predicate is next."""
        return bool(
            self.words.ahead("?", "$", "^", "!", "(") or self.names() or self.words.word() == "A"
        )

    def properties(self) -> str:
        """Take predicates with their objects."""
        words = self.words
        out: list[str] = []
        while True:
            verb, plain = self.verb()
            out += [verb, self.node(plain=plain)]
            while words.has(","):
                out += [",", self.node(plain=plain)]
            if not words.has(";"):
                return " ".join(out)
            while words.has(";"):
                pass
            if not self.is_verb():
                return " ".join(out)
            out.append(";")

    def node(self, *, plain: bool = False) -> str:
        """Take a subject or an object. `plain` says that its number is laid as a plain one."""
        words = self.words
        if words.has("["):
            inner = "" if words.ahead("]") else self.properties()
            words.mark("]")
            return f"[ {inner} ]"
        if words.has("("):
            members: list[str] = []
            while not words.has(")"):
                members.append(self.node())
            return f"( {' '.join(members)} )"
        if words.ahead("<<"):
            words.fail()
        return words.takes(VARIABLE) or self.term(plain=plain).text

    def verb(self) -> tuple[str, bool]:
        """Take a predicate or a path; say too whether what it leads to is laid plainly."""
        if name := self.words.takes(VARIABLE):
            return name, False
        begin = self.words.at
        plain = self.path()
        return self.words.text[begin : self.words.at], plain

    def path(self) -> bool:
        """Take a path."""
        plain = self.step()
        while self.words.takes(STEP):
            plain = self.step() or plain
        return plain

    def step(self) -> bool:
        """Take a step of a path."""
        words = self.words
        while words.has("^", "!"):
            pass
        plain = False
        if words.has("("):
            plain = not words.ahead(")") and self.path()
            words.mark(")")
        elif not words.says("A"):
            plain = words.iri()[1] in PLAIN
        words.takes(OFTEN)
        return plain

    def term(self, *, plain: bool = False) -> Said:
        """Take an IRI, a literal or a blank node."""
        words = self.words
        if string := words.takes(STRING):
            return self.literal(string, plain=plain)
        if truth := words.says("TRUE", "FALSE"):
            return Said(truth.lower())
        if blank := words.takes(BLANK):
            return Said(blank)
        if self.names():
            return Said(words.iri()[0], iri=True)
        return Said(words.takes(SIGN) + words.must(NUMBER))

    def literal(self, string: str, *, plain: bool) -> Said:
        """Take what follows the text of a literal."""
        words = self.words
        if language := words.takes(LANGUAGE):
            return Said(string + language)
        if not words.has("^^"):
            return Said(string)
        said, datatype = words.iri()
        if plain or not own.is_laid(inside(string), datatype):
            return Said(f"{string}^^{said}")
        self.named = True
        return Said(f"{string}^^<{self.exact.head}{NAMES[datatype]}>", laid=True)

    # Expressions ---------------------------------------------------------------------------------

    def call(self, name: str, *given: str) -> str:
        """Write a call of a function of ours."""
        return f"<{self.exact.head}{name}>({', '.join(given)})"

    def value(self, said: Said) -> str:
        """Write an expression where its value is taken."""
        return self.call(own.VALUE, said.text) if said.laid else said.text

    def expression(self) -> Said:
        """Take an expression."""
        return self.joined(("||",), lambda: self.joined(("&&",), self.related))

    def joined(self, marks: tuple[str, ...], taken: Reader) -> Said:
        """Take operands with operators between them."""
        first = taken()
        out: list[str] = []
        while mark := self.words.has(*marks):
            out += [mark, self.value(taken())]
        return Said(" ".join([self.value(first), *out])) if out else first

    def related(self) -> Said:
        """Take a comparison."""
        left = self.sum()
        if self.words.word() in {"IN", "NOT"}:
            out = [self.words.says("NOT"), self.words.says("IN") or self.words.fail()]
            listed = self.listed()
            given = ", ".join(map(self.value, listed))
            first = left.text if all(each.iri for each in listed) else self.value(left)
            return Said(" ".join([first, *out, f"({given})"]))
        mark = self.words.has("=", "!=", "<=", ">=", "<", ">")
        if not mark:
            return left
        right = self.sum()
        if left.iri or right.iri:  # no literal is an IRI, whatever its value
            return Said(f"{left.text} {mark} {right.text}")
        return Said(f"{self.value(left)} {mark} {self.value(right)}")

    def sum(self) -> Said:
        """Take a sum."""
        return self.joined(("+", "-"), lambda: self.joined(("*", "/"), self.signed))

    def signed(self) -> Said:
        """Take an operand with what stands before it."""
        if mark := self.words.has("!", "-", "+"):
            return Said(f"{mark} {self.value(self.signed())}")
        return self.primary()

    def primary(self) -> Said:
        """Take one operand: in brackets, a call, or a term."""
        words = self.words
        if words.has("("):
            inner = self.expression()
            words.mark(")")
            return inner._replace(text=f"({inner.text})")
        if name := words.takes(VARIABLE):
            return Said(name, laid=True)
        if words.ahead("<<"):
            words.fail()
        word = words.word()
        if self.names() or not word or word in {"TRUE", "FALSE"}:
            return self.named_or_term()
        if words.says("NOT"):
            words.says("EXISTS") or words.fail()
            return Said(f"NOT EXISTS {self.group()}")
        if words.says("EXISTS"):
            return Said(f"EXISTS {self.group()}")
        words.must(WORD)
        return self.aggregate(word) if word in AGGREGATES else self.called(word)

    def named_or_term(self) -> Said:
        """Take a term, or the call of a function that has an IRI."""
        term = self.term()
        if not term.iri or not self.words.ahead("("):
            return term
        return Said(f"{term.text}({', '.join(map(self.value, self.listed()))})")

    def listed(self) -> list[Said]:
        """Take expressions in brackets."""
        self.words.mark("(")
        out: list[Said] = []
        while not self.words.has(")"):
            if out:
                self.words.mark(",")
            out.append(self.expression())
        return out

    def called(self, word: str) -> Said:
        """Take what a function is given."""
        given = self.listed()
        texts = [each.text for each in given]
        match word, len(given):
            case "DATATYPE", 1:
                return (
                    Said(self.call(own.KIND, *texts))
                    if given[0].laid
                    else Said(f"{word}({texts[0]})")
                )
            case "STRDT", 2:
                return Said(self.call(own.TYPED, *texts), laid=True)
            case "IF", 3:
                texts[0] = self.value(given[0])
                return Said(f"IF({', '.join(texts)})", laid=given[1].laid or given[2].laid)
            case "COALESCE", _:
                return Said(f"{word}({', '.join(texts)})", laid=any(each.laid for each in given))
        if word not in UNVALUED:
            texts = [self.value(each) for each in given]
        return Said(f"{word}({', '.join(texts)})")

    def aggregate(self, word: str) -> Said:
        """Take what an aggregate is given."""
        words = self.words
        words.mark("(")
        once = words.says("DISTINCT")
        each = Said("*") if words.has("*") else self.expression()
        tail = ""
        if words.has(";"):
            words.says("SEPARATOR") or words.fail()
            words.mark("=")
            tail = f"; SEPARATOR = {words.must(STRING)}"
        words.mark(")")
        plain = Said(f"{word}({once} {each.text} {tail})", laid=word == "SAMPLE" and each.laid)
        if not each.laid or word not in {*ADDED, *TAKEN_OUT}:
            return plain
        if word in TAKEN_OUT:
            found = f"{word}({self.value(each)})"
            text = self.call(own.FITTING, found, self.call(TAKEN_OUT[word], each.text))
            return Said(text, laid=True)
        return Said(self.added_once(word, each) if once else f"{word}({self.value(each)})")

    def added_once(self, word: str, each: Said) -> str:
        """Write a sum of different terms: two of one value are two."""
        rest = self.call(own.REST, each.text)
        total = f"(SUM(DISTINCT {rest}) + {self.call(own.SUM, each.text)})"
        count = f"COUNT(DISTINCT {each.text})"
        return total if word == "SUM" else f"IF({count} = 0, 0, {total} / {count})"
