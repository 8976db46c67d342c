"""A toy in place of Ray: calls run when they are waited for, in this process, and actors die when a test says so."""

import random
from types import SimpleNamespace


class RayError(Exception):
    """As Ray's."""


class RayTaskError(RayError):
    """As Ray's: what a call raised."""

    def __init__(self, cause):
        super().__init__(str(cause))
        self.cause = cause


class ToyRay:
    """What the engine uses of Ray; ``lose`` says of the number of an actor and the name of a call whether it dies."""

    def __init__(self, cores=2):
        self.exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)
        self.cores = cores
        self.lose = lambda *_: False
        self.rng = random.Random(0)
        self.actors = 0
        self.killed = []
        self.connected = []
        self.calls = []

    def is_initialized(self):
        return False

    def init(self, address, **_):
        if address == "nowhere":
            raise ConnectionError("nobody answers")
        self.connected.append(address)

    def shutdown(self):
        self.connected.append("closed")

    def cluster_resources(self):
        return {"CPU": float(self.cores)}

    def remote(self, kind):
        def make():
            self.actors += 1
            return Actor(self, self.actors - 1, kind())

        return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=make))

    def put(self, value):
        return value

    def wait(self, calls):
        """Any call may be done first, so that no order comes by itself."""
        return [self.rng.choice(calls)], []

    def get(self, call):
        if call.actor.dead or self.lose(call.actor.number, call.name):
            call.actor.dead = True
            raise RayError("the actor died")
        try:
            return getattr(call.actor.worker, call.name)(*call.arguments)
        except Exception as error:
            raise RayTaskError(error) from error

    def kill(self, actor):
        actor.dead = True
        self.killed.append(actor.number)


class Actor:
    """A handle of an actor."""

    def __init__(self, ray, number, worker):
        self.number, self.worker, self.dead = number, worker, False
        self.load = SimpleNamespace(remote=lambda *arguments: Call(ray, self, "load", arguments))
        self.label = SimpleNamespace(remote=lambda *arguments: Call(ray, self, "label", arguments))


class Call:
    """A call that runs when its result is taken."""

    def __init__(self, ray, actor, name, arguments):
        self.actor, self.name, self.arguments = actor, name, arguments
        ray.calls.append((actor.number, name))
