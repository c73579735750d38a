"""People, households, what sources said of them, and what happened to them."""
