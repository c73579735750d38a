"""What pages of the register take from people, checked and put into entries for the actions."""
