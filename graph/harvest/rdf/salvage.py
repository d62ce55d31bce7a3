"""The third way to read a file: piece by piece, so that one broken record spares the rest.

A piece is a line of N-Triples, a statement of Turtle, a top-level element of RDF/XML, a member of
a JSON-LD graph. Pieces are parsed in batches; a batch that fails is halved until the broken piece
stands alone. That piece is quarantined as it stood; all others give their statements.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from xml.parsers import expat

from pyoxigraph import Quad, parse

from graph.harvest.rdf.formats import FORMATS
from graph.ledger.entries import Quarantined, Repair
from ontology.errors import Unreadable
from ontology.vocabulary import CONTEXT_FILE

TOO_MANY = 1000  # broken pieces: a file with more of them than statements is not RDF
KEPT = 10_000  # originals kept; a file with more broken pieces is refused
LARGEST = 256 << 20  # bytes of a file that is taken apart in memory
BATCH = 512
HEAD_OF_WHY = 300
LANGUAGE = ("The language tag was not written as BCP 47 says.", "语言标签书写不规范，已更正。")
OWN_CONTEXT = "/ns/context.jsonld"  # of any govgraph: all serve the same

_BAD_TAG = re.compile(r"(?<=[\"'])@([A-Za-z]{2,3})_([A-Za-z]{2,8})\b")
_BAD_XML_TAG = re.compile(r"(xml:lang=[\"'][A-Za-z]{2,3})_([A-Za-z]{2,8})")

Piece = tuple[str, str]  # where it stood, and its text
Parse = Callable[[list[Piece]], list[Quad]]


@dataclass(slots=True)
class Outcome:
    """What became of the pieces beside their statements.

    `broken` are those that could not be parsed; `mended` the repairs of the piece whose first
    statement comes next (whoever reads on empties it).
    """

    broken: list[Quarantined] = field(default_factory=list)
    mended: list[Repair] = field(default_factory=list)


def salvaged(
    file: io.BufferedReader, suffix: str, base: str, outcome: Outcome, first: SyntaxError
) -> Iterator[Quad]:
    """Give the statements of all pieces that can be parsed; `outcome` tells of the others."""
    if suffix in {"nt", "nq"}:
        pieces, read = _lines(file), _joined(suffix, "", "\n", "")
    else:
        text = _whole(file)
        pieces, read = {
            "ttl": _turtle,
            "trig": _turtle,
            "rdf": _xml,
            "jsonld": _json,
        }[suffix](text, suffix, base, first)
    while batch := list(islice(pieces, BATCH)):
        yield from _parsed(batch, read, suffix, outcome)


def _parsed(batch: list[Piece], read: Parse, suffix: str, outcome: Outcome) -> Iterator[Quad]:
    try:
        quads = read(batch)
    except (SyntaxError, ValueError) as error:
        if len(batch) > 1:
            half = len(batch) // 2
            yield from _parsed(batch[:half], read, suffix, outcome)
            yield from _parsed(batch[half:], read, suffix, outcome)
            return
        (where, text), message = batch[0], _message(error)
        if (mended := _mended(text)) and _parses(mended, read):
            outcome.mended += _tags_mended(text)
            yield from read([(where, mended)])
            return
        _keep(outcome.broken, where, text, message, suffix)
        return
    yield from quads


def _message(error: Exception) -> str:
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    said = re.sub(r"^Parser error[^:]*: ", "", said)  # its line numbers are those of the piece
    return said[:HEAD_OF_WHY]


def _mended(text: str) -> str | None:
    """Put right what is certain in a text that does not parse: language tags like zh_CN."""
    now = _BAD_XML_TAG.sub(r"\1-\2", _BAD_TAG.sub(r"@\1-\2", text))
    return now if now != text else None


def _tags_mended(text: str) -> list[Repair]:
    found = {each[0] for each in (*_BAD_TAG.finditer(text), *_BAD_XML_TAG.finditer(text))}
    tags = sorted(each.lstrip("@").rpartition('"')[2] for each in found)
    return [Repair("language", "", tag, tag.replace("_", "-"), LANGUAGE) for tag in tags]


def _keep(broken: list[Quarantined], where: str, text: str, message: str, suffix: str) -> None:
    if len(broken) >= KEPT:
        raise Unreadable(
            f"More than {KEPT} pieces of the file cannot be read; the first: {broken[0].why[0]}",
            f"文件有超过 {KEPT} 处无法读取；第一处：{broken[0].why[1]}",
        )
    # Bytes that are no UTF-8 are shown as \xe9: nothing of the original is lost.
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    why = f"This cannot be read: {message}.", f"此处无法读取：{message}。"
    broken.append(Quarantined(where, "", "broken", why, text.strip("\n") + "\n", suffix))


def _whole(file: io.BufferedReader) -> str:
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unreadable(
            "The file is broken and too large to be taken apart; please mend it at its source.",
            "文件有损坏且过大，无法逐条抢救，请在来源处修正。",
        )
    return data.decode("utf-8", "surrogateescape")


def _joined(suffix: str, before: str, between: str, after: str, base: str | None = None) -> Parse:
    """Give a function that parses pieces put together as one document."""

    def read(pieces: list[Piece]) -> list[Quad]:
        text = before + between.join(text for _, text in pieces) + after
        document = text.encode("utf-8", "surrogateescape")
        return list(parse(document, format=FORMATS[suffix], base_iri=base, lenient=True))

    return read


# --- N-Triples, N-Quads -----------------------------------------------------------------------


def _lines(file: io.BufferedReader) -> Iterator[Piece]:
    for number, line in enumerate(file, 1):
        text = line.decode("utf-8", "surrogateescape")
        if text.strip():
            yield f"line {number}", text.rstrip("\n")


# --- Turtle, TriG -----------------------------------------------------------------------------

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\n]*>|#[^\n]*"
    r"|[\[({]|[\])}]|\.(?=\s|$|#|\})",
    re.DOTALL,
)
_PREFIX = re.compile(
    r"\s*(?:@prefix\s+[^\s:]*:\s*<[^>]*>\s*\.|@base\s+<[^>]*>\s*\."
    r"|prefix\s+[^\s:]*:\s*<[^>]*>|base\s+<[^>]*>)",
    re.IGNORECASE,
)
# Where a new statement surely begins: a name at the start of a line, after an empty line or a stop.
_BLANKS = re.compile(r"\s*")
_FRESH = re.compile(r"(?:\.[ \t]*\n|\n[ \t]*\n)(?=[<_A-Za-z@\[])")


def _turtle(text: str, suffix: str, base: str, first: SyntaxError) -> tuple[Iterator[Piece], Parse]:
    del first
    prologue: list[str] = []

    def read(pieces: list[Piece]) -> list[Quad]:
        return _joined(suffix, "\n".join(prologue) + "\n", "\n", "", base)(pieces)

    return _statements(text, prologue, read), read


def _statements(text: str, prologue: list[str], read: Parse) -> Iterator[Piece]:
    at, place = 0, Place(text)
    while at < len(text):
        if found := _PREFIX.match(text, at):
            prologue.append(found[0].strip())
            at = found.end()
            continue
        at = _past_blanks(text, at)
        end = _end_of_statement(text, at)
        # A stray quote or bracket swallows what follows: then the piece ends where the next
        # statement surely begins.
        fresh = _FRESH.search(text, at, end)
        if fresh and fresh.end() < end and not _parses(text[at:end], read):
            end = fresh.end()
        if at < end:
            yield place.of(at), text[at:end]
        at = end


def _past_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


class Place:
    """Says on which line a position stands; positions are asked for in rising order."""

    def __init__(self, text: str) -> None:
        """Begin on line 1."""
        self.text, self.line, self.at = text, 1, 0

    def of(self, at: int) -> str:
        """Give "line 7"; counts only what lies between this position and the last."""
        self.line += self.text.count("\n", self.at, at)
        self.at = at
        return f"line {self.line}"


def _parses(piece: str, read: Parse) -> bool:
    try:
        read([("", piece)])
    except (SyntaxError, ValueError):
        return False
    return True


def _end_of_statement(text: str, at: int) -> int:
    depth = 0
    for token in _TOKEN.finditer(text, at):
        sign = token[0]
        if sign in "[({":
            depth += 1
        elif sign in "])}":
            depth = max(0, depth - 1)
            if sign == "}" and depth == 0:
                return token.end()
        elif sign == "." and depth == 0:
            return token.end()
    return len(text)


# --- RDF/XML ----------------------------------------------------------------------------------

_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(/?)([A-Za-z_][\w.:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>",
    re.DOTALL,
)
_LISTING = re.compile(r"<(?:\w+:)?dataset\b[^>]*>\s*(?=<)")


def _xml(text: str, suffix: str, base: str, first: SyntaxError) -> tuple[Iterator[Piece], Parse]:
    root = next((each for each in _TAG.finditer(text) if each[2] and not each[1]), None)
    if root is None or not root[2].endswith("RDF"):
        raise first
    declared = re.search(r"xml:base\s*=\s*[\"']([^\"']+)[\"']", root[3])
    before, after = root[0], f"</{root[2]}>"
    parsed = _joined(suffix, before, "\n", after, declared[1] if declared else base)

    def read(pieces: list[Piece]) -> list[Quad]:
        # The RDF parser does not mind elements that are still open at the end.
        refuse_ill_formed(before + "".join(text for _, text in pieces) + after)
        return parsed(pieces)

    return _elements(text, root.end(), read), read


def refuse_ill_formed(text: str) -> None:
    """Raise SyntaxError where a document is not well-formed XML."""
    try:
        expat.ParserCreate().Parse(text.encode("utf-8", "surrogateescape"), True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise SyntaxError(expat.ErrorString(error.code)) from error


def _elements(text: str, at: int, read: Parse) -> Iterator[Piece]:
    """Give each top-level element; one that nests whole datasets gives them one by one."""
    place = Place(text)
    while (tag := _next_open(text, at)) is not None:
        end = _end_of_element(text, tag)
        piece = text[tag.start() : end]
        where = place.of(tag.start())
        if _LISTING.search(piece) and not _parses(piece, read):
            yield from _nested(piece, where)
        else:
            yield where, piece
        at = end


def _nested(piece: str, where: str) -> Iterator[Piece]:
    """Take the datasets out of the catalogue that lists them, and give all of them."""
    rest, at = [], 0
    while (listing := _LISTING.search(piece, at)) is not None:
        tag = _TAG.match(piece, listing.start())
        inner = _next_open(piece, listing.end()) if tag else None
        if tag is None or inner is None:
            break
        end = _end_of_element(piece, tag)
        yield where, piece[inner.start() : _end_of_element(piece, inner)]
        rest.append(piece[at : listing.start()])
        at = end
    yield where, "".join(rest) + piece[at:]


def _next_open(text: str, at: int) -> re.Match[str] | None:
    return next((each for each in _TAG.finditer(text, at) if each[2] and not each[1]), None)


def _end_of_element(text: str, tag: re.Match[str]) -> int:
    """Give where an element ends: by counting tags of its own name alone."""
    if tag[4]:
        return tag.end()
    depth, name = 1, tag[2]
    for each in _TAG.finditer(text, tag.end()):
        if each[2] == name and not each[4]:
            depth += -1 if each[1] else 1
            if depth == 0:
                return each.end()
    return len(text)


# --- JSON-LD ----------------------------------------------------------------------------------


def _json(text: str, suffix: str, base: str, first: SyntaxError) -> tuple[Iterator[Piece], Parse]:
    try:
        document = json.loads(text)
    except RecursionError:
        raise first from None
    except ValueError:
        return _torn_json(text, suffix, base)
    context = _contexts(document)
    members = document if isinstance(document, list) else _graph(document)
    members = members if isinstance(members, list) else [members]

    return _members(members), _graph_reader(context, suffix, base)


def _graph_reader(context: object, suffix: str, base: str) -> Parse:
    def read(pieces: list[Piece]) -> list[Quad]:
        graph = [json.loads(text) for _, text in pieces]
        whole = {"@context": context, "@graph": graph} if context else graph
        data = json.dumps(whole).encode("utf-8", "surrogateescape")
        return list(parse(data, format=FORMATS[suffix], base_iri=base, lenient=True))

    return read


_CONTEXT = re.compile(r'"@context"\s*:\s*')
_GRAPH = re.compile(r'"@graph"\s*:\s*\[|^\s*\[')
_JSON_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}]')


def _torn_json(text: str, suffix: str, base: str) -> tuple[Iterator[Piece], Parse]:
    """Take the members of a graph out of a text that is no JSON as a whole."""
    context, graph = None, _GRAPH.search(text)
    if graph is None:
        graph = re.match("", text)
    if found := _CONTEXT.search(text):
        try:
            context = _contexts({"@context": json.JSONDecoder().raw_decode(text, found.end())[0]})
        except ValueError as error:
            raise SyntaxError(f"the context is broken: {error}") from error
    assert graph is not None
    return _objects(text, graph.end()), _graph_reader(context, suffix, base)


def _objects(text: str, at: int) -> Iterator[Piece]:
    depth, start, place = 0, at, Place(text)
    for token in _JSON_TOKEN.finditer(text, at):
        if token[0] == "{":
            start = token.start() if depth == 0 else start
            depth += 1
        elif token[0] == "}" and depth:
            depth -= 1
            if depth == 0:
                yield place.of(start), text[start : token.end()]
    if depth:
        yield place.of(start), text[start:]


def _graph(document: object) -> object:
    if not isinstance(document, dict):
        return []
    alone = {key: value for key, value in document.items() if key != "@context"}
    return document.get("@graph", [alone])


def _members(members: Iterable[object]) -> Iterator[Piece]:
    for number, member in enumerate(members, 1):
        yield f"node {number}", json.dumps(member, ensure_ascii=False, indent=1)


def _contexts(document: object) -> object:
    """Give the document's context, ours written out; refuse one that would have to be fetched."""
    context = document.get("@context") if isinstance(document, dict) else None
    return [_own(each) for each in context] if isinstance(context, list) else _own(context)


def _own(context: object) -> object:
    if not isinstance(context, str):
        return context
    if context.endswith(OWN_CONTEXT):
        return json.loads(CONTEXT_FILE.read_bytes())["@context"]
    raise Unreadable(
        f"The JSON-LD names a context elsewhere ({context[:200]}); contexts are not fetched. "
        "Write the context into the file.",
        f"JSON-LD 引用了外部上下文（{context[:200]}），本平台不联网获取，请将上下文写入文件。",
    )
