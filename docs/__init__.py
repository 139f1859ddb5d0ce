"""What is made for readers out of the tool itself: the manual page and the picture of a report."""
