"""Agencies' files to rows of text, in a process that may fail without harm. No Django, no domain."""
