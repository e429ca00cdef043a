"""Readers of object stores, one module a library. Each is imported only where a bundle lies in such a store."""
