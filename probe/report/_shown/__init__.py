"""What several formats show in the same words: no format itself."""
