"""What the owner of a domain alone may ask for: the tests that need a proof of ownership."""
