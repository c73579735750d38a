"""What the console commands do, once their words are understood."""
