"""One SMTP conversation: its steps, its record, and the groups of commands in it."""
