"""What the sign-in library says to people, in our own words; their Chinese stands in accounts.po.

The keys are the library's. A sentence that we never show stays its own.
"""

from __future__ import annotations

from flask_babel import lazy_gettext

from web.language import language, translations

WRONG = lazy_gettext(
    "Name or password is wrong, or there were too many attempts: then wait a quarter of an hour."
)
STALE = lazy_gettext("This link is not valid any more. Ask for a new one.")
LATE = lazy_gettext("This took too long. Begin again.")
NOT_READ = lazy_gettext("This passkey could not be read. Try again, or use another way.")

SAYINGS = {
    "GENERIC_AUTHN_FAILED": (WRONG, "fault"),
    "GENERIC_RECOVERY": (
        lazy_gettext("If there is such an account, a letter is on its way."),
        "note",
    ),
    "UNAUTHENTICATED": (lazy_gettext("Sign in to see this page."), "note"),
    "UNAUTHORIZED": (lazy_gettext("You may not see this page."), "fault"),
    "LOGIN": (lazy_gettext("Sign in to see this page."), "note"),
    "REAUTHENTICATION_REQUIRED": (lazy_gettext("Show once more that it is you."), "note"),
    "REAUTHENTICATION_SUCCESSFUL": (lazy_gettext("Thank you. Go on."), "good"),
    "CONFIRM_REGISTRATION": (
        lazy_gettext(
            "A letter is on its way to %(email)s. Follow its link to confirm the address."
        ),
        "good",
    ),
    "CONFIRMATION_REQUEST": (
        lazy_gettext("If an account waits for it, a letter is on its way to %(email)s."),
        "good",
    ),
    "EMAIL_CONFIRMED": (lazy_gettext("Your address is confirmed. You can sign in now."), "good"),
    "ALREADY_CONFIRMED": (lazy_gettext("This address was confirmed before."), "note"),
    "INVALID_CONFIRMATION_TOKEN": (STALE, "fault"),
    "CONFIRMATION_EXPIRED": (STALE, "fault"),
    "CONFIRMATION_REQUIRED": (
        lazy_gettext("Confirm your address first: follow the link in the letter you were sent."),
        "fault",
    ),
    "PASSWORD_RESET_REQUEST": (
        lazy_gettext("If there is such an account, a letter is on its way to %(email)s."),
        "good",
    ),
    "PASSWORD_RESET_EXPIRED": (STALE, "fault"),
    "INVALID_RESET_PASSWORD_TOKEN": (STALE, "fault"),
    "PASSWORD_RESET_NO_LOGIN": (
        lazy_gettext("Your password is changed. Sign in with the new one."),
        "good",
    ),
    "PASSWORD_CHANGE": (lazy_gettext("Your password is changed."), "good"),
    "PASSWORD_IS_THE_SAME": (lazy_gettext("This is the password you have already."), "fault"),
    "PASSWORD_INVALID_LENGTH": (
        lazy_gettext("A password has at least %(length)s characters."),
        "fault",
    ),
    "PASSWORD_NOT_PROVIDED": (lazy_gettext("Give a password."), "fault"),
    "RETYPE_PASSWORD_MISMATCH": (lazy_gettext("The two passwords differ."), "fault"),
    "INVALID_PASSWORD": (lazy_gettext("The password is wrong."), "fault"),
    "EMAIL_NOT_PROVIDED": (lazy_gettext("Give an e-mail address."), "fault"),
    "INVALID_EMAIL_ADDRESS": (lazy_gettext("This is no e-mail address."), "fault"),
    "USERNAME_NOT_PROVIDED": (lazy_gettext("Give a name."), "fault"),
    "USERNAME_INVALID_LENGTH": (
        lazy_gettext("A name has %(min)d to %(max)d characters."),
        "fault",
    ),
    "USERNAME_DISALLOWED_CHARACTERS": (
        lazy_gettext("A name has only letters, digits, - and _."),
        "fault",
    ),
    "DISABLED_ACCOUNT": (lazy_gettext("This account is disabled. Ask who keeps it."), "fault"),
    "INVALID_REDIRECT": (lazy_gettext("This leads away from this site."), "fault"),
    "ANONYMOUS_USER_REQUIRED": (lazy_gettext("You are signed in already."), "note"),
    "TWO_FACTOR_INVALID_TOKEN": (lazy_gettext("This code is wrong or was used before."), "fault"),
    "INVALID_CODE": (lazy_gettext("This code is wrong or was used before."), "fault"),
    "INVALID_RECOVERY_CODE": (lazy_gettext("This code is wrong or was used before."), "fault"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (lazy_gettext("Thank you. Go on."), "good"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        lazy_gettext("From now on a code is asked for as well. Make recovery codes next."),
        "good",
    ),
    "TWO_FACTOR_DISABLED": (lazy_gettext("No code is asked for any more."), "good"),
    "TWO_FACTOR_PERMISSION_DENIED": (LATE, "fault"),
    "TWO_FACTOR_SETUP_EXPIRED": (LATE, "fault"),
    "NO_RECOVERY_CODES_SETUP": (lazy_gettext("There are no recovery codes yet."), "note"),
    "WEBAUTHN_EXPIRED": (LATE, "fault"),
    "WEBAUTHN_NAME_REQUIRED": (lazy_gettext("Give the passkey a name."), "fault"),
    "WEBAUTHN_NAME_INUSE": (lazy_gettext("You have a passkey of that name."), "fault"),
    "WEBAUTHN_NAME_NOT_FOUND": (lazy_gettext("You have no passkey of that name."), "fault"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        lazy_gettext("A name has only letters, digits, spaces, - and _."),
        "fault",
    ),
    "WEBAUTHN_CREDENTIAL_DELETED": (lazy_gettext("The passkey is removed."), "good"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (lazy_gettext("The passkey is added."), "good"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (NOT_READ, "fault"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (NOT_READ, "fault"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (NOT_READ, "fault"),
    "WEBAUTHN_NO_VERIFY": (NOT_READ, "fault"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (NOT_READ, "fault"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (NOT_READ, "fault"),
}
SUBJECTS = {
    "EMAIL_SUBJECT_REGISTER": lazy_gettext("Confirm your address"),
    "EMAIL_SUBJECT_CONFIRM": lazy_gettext("Confirm your address"),
    "EMAIL_SUBJECT_PASSWORD_RESET": lazy_gettext("Choose a new password"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": lazy_gettext("Your password was changed"),
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": lazy_gettext("Your password was changed"),
}


class Voice:
    """Stands in for the library's own translations: its sentences come from our files."""

    @staticmethod
    def gettext(sentence: object, **values: object) -> str:
        """Give a sentence in the language of the page."""
        told = translations(language()).gettext(str(sentence))
        return told % values if values else told

    @staticmethod
    def ngettext(one: str, many: str, num: int, **values: object) -> str:
        """Give a counted sentence in the language of the page."""
        told = translations(language()).ngettext(one, many, num)
        return told % ({"num": num} | values)

    @staticmethod
    def format_list(items: list[str], **_how: object) -> str:
        """Give words as a list."""
        return ", ".join(items)
