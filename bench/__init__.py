"""Measured, side by side: see README.md."""

import knowledge  # noqa: F401  # before numpy, so that times are those of the one thread that a worker gives to a question
