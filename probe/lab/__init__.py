"""A small faulty internet on loopback: names, mail servers and their misbehaviours, as data and as real servers.

``scenarios`` is the list; ``world`` starts one and hands out a ``Network`` whose addresses are documentation addresses.
Nothing here needs root, leaves this machine, or is imported by the rooms that measure, judge and speak.
"""
