"""Scenarios: what planners write, read strictly, resolved with every value's origin, checked."""
