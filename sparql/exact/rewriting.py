"""A query's text, so that it means of laid literals what it says: `Rewriting` reads it by the grammar.

Patterns, joins, DISTINCT, groups, BIND and projection take terms, which are laid each in one way, so
only the constants change. ORDER BY and HAVING take values, as expressions do (`sparql.exact.expressions`).
"""

from __future__ import annotations

import re
from typing import Final

from ontology.exact import PLAIN
from sparql.exact.expressions import Expressions
from sparql.exact.words import VARIABLE

STEP: Final = re.compile(r"[/|]")
OFTEN: Final = re.compile(r"\*|\+(?![0-9.])|\?(?!\w)")
COUNT: Final = re.compile(r"[0-9]+")
BETWEEN: Final = frozenset({"OPTIONAL", "MINUS", "UNION", "LATERAL"})
MODIFIERS: Final = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})


class Rewriting(Expressions):
    """One text on its way, from its first word to its last."""

    __slots__ = ()

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
