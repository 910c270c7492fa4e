"""Time, calendars, distributions, random numbers, quantities: no customer service in it."""
