"""Where a view stands: kept in its own metadata, found again wherever a refresh was killed.

Lance changes rows and metadata in separate commits. So the commit of rows carries the state as a property of its
transaction, which makes the two one; the metadata follows, since transactions go with the versions that cleanup takes
away. A tag is there from before the first to after the second: when it is left over, a refresh was killed between, and
the transactions since then tell how far it came. Without one, the metadata is right, unless somebody has restored the
version between the two: the transactions that are still there tell.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import lance
import pyarrow as pa
from lance.commit import CommitConflictError

from backfill_runtime.tables import open_table
from backfill_runtime.tags import create_tag, delete_tag
from backfill_runtime.transactions import commit_on, property_of

_KEY = "geneva-constructs.view"
_TAG = "view-refresh-"


@dataclass(frozen=True)
class ViewState:
    """What a view's rows depend on."""

    view: str
    source: str
    sourceVersion: int  # noqa: N815 - as in the metadata
    sourceContent: str  # noqa: N815 - a version number alone would miss a table that was made anew
    definition: str

    def described(self, schema: pa.Schema) -> pa.Schema:
        """The schema with this state in its metadata."""
        return schema.with_metadata({_KEY.encode(): self.text.encode()})

    @property
    def text(self) -> str:
        return json.dumps(asdict(self))

    @property
    def properties(self) -> dict[str, str]:
        """Of the transaction that makes it true."""
        return {_KEY: self.text}


def content_digest(table: lance.LanceDataset) -> str:
    """Of a version's fragments."""
    return digest([fragment.metadata.to_json() for fragment in table.get_fragments()])


def digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=dict).encode()).hexdigest()


@dataclass(frozen=True)
class View:
    """A destination that a view has made."""

    table: lance.LanceDataset
    state: ViewState | None  # None: it cannot be told any more


def view_name(table: lance.LanceDataset) -> str | None:
    """Which view has made this table, if any."""
    text = (table.schema.metadata or {}).get(_KEY.encode())
    return json.loads(text).get("view") if text else None


def read_view(table: lance.LanceDataset) -> View:
    """Of a table that a view has made."""
    left_over = tags_of_refreshes(table)
    version, oldest = int(table.version), min(left_over.values(), default=0)
    overtaken = bool(left_over)  # the metadata, perhaps
    while version > oldest:
        try:
            transaction = table.read_transaction(version)
        except (OSError, ValueError):
            return View(table, None if overtaken else metadata_state(table))
        text = property_of(transaction, _KEY)
        if text:
            return View(table, _parsed(text))
        operation = getattr(transaction, "operation", None)
        if isinstance(operation, lance.LanceOperation.Overwrite):
            break
        if isinstance(operation, lance.LanceOperation.Restore):  # perhaps to the version between two commits
            version, oldest, overtaken = int(operation.version), 0, True
        else:
            version -= 1
    return View(table, metadata_state(table))


def tags_of_refreshes(table: lance.LanceDataset) -> dict[str, int]:
    """Of those that are committing, or were killed then: at which version of the view they began."""
    return {name: int(tag["version"]) for name, tag in table.tags.list().items() if name.startswith(_TAG)}


def begin_commit(table: lance.LanceDataset) -> list[str]:
    """Sets the tag. Returns what `end_commit` removes: the tag, and those that were left over."""
    left_over = tags_of_refreshes(table)
    tag = _TAG + uuid.uuid4().hex[:12]
    create_tag(table, tag, table.version)
    return [*left_over, tag]


def end_commit(table: lance.LanceDataset, tags: Iterable[str]) -> None:
    for tag in tags:
        with contextlib.suppress(OSError):  # the next refresh removes it
            delete_tag(table, tag)


def store_state(view: View, state: ViewState, storage_options: Mapping[str, str] | None) -> lance.LanceDataset:
    """Writes the state of a view's rows into its metadata, unless another refresh has gone on from there."""
    while True:
        latest = open_table(view.table.uri, storage_options)
        if metadata_state(latest) == state:
            return latest
        if latest.version != view.table.version and read_view(latest).state != view.state:
            return latest
        update = lance.LanceOperation.UpdateMap({_KEY: state.text})
        try:
            return commit_with_state(latest, lance.LanceOperation.UpdateConfig(schema_metadata_updates=update), state)
        except CommitConflictError:  # with another refresh, whose state is found next
            continue


def commit_with_state(
    table: lance.LanceDataset, operation: lance.LanceOperation.BaseOperation, state: ViewState
) -> lance.LanceDataset:
    """On top of this version of the table."""
    return commit_on(table, operation, state.properties)


def metadata_state(table: lance.LanceDataset) -> ViewState | None:
    """What the metadata says, which other commits may have overtaken."""
    return _parsed((table.schema.metadata or {})[_KEY.encode()])


def _parsed(text: str | bytes) -> ViewState | None:
    try:
        return ViewState(**json.loads(text))
    except TypeError:  # another release has written it
        return None
