"""Codes of invitations: plain decisions, no database."""

import string
from datetime import timedelta

from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

# No vowels, so that no code is a word, and no letters that look like digits.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
WORKS_FOR = timedelta(days=14)
TRIES = 5
BETWEEN_CODES = timedelta(minutes=10)


def make_code():
    letters = get_random_string(8, LETTERS)
    return f"{letters[:4]}-{letters[4:]}"


def hash_of(code, public_id):
    letters = code.translate(str.maketrans("", "", string.punctuation + string.whitespace)).upper()
    return salted_hmac("invitation", f"{public_id} {letters}", algorithm="sha256").hexdigest()


def is_right(code, *, public_id, code_hash):
    return constant_time_compare(hash_of(code, public_id), code_hash)


def masked(email):
    """Enough to recognise one's own address, too little to learn another's."""
    name, _, place = email.partition("@")
    return f"{name[:1]}…@{place}"
