"""Everything that a person may ask to do: one word each, used in law, audit and pages alike."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """An action; its words for people stand in `ontology.permissions.PERMISSIONS`."""

    # Reading and asking
    READ_OPEN = "read-open"
    READ_SHARED = "read-shared"
    READ_GOVERNANCE = "read-governance"
    QUERY = "query"
    FEDERATE = "federate"

    # Writing past the catalogue's forms
    UPDATE = "update"
    WRITE_STORE = "write-store"
    LOAD = "load"
    UNDO_LOAD = "undo-load"
    RESTORE = "restore"

    # One's own entries, and drafts
    READ_ENTRY = "read-entry"
    READ_DRAFT = "read-draft"
    CREATE = "create"
    EDIT = "edit"
    REVISE = "revise"
    DISCARD = "discard"
    UPLOAD = "upload"
    TELL_LINEAGE = "tell-lineage"
    NOTIFY_CHANGE = "notify-change"
    MANAGE_DRAFTS = "manage-drafts"
    REPORT_CHANGE = "report-change"

    # What belongs together
    MATCH_ELEMENTS = "match-elements"
    DECIDE_SOURCE = "decide-source"
    OBJECT_TO_SOURCE = "object-to-source"
    MERGE_ENTRIES = "merge-entries"

    # The steps of review
    SUBMIT = "submit"
    CORRECT = "correct"
    RECALL = "recall"
    APPROVE = "approve"
    RETURN = "return"
    REVIEW = "review"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"

    # Saved queries
    SAVE_QUERY = "save-query"
    READ_QUERY = "read-query"
    EDIT_QUERY = "edit-query"
    SHARE_QUERY = "share-query"
    PUBLISH_QUERY = "publish-query"

    # People and what was done
    MANAGE_PEOPLE = "manage-people"
    MANAGE_OFFICE = "manage-office"
    ADMIT = "admit"
    MANAGE_TOKENS = "manage-tokens"
    REVOKE_TOKEN = "revoke-token"  # noqa: S105 - a word of law, no secret
    READ_AUDIT = "read-audit"
    EXPORT_AUDIT = "export-audit"
    CONFIGURE = "configure"
