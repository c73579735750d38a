"""What programs of other agencies ask of Forewatch, and what they hand in: `/api/v1`, and its keys."""
