"""What pages of the register show, read through `visible_to` and put into small dataclasses."""
