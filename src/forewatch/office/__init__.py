"""The office: who works here, accounts from a sheet, a lost second factor, and a leaver's work."""
