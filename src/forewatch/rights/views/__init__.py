"""Pages of contests, and of erasures."""
