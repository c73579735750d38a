"""Tiny pure helpers that know nothing of the domain."""
