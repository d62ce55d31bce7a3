"""What a token lets through: scope by scope, the actions it is good for.

A token never exceeds its owner: it lets through what is in its scopes and what its owner may do,
whichever is less, at the moment of asking. What is in no scope (deciding, people, tokens) is done
in person only.
"""

from __future__ import annotations

from dataclasses import dataclass

from ontology.actions import Action
from ontology.people import Person, Scope
from ontology.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ScopeLaw:
    """What a scope is called, the action it is made for, and all that it is good for."""

    words: Sentence
    purpose: Action
    actions: frozenset[Action]


# What anyone may do without a token; so every token may.
ANYWAY = frozenset({Action.READ_OPEN})

SCOPES: dict[Scope, ScopeLaw] = {
    Scope.READ_OPEN: ScopeLaw(("Read what is open", "读取公开视图"), Action.READ_OPEN, ANYWAY),
    Scope.READ_SHARED: ScopeLaw(
        ("Read what departments share", "读取共享视图"),
        Action.READ_SHARED,
        frozenset({Action.READ_SHARED}),
    ),
    Scope.READ_GOVERNANCE: ScopeLaw(
        ("Read what the city's office sees", "读取治理视图"),
        Action.READ_GOVERNANCE,
        frozenset({Action.READ_SHARED, Action.READ_GOVERNANCE}),
    ),
    Scope.READ_AUDIT: ScopeLaw(
        ("Read and export the audit trail", "查阅并导出审计记录"),
        Action.READ_AUDIT,
        frozenset({Action.READ_AUDIT, Action.EXPORT_AUDIT}),
    ),
    Scope.QUERY: ScopeLaw(
        ("Ask in SPARQL", "SPARQL 查询"),
        Action.QUERY,
        frozenset({Action.QUERY, Action.READ_QUERY}),
    ),
    Scope.UPDATE: ScopeLaw(
        ("Change by SPARQL Update", "SPARQL 更新"), Action.UPDATE, frozenset({Action.UPDATE})
    ),
    Scope.WRITE_CATALOGUE: ScopeLaw(
        ("Write and hand in catalogue entries", "编制并提交目录条目"),
        Action.EDIT,
        frozenset(
            {
                Action.READ_ENTRY,
                Action.READ_DRAFT,
                Action.CREATE,
                Action.EDIT,
                Action.REVISE,
                Action.DISCARD,
                Action.UPLOAD,
                Action.TELL_LINEAGE,
                Action.REPORT_CHANGE,
                Action.SUBMIT,
                Action.CORRECT,
                Action.RECALL,
            }
        ),
    ),
    Scope.WRITE_STORE: ScopeLaw(
        ("Write named graphs by the Graph Store Protocol", "以图存储协议写入命名图"),
        Action.WRITE_STORE,
        frozenset({Action.WRITE_STORE}),
    ),
    Scope.LOAD: ScopeLaw(
        ("Load in bulk, and undo a load", "批量装载与撤销装载"),
        Action.LOAD,
        frozenset({Action.LOAD, Action.UNDO_LOAD, Action.TELL_LINEAGE}),
    ),
}

BY_TOKEN = ANYWAY.union(*(law.actions for law in SCOPES.values()))


def scopes_for(action: Action) -> tuple[Scope, ...]:
    """Give the scopes that are good for an action; none for what is done in person only."""
    return tuple(scope for scope, law in SCOPES.items() if action in law.actions)


def lets_through(person: Person, action: Action) -> bool:
    """Say whether the person's token, if they come with one, is good for the action."""
    if person.scopes is None or action in ANYWAY:
        return True
    return any(action in SCOPES[scope].actions for scope in person.scopes)
