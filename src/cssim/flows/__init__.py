"""The handbook as data: its flows as graphs, read, checked, walked and drawn."""
