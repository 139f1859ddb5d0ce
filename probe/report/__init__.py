"""How a judged report looks: a module or package per format, named as its ``--format`` word, offers ``render``."""
