"""Features of a page of HTML."""

import re

TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def title(html: str) -> str | None:
    """What stands in the tab of a browser; null when the page has none."""
    found = TITLE.search(html)
    return " ".join(found[1].split()) if found else None
