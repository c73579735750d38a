"""How much reports are worth: graded once, some a second time and blind, and how far graders agree."""
