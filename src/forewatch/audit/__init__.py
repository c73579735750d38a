"""Append-only: who looked at or changed what, written in the same transaction. No pages of its own."""
