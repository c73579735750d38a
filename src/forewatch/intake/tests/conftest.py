"""What tests of intake share."""

from forewatch.intake.tests.agency import agency

__all__ = ("agency",)
