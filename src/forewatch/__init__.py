"""Forewatch: a prevention database against human trafficking."""

__version__ = "0.1.0"
