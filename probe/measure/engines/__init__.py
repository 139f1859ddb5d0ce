"""Who speaks SMTP: a file per engine, named as its ``--engine`` word, offering ``converse(link) -> Conversation``."""
