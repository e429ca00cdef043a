"""What the teams compute."""


def tokens(body: str) -> list[str]:
    """The words of a text, in lower case."""
    return body.lower().split()


def length(title: str) -> int:
    """Number of characters."""
    return len(title)
