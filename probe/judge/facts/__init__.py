"""What the checks share: one question about a measurement in each file."""
