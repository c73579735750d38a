"""Source profiles: how one kind of file says what the register asks. Plain data, without Django."""
