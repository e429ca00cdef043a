"""How much a ticket can't wait, from 0 to 3."""

SIGNS = ("outage", "data loss", "urgent", "down", "blocked")


def urgency(body: str) -> int:
    """Number of different signs of urgency in the text, 3 at most."""
    text = body.lower()
    return min(3, sum(sign in text for sign in SIGNS))
