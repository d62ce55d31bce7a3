"""Second pass: each entry's statements together, mended, named and handed on as one delivery.

Every statement of the file ends in exactly one place: an entry, a repair that says what became of
it, a quarantined original, or the listing of the catalogue (membership is the named graph's to
say). `Tally` counts them, and a test adds them up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.harvest.rdf.gather import Gathered
from graph.harvest.rdf.heads import Heads, by_owner, groups, node_of, page_kind
from graph.harvest.rdf.kinds import (
    KINDS,
    LISTS,
    NOTHING,
    PAGING,
    ROLE_OF,
    STANDS_ALONE,
    TYPE,
    UNKNOWN,
)
from graph.harvest.rdf.owners import Owners
from graph.harvest.rdf.repair import (
    BLANK,
    EMPTY,
    MENDER_OF,
    NAMESPACE,
    PREFIX,
    RELATIVE,
    Mender,
    Verdict,
    is_blank,
    lexical,
    mended_iri,
    quoted,
)
from graph.harvest.rdf.rules import (
    CODE,
    HYDRA,
    Facts,
    code_of,
    entry_findings,
    entry_statements,
    facts_of,
    lines_by_clearance,
    quarantine_reason,
    term,
    title_of,
)
from graph.harvest.rdf.skolem import Triple, named
from graph.harvest.rdf.terms import (
    DOCUMENT,
    PLAIN,
    RELATIVE_TEXT,
    RELATIVE_TYPE,
    VARIANTS,
    mended_subject,
    reference_of,
    vocabulary_term,
    with_type_completed,
)
from graph.harvest.rdf.terms import (
    RELATIVE as RELATIVE_BASE,
)
from graph.ledger.digest import short_digest
from graph.ledger.entries import Context, Delivery, Entry, Finding, Quarantined, Repair
from ontology.terms import shortened

PUBLISHER, NAME = term("dct:publisher"), term("foaf:name")
DISTRIBUTION = term("dcat:distribution")
ODD_START = (RELATIVE_TEXT, *VARIANTS)

TERM: tuple[str, str] = (
    "There is no such term; the one it is usually mistaken for was put in its place.",
    "没有这个术语，已改为通常与之混淆的正确术语。",
)
VOCABULARY_WHY = {"prefix": PREFIX, "namespace": NAMESPACE, "term": TERM, "relative-iri": RELATIVE}
KNOWN_PUBLISHER = (
    "The publisher had only a name, which the register of departments knows.",
    "发布者只有名称，已对应到部门名册中的部门。",
)
NAMED_PUBLISHER = (
    "The publisher was written as text; it is an organisation of that name now.",
    "发布者写成了文本，已改为同名机构。",
)
UNDESCRIBED = ("It names a thing of which nothing is said.", "所指对象没有任何说明，已略去。")
OTHER_CODE = (
    "A code given by another catalogue; this one gives its own.",
    "其他目录编制的代码，本平台另行编码。",
)
LISTING = (
    "The catalogue's list of entries and its paging are not kept: the source's graph tells them.",
    "目录自身的条目清单与分页信息不保存：归属由来源图表示。",
)
LOOSE = ("Nothing in the file uses this; please check.", "文件中没有任何内容引用它，请核对。")
ADOPTED = (
    "No dataset named this distribution; its address continues that of this dataset.",
    "没有数据集引用该分发，其地址属于本数据集，已归入。",
)
GRAPH_NAMES = (
    "So many statements stood in named graphs of the file; here they stand in the source's graph.",
    "文件中有这么多语句位于其自带的命名图中，载入后统一归入来源图。",
)
OF_NOTHING = (
    "This is said of an empty address, that is, of nothing.",
    "该描述的主语是空地址，无法确定所指。",
)
TERMS_IN_TERMS = (
    "Statements about statements (RDF 1.2 triple terms) cannot be kept here.",
    "暂不支持以语句为对象的语句（RDF 1.2 三元组项）。",
)


@dataclass(slots=True)
class Tally:
    """Where the statements of a file ended.

    `read` in all; `landed` in entries as found or mended; `dropped` told of by a repair;
    `listed` the catalogue's listing and paging; `quarantined` kept as originals;
    `repeated` said twice; `added` by us (codes and the like; not in `read`); `broken` pieces of
    the file that could not be parsed, each quarantined as text (not in `read`).
    """

    read: int = 0
    landed: int = 0
    dropped: int = 0
    listed: int = 0
    quarantined: int = 0
    repeated: int = 0
    added: int = 0
    broken: int = 0


@dataclass(slots=True)
class Work:
    """One entry in the making."""

    root: str
    kind: str
    triples: list[Triple] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    listed: Counter[str] = field(default_factory=Counter)
    dropped: int = 0

    def note(self, verdict: Verdict, property_: str, value: str) -> None:
        """Write down what became of a value."""
        name = shortened(property_[1:-1])
        was = _shown(value)
        if verdict.certain:
            now = "" if verdict.now is None else _shown(verdict.now)
            self.repairs.append(Repair(verdict.rule, name, was, now, verdict.why))
        else:
            self.findings.append(Finding(verdict.rule, name, was, verdict.why))


def _shown(value: str) -> str:
    """Give a term as a person wrote it: relative references and blank nodes as they stood."""
    reference = reference_of(value)
    if reference is not None:
        return f"<{reference}>"
    return lexical(value) if value.endswith('"') else value


@dataclass(frozen=True, slots=True)
class Form:
    """What is done with all statements of one property: its right name, and the mender."""

    property_: str
    rule: str
    mender: Mender | None
    listing: bool


class Splitter:
    """Makes deliveries of what was gathered."""

    def __init__(
        self,
        gathered: Gathered,
        owners: Owners,
        context: Context,
        heads: Heads,
    ) -> None:
        """Split for the instance of `context`, with what was settled of the heads."""
        self.gathered, self.owners, self.context = gathered, owners, context
        self.base, names = heads.base, heads.names
        self.names = names
        self.adopted: dict[str, list[str]] = {}
        for distribution, dataset in heads.adopted.items():
            self.adopted.setdefault(dataset, []).append(distribution)
        self.tally = Tally(read=gathered.read)
        self.told = False  # what is to be told of the whole file goes with its first entry
        self.forms: dict[str, Form] = {}
        self.invented: dict[str, str] = {}
        document = gathered.number.get(hash(DOCUMENT))
        self.of_nothing = document is None or gathered.kind[document] == NOTHING
        self.named = frozenset(names.iris.values())
        self.early: dict[int, list[Repair]] = {}
        for number, repairs in gathered.repairs.items():
            self.early.setdefault(owners.owner[number], []).extend(repairs)

    def deliveries(self) -> Iterator[Delivery]:
        """Give one delivery for each entry, in the order the file speaks of them."""
        yield from self.of(by_owner(self.gathered, self.owners))
        yield from self.inventions()

    def of(self, blocks: Iterable[int]) -> Iterator[Delivery]:
        """Give the deliveries of some blocks, in which no entry is there in part."""
        for head, texts in groups(self.gathered, self.owners, blocks):
            node = node_of(head, self.gathered, texts)
            if self.gathered.kind[head] == PAGING:
                self.tally.listed += len(texts)
            elif node in self.names.register:
                self.tally.dropped += len(texts)
            else:
                yield from self._delivered(head, node, texts)

    def inventions(self) -> Iterator[Delivery]:
        """Give the departments that were only texts, which the entries before them named."""
        for name, iri in self.invented.items():
            yield self._invention(name, iri)

    def of_graphs(self) -> tuple[Finding, ...]:
        """Tell of the file's own named graphs, whose names are not kept."""
        count = self.gathered.in_graphs
        return (Finding("graph-names", "", str(count), GRAPH_NAMES),) if count else ()

    def _delivered(self, head: int, node: str, texts: list[str]) -> Iterator[Delivery]:
        root = self.names.iris.get(node) or mended_subject(node, self.base)
        work = Work(root, page_kind(self.gathered.kind[head]), repairs=self.early.pop(head, []))
        self._mend(work, texts)
        facts = facts_of(root, work.triples)
        refused = self._refused(head, node, work) or quarantine_reason(work.kind, facts)
        if refused or not work.triples:
            yield self._quarantine(work, title_of(facts), refused or ("empty", EMPTY), texts)
            return
        if work.strange:
            yield Delivery(
                quarantined=self._original(work, "", "triple-term", TERMS_IN_TERMS, work.strange)
            )
        yield self._entry(work, facts)

    def _refused(self, head: int, node: str, work: Work) -> tuple[str, tuple[str, str]] | None:
        """Refuse what is said of nothing; what nothing uses lands with a finding, or not at all."""
        if self.gathered.kind[head] == NOTHING:
            return "empty-iri", OF_NOTHING
        if head not in self.owners.loose:
            return None
        kind = self.gathered.kind[head]
        if node[0] == "_" or not (kind in STANDS_ALONE or kind == UNKNOWN):
            return "unattached", LOOSE
        work.findings.append(Finding("unattached", KINDS[kind], work.root[1:-1], LOOSE))
        return None

    # --- mending ------------------------------------------------------------------------------

    def _mend(self, work: Work, texts: list[str]) -> None:
        """Put every statement of the entry, mended, into `work.triples`."""
        forms, put, raw, subject = self.forms, work.triples.append, "", ""
        for text in texts:
            s, p, o = text.split(" ", 2)
            form = forms.get(p) or self._form(p)
            if s != raw:
                raw, subject = s, self.names.iris.get(s) or mended_subject(s, self.base)
            if form.listing and work.kind == "source":
                work.listed[form.property_] += 1
            elif o.startswith("<<"):
                work.strange.append(text)
            else:
                if form.rule:
                    work.note(Verdict(form.rule, form.property_, VOCABULARY_WHY[form.rule]), p, p)
                value = self._value(work, form, o)
                if value is None:
                    work.dropped += 1
                else:
                    put((subject, form.property_, value))
        for distribution in self.adopted.get(work.root, ()):
            put((work.root, DISTRIBUTION, distribution))
            work.note(Verdict("unattached", distribution, ADOPTED), DISTRIBUTION, "")
            self.tally.added += 1

    def _form(self, property_: str) -> Form:
        now, rule = vocabulary_term(property_)
        if reference_of(now) is not None:
            now, rule = mended_subject(now, self.base), "relative-iri"
        listing = ROLE_OF.get(now) == LISTS or now.startswith(HYDRA)
        form = self.forms[property_] = Form(now, rule, MENDER_OF.get(now), listing)
        return form

    def _value(self, work: Work, form: Form, value: str) -> str | None:
        """Give a value as it was meant; None where it is dropped."""
        first = value[0]
        if first == "_":
            return self._blank(work, form, value)
        if first == '"' and value.startswith(BLANK) and is_blank(value):
            return self._noted(work, form, value, Verdict("empty", None, EMPTY))
        if value[-1] == ">" and first == '"' and RELATIVE_TYPE in value:
            now = with_type_completed(value, self.base)
            return self._noted(work, form, value, Verdict("relative-iri", now, RELATIVE))
        if form.property_ == PUBLISHER and first == '"':
            return self._publisher(work, value)
        verdict = form.mender(value) if form.mender else None
        odd = first == "<" and (value.startswith(ODD_START) or not value.startswith(PLAIN))
        if odd and (verdict is None or not verdict.certain):
            verdict = self._odd(form, value) or verdict
        return value if verdict is None else self._noted(work, form, value, verdict)

    def _odd(self, form: Form, value: str) -> Verdict | None:
        if form.property_ == TYPE:
            now, rule = vocabulary_term(value)
            if rule:
                return Verdict(rule, now, VOCABULARY_WHY[rule])
        if value == DOCUMENT and not self.of_nothing:
            return Verdict("relative-iri", f"<{self.base}>", RELATIVE)
        return mended_iri(value, self.base)

    def _noted(self, work: Work, form: Form, value: str, verdict: Verdict) -> str | None:
        work.note(verdict, form.property_, value)
        return verdict.now

    def _blank(self, work: Work, form: Form, value: str) -> str | None:
        if hash(value) not in self.gathered.number:
            return self._noted(work, form, value, Verdict("empty", None, UNDESCRIBED))
        if value in self.names.register:
            now = self.names.iris[value]
            return self._noted(work, form, value, Verdict("publisher", now, KNOWN_PUBLISHER))
        return value

    def _publisher(self, work: Work, value: str) -> str:
        name = lexical(value).strip()
        known = self.context.departments.get(name)
        if not known:
            code = f"{self.context.source}-{short_digest(name)}"
            known = f"{self.context.base}/id/department/{code}"
            if f"<{known}>" not in self.named:
                self.invented[name] = known
        why = KNOWN_PUBLISHER if name in self.context.departments else NAMED_PUBLISHER
        work.note(Verdict("publisher", f"<{known}>", why), PUBLISHER, value)
        return f"<{known}>"

    # --- what it comes to ---------------------------------------------------------------------

    def _entry(self, work: Work, facts: Facts) -> Delivery:
        root, context = work.root, self.context
        iri = root[1:-1]
        code = code_of(iri, context)
        self._own_code(work, facts, code)
        added = entry_statements(work.kind, iri, code, facts)
        triples = work.triples
        if any(s[0] == "_" or o[0] == "_" for s, _, o in triples):
            triples = named(triples, iri, self.names.iris)
        lines = lines_by_clearance(root, triples + added, context.clearance)
        self._count(work, sum(map(len, lines.values())) - len(added), len(added))
        subjects = tuple(dict.fromkeys((iri, *(s[1:-1] for s, _, _ in triples))))
        title = title_of(facts) or code
        work.findings += entry_findings(work.kind, facts, context.today)
        work.findings += [
            Finding("listing", shortened(p[1:-1]), str(n), LISTING) for p, n in work.listed.items()
        ]
        if not self.told:
            self.told = True
            work.findings += self.of_graphs()
        entry = Entry(work.kind, iri, iri, code, title, subjects, lines)
        return Delivery(entry, None, tuple(work.repairs), tuple(work.findings))

    def _own_code(self, work: Work, facts: Facts, code: str) -> None:
        """Leave one code: ours."""
        others = [value for value in facts.get(CODE, ()) if value != quoted(code)]
        for value in others:
            work.triples.remove((work.root, CODE, value))
            work.note(Verdict("code", quoted(code), OTHER_CODE), CODE, value)
            work.dropped += 1
        if others and len(others) == len(facts[CODE]):
            del facts[CODE]

    def _count(self, work: Work, landed: int, added: int) -> None:
        tally, adopted = self.tally, len(self.adopted.get(work.root, ()))
        tally.landed += landed - adopted
        tally.repeated += len(work.triples) - landed
        tally.added += added
        tally.dropped += work.dropped
        tally.listed += work.listed.total()

    def _quarantine(
        self, work: Work, title: str, refused: tuple[str, tuple[str, str]], texts: list[str]
    ) -> Delivery:
        rule, why = refused
        return Delivery(quarantined=self._original(work, title, rule, why, texts))

    def _original(
        self, work: Work, title: str, rule: str, why: tuple[str, str], texts: list[str]
    ) -> Quarantined:
        self.tally.quarantined += len(texts)
        where = work.root[1:-1] if work.root[0] == "<" else work.root
        said = "".join(f"{text} .\n" for text in texts)
        whole = said.replace(f"<{RELATIVE_BASE}", "<").replace(RELATIVE_TEXT, "</")
        return Quarantined(where, title, rule, why, whole, "nt" if whole == said else "ttl")

    def _invention(self, name: str, iri: str) -> Delivery:
        """Give the entry of a department that was only a text."""
        code = code_of(iri, self.context)
        root = f"<{iri}>"
        triples = [
            (root, TYPE, term("foaf:Agent")),
            (root, NAME, quoted(name)),
            (root, CODE, quoted(code)),
        ]
        self.tally.added += len(triples)
        lines = lines_by_clearance(root, triples, self.context.clearance)
        return Delivery(Entry("department", iri, iri, code, name, (iri,), lines), rows=0)
