"""What the jobs of the example compute."""


def caption(label: str) -> str:
    """A sentence about a picture, from its label."""
    return f"A picture of a {label}."
