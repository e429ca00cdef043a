"""Runs column backfills and materialized views on Ray and Lance. Import-free: workers load it before anything else."""
