"""The test message: how it is written and signed, and how its arrival is waited for."""
