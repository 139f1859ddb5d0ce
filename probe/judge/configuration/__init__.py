"""What the checks of a mail server's configuration share."""
