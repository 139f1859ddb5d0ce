"""The nouns of probe6: frozen, slotted dataclasses and closed word lists. Imports nothing of ours."""
