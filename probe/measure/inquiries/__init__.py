"""What is asked beside the conversations: a file per inquiry, named as its field of ``probe.model.inquiries``.

Each offers ``inquire(case)``, which returns the noun of that field, or None where the target gives no reason to ask. It
takes what it needs from the ``Case`` and gives up when ``case.left()`` says so: what it has seen by then is its answer,
marked as unfinished. What the world refuses is data; nothing here raises, and nothing here judges.
"""
