"""Expressions of a query, so that they mean of laid literals what they say.

Whatever takes the value of an expression (comparison, arithmetic, logic, functions, sums) is given the
number of what could be such a literal; DATATYPE and STRDT are ours. MIN and MAX give the literal itself that has
the value which the engine found.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from graph.views.exact import Exact
from ontology.exact import NAMES
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

UNVALUED: Final = frozenset(
    {"STR", "LANG", "LANGDIR", "HASLANG", "HASLANGDIR", "ISTRIPLE", "BOUND", "ISIRI", "ISURI"}
    | {"ISBLANK", "ISLITERAL", "SAMETERM"}
)  # functions that take terms, or say of each laid literal what they say of its number
TAKEN_OUT: Final = {"MIN": own.LEAST, "MAX": own.MOST}
ADDED: Final = frozenset({"SUM", "AVG"})
AGGREGATES: Final = frozenset({"COUNT", "SAMPLE", "GROUP_CONCAT", *ADDED, *TAKEN_OUT})


class Said(NamedTuple):
    """An expression as it is written now; whether it may give a laid literal, and whether it is an IRI."""

    text: str
    laid: bool = False
    iri: bool = False


Reader = Callable[[], Said]


@dataclass(slots=True)
class Expressions:
    """One text on its way. `named` says whether it names a literal that is laid under its type."""

    words: Words
    exact: Exact
    named: bool = False

    @abstractmethod
    def group(self) -> str:
        """Take a group in its brackets."""

    # Terms ---------------------------------------------------------------------------------------

    def names(self) -> str:
        """Give the IRI that is next, as it is written."""
        return self.words.sees(IRI) or self.words.sees(NAME)

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
        if self.words.has("!"):
            return Said(f"! {self.value(self.signed())}")
        if self.words.sees(SIGN):
            return self.term()
        if mark := self.words.has("-", "+"):
            signed = self.words.sees(SIGN)
            return Said(f"{mark} {self.value(self.term() if signed else self.primary())}")
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
        if word == "TRIPLE":  # a term within a term
            words.fail()
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
