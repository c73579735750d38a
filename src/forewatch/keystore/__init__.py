"""The keystore: one data key for each subject, wrapped, in a database of its own."""
