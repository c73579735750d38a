"""Base templates, components and helpers of pages. No word of the domain."""
