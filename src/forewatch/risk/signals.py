"""What risk tells whoever stands above it."""

from __future__ import annotations

from django.dispatch import Signal

release_made = Signal()
"""The figures of a month were frozen (`release`, `by`) in this transaction; nobody reads them yet."""
