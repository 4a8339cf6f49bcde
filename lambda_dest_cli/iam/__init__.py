"""Policies, pure: documents, matching, conditions, verdicts and the least-privilege statements that cure them."""
