"""Accounts and access: who there is, what they hold, how they sign in, what was done."""
