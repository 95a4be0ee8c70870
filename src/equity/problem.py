"""What a person can put right. The command line prints its sentence and ends with code 2."""


class Problem(ValueError):  # noqa: N818 - it is a problem, and says so
    pass
