"""What several commands are made of. The files beside this package are the commands; these are not."""
