"""What tests of ui share."""

from forewatch.ui.tests.showing import shown

__all__ = ["shown"]
