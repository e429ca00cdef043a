"""Features of a paragraph of text. Plain functions: nothing here knows of Ray or Lance."""


def word_count(body: str) -> int:
    """Number of words."""
    return len(body.split())


def first_line(body: str) -> str:
    """The first line that says something, without the space around it."""
    return next((line.strip() for line in body.splitlines() if line.strip()), "")
