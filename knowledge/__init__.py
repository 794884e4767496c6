"""The library: what we know, since when, until when, and how a question finds it."""

import os

# Our products of matrices are small: threads would only wait for one another, at three times the processor time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
