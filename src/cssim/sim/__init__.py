"""The simulation: tokens walk the flows over SimPy's queue and write the event log."""
