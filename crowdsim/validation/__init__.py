"""Verification and validation: standard cases, recorded experiments, model checks, and the table of what passed."""
