"""Room for sockets: how many files this process may have open at a time (getrlimit(2), RLIMIT_NOFILE).

In: nothing. The soft limit is raised to ``WANTED``, as far as the hard one lets it. Wrong: ``UsageError`` where even
that is too little: a look-up that gets no socket would read as a name server that fails, which none of them did.
"""

from probe.model.errors import UsageError

WANTED = 4096
LEAST = 256  # a measurement asks up to 64 questions of resolvers at a time, and more of the zones' own servers


def make_room() -> None:
    """Raise the limit; to be called before the first socket."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _reaches(soft, WANTED):
        return
    allowed = WANTED if _reaches(hard, WANTED) else hard
    if allowed > soft:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        except (OSError, ValueError):  # a system that has a limit below its hard limit
            allowed = soft
    if allowed < LEAST:
        raise UsageError(
            f"this process may open no more than {allowed} files at a time, and a measurement takes up to {LEAST}; "
            "nothing was measured. Raise the limit: ulimit -n 1024"
        )


def _reaches(limit: int, wanted: int) -> bool:
    import resource

    return limit == resource.RLIM_INFINITY or limit >= wanted
