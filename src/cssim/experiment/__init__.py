"""Many runs, and what they say together: replications, comparisons, plans.

Runs are independent of each other and spread over worker processes; a study's figures depend
on the scenario, the seed and the number of replications alone. Files of a results folder are
written and read here, and nowhere else.
"""
