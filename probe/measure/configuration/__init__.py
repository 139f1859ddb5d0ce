"""What a mail server of this machine is told to do, read from its files or asked of its own programs."""
