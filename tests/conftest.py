"""What every test may use: the installed lds as a subprocess, and property-test profiles."""

import os

from hypothesis import settings

settings.register_profile("ci", max_examples=100, deadline=None)
settings.register_profile("nightly", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("LDS_HYPOTHESIS_PROFILE", "ci"))
