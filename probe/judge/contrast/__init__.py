"""Measurements held against others, or against what was declared."""
