"""Specs carried out: read what they name, plan and check it, and write it, each function by itself."""
