"""The storey that touches the world. The story of one probe, in order, is told in ``probe.measure.run``."""
