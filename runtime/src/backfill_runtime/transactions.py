"""Commits of Lance that say more than what they do."""

from __future__ import annotations

from collections.abc import Mapping

import lance


def commit_on(
    table: lance.LanceDataset,
    operation: lance.LanceOperation.BaseOperation,
    properties: Mapping[str, str] | None = None,
) -> lance.LanceDataset:
    """On top of this version of the table. Raises CommitConflictError."""
    transaction = lance.Transaction(table.version, operation, transaction_properties=dict(properties or {}))
    return lance.LanceDataset.commit(table, transaction)


def property_of(transaction: lance.Transaction | None, key: str) -> str | None:
    """None also where a version has no transaction."""
    return (transaction.transaction_properties or {}).get(key) if transaction else None
