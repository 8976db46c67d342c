"""Mixed precision: bfloat16 as plain autocast, float16 with a scaled loss, and what becomes of steps that overflow."""

import copy
import dataclasses

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.emotions import EMOTIONS  # noqa: E402
from tweetmoji.train.loop.checkpoints import Checkpoints  # noqa: E402
from tweetmoji.train.loop.fine_tune import fine_tune  # noqa: E402
from tweetmoji.train.loop.precision import Precision, choose_dtype  # noqa: E402

CPU = torch.device("cpu")
OVERFLOW = 1e5  # times any scale of the loss, more than float16 holds


def make_network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3))


def step(precision, network, *, rate=1.0, max_norm=1e9, factor=1.0):
    """One step of plain gradient descent on fixed inputs; whether it was taken."""
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    inputs = torch.linspace(-1, 1, 20).reshape(5, 4)
    with precision.autocast():
        outputs = network(inputs)
    loss = outputs.float().square().mean() * factor
    return precision.backward_and_step(loss, optimizer, network.parameters(), max_norm)


def change(network, before):
    """The step that was taken, as one vector."""
    new, old = (torch.nn.utils.parameters_to_vector(one.parameters()).detach() for one in (network, before))
    return new - old


def test_bfloat16_step_is_that_of_plain_autocast_to_the_bit():
    network = make_network()
    plain = copy.deepcopy(network)
    assert step(Precision(CPU, torch.bfloat16), network, rate=0.1, max_norm=0.01)
    optimizer = torch.optim.SGD(plain.parameters(), lr=0.1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        outputs = plain(torch.linspace(-1, 1, 20).reshape(5, 4))
    outputs.float().square().mean().backward()
    torch.nn.utils.clip_grad_norm_(plain.parameters(), 0.01)
    optimizer.step()
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(network.parameters(), plain.parameters(), strict=True))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_step_is_that_of_full_precision_but_for_rounding(dtype):
    network, exact = make_network(), make_network()
    before = copy.deepcopy(network)
    assert step(Precision(CPU, dtype), network)
    exact(torch.linspace(-1, 1, 20).reshape(5, 4)).square().mean().backward()
    expected = -torch.cat([parameter.grad.flatten() for parameter in exact.parameters()])
    assert torch.allclose(change(network, before), expected, atol=0.02 * expected.abs().max().item())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_gradients_are_clipped_at_their_own_size_not_at_the_scaled_one(dtype):
    network = make_network()
    before = copy.deepcopy(network)
    step(Precision(CPU, dtype), network, max_norm=0.01)
    assert change(network, before).norm().item() == pytest.approx(0.01, rel=1e-3)


def test_gradients_below_the_range_of_float16_are_not_lost():
    network = make_network()
    before = copy.deepcopy(network)
    step(Precision(CPU, torch.float16), network, rate=1e8, factor=1e-8)
    unscaled = make_network()
    with torch.autocast("cpu", dtype=torch.float16):
        outputs = unscaled(torch.linspace(-1, 1, 20).reshape(5, 4))
    (outputs.float().square().mean() * 1e-8).backward()
    assert not unscaled[0].weight.grad.any()  # this is what would be lost
    assert change(network, before)[:32].abs().max() > 1e-3


def test_step_that_overflows_is_left_out_and_later_ones_are_taken():
    network, precision = make_network(), Precision(CPU, torch.float16)
    before = copy.deepcopy(network)
    assert not step(precision, network, factor=OVERFLOW)
    assert not change(network, before).any()
    assert step(precision, network)
    assert change(network, before).isfinite().all()
    assert change(network, before).any()


def test_gradients_of_an_earlier_step_do_not_add_up():
    network = make_network()
    once = copy.deepcopy(network)
    for parameter in network.parameters():
        parameter.grad = torch.full_like(parameter, 100.0)
    step(Precision(CPU, torch.bfloat16), network)
    step(Precision(CPU, torch.bfloat16), once)
    assert not change(network, once).any()


def test_resumed_run_has_the_scale_that_the_stopped_one_had_found():
    stopped = Precision(CPU, torch.float16)
    fresh = copy.deepcopy(stopped.state_dict())
    step(stopped, make_network(), factor=OVERFLOW)
    resumed = Precision(CPU, torch.float16)
    resumed.load_state_dict(stopped.state_dict())
    assert resumed.state_dict() == stopped.state_dict() != fresh


def test_bfloat16_has_nothing_to_keep():
    precision = Precision(CPU, torch.bfloat16)
    assert precision.state_dict() == {}
    precision.load_state_dict({})


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float16)])
def test_gpu_that_only_emulates_bfloat16_gets_float16(monkeypatch, native, expected):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation or native)
    assert choose_dtype(torch.device("cuda")) == expected


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_cpu_that_only_emulates_bfloat16_gets_float32(monkeypatch, native, expected):
    monkeypatch.setattr("tweetmoji.train.loop.precision._has_bfloat16", lambda: native)
    assert choose_dtype(CPU) == Precision(CPU).dtype == expected


def test_float32_is_full_precision_to_the_bit():
    network = make_network()
    plain = copy.deepcopy(network)
    assert step(Precision(CPU, torch.float32), network, rate=0.1, max_norm=0.01)
    plain(torch.linspace(-1, 1, 20).reshape(5, 4)).square().mean().backward()
    torch.nn.utils.clip_grad_norm_(plain.parameters(), 0.01)
    torch.optim.SGD(plain.parameters(), lr=0.1).step()
    assert not change(network, plain).any()


@pytest.fixture
def half_precision(monkeypatch):
    """Every run computes in float16, as on a GPU without bfloat16."""
    monkeypatch.setattr("tweetmoji.train.loop.precision.choose_dtype", lambda _: torch.float16)


class StoppedCheckpoints(Checkpoints):
    """Checkpoints of a run that is killed once a number of states have been kept."""

    saves = 2

    def save_state(self, state) -> None:
        super().save_state(state)
        self.saves -= 1
        if self.saves == 0:
            raise KeyboardInterrupt


def tune(toy, settings, checkpoints):
    network = toy.make_network(settings)
    return network, fine_tune(network, toy.encoded["train"], toy.val, EMOTIONS, settings, checkpoints)


def test_float16_run_learns_and_ends_the_same_if_it_was_killed_and_resumed(toy, settings, half_precision, tmp_path):
    two = dataclasses.replace(settings, epochs=2)
    whole, results = tune(toy, two, Checkpoints(tmp_path / "whole", {}, resume=False))
    assert results[1].val_log_loss < 0.8 * results[0].val_log_loss
    with pytest.raises(KeyboardInterrupt):
        tune(toy, two, StoppedCheckpoints(tmp_path / "stopped", {}, resume=False))
    resumed, same = tune(toy, two, Checkpoints(tmp_path / "stopped", {}, resume=True))
    assert same == results
    assert not change(resumed, whole).any()


def test_schedule_waits_while_steps_overflow(toy, settings, half_precision, monkeypatch, tmp_path):
    taken, rates = [], []
    step = Precision.backward_and_step

    def overflow_twice(precision, loss, optimizer, parameters, max_norm):
        rates.append(optimizer.param_groups[0]["lr"])
        taken.append(step(precision, loss * (OVERFLOW if len(taken) < 2 else 1), optimizer, parameters, max_norm))
        return taken[-1]

    monkeypatch.setattr(Precision, "backward_and_step", overflow_twice)
    tune(toy, dataclasses.replace(settings, epochs=1, warmup=0.5), Checkpoints(tmp_path / "run", {}, resume=False))
    assert taken[:4] == [False, False, True, True]
    assert rates[0] == rates[1] == rates[2] < rates[3]
