"""The checks, one theme per file: ``check(measurement, options)`` yields findings, the docstring is the manual."""
