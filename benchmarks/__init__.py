"""Measurements: ``python -m benchmarks [NAME…] [--json FILE]``. Not tests: nothing here passes or fails."""
