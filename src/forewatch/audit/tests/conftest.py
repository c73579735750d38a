"""The fixtures of this folder."""

from forewatch.audit.tests.trails import trail  # noqa: F401
