"""The parts of `soak.py`: the supervisor of the server, the faults, and the clients."""
