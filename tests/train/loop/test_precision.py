"""Device and precision: bfloat16 as plain autocast, float16 with a scaled loss, and steps that overflow."""

import copy
import dataclasses

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="training needs torch: make test-train")

from tweetmoji.train.loop.precision import Precision, choose_device, choose_dtype  # noqa: E402

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


def test_bfloat16_step_equals_plain_autocast_to_the_bit():
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
def test_16_bit_step_equals_that_of_float32_up_to_rounding(dtype):
    network, exact = make_network(), make_network()
    before = copy.deepcopy(network)
    assert step(Precision(CPU, dtype), network)
    exact(torch.linspace(-1, 1, 20).reshape(5, 4)).square().mean().backward()
    expected = -torch.cat([parameter.grad.flatten() for parameter in exact.parameters()])
    assert torch.allclose(change(network, before), expected, atol=0.02 * expected.abs().max().item())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_gradients_are_clipped_after_they_are_scaled_back(dtype):
    network = make_network()
    before = copy.deepcopy(network)
    step(Precision(CPU, dtype), network, max_norm=0.01)
    assert change(network, before).norm().item() == pytest.approx(0.01, rel=1e-3)


def test_loss_scale_keeps_gradients_below_the_range_of_float16():
    network = make_network()
    before = copy.deepcopy(network)
    step(Precision(CPU, torch.float16), network, rate=1e8, factor=1e-8)
    unscaled = make_network()
    with torch.autocast("cpu", dtype=torch.float16):
        outputs = unscaled(torch.linspace(-1, 1, 20).reshape(5, 4))
    (outputs.float().square().mean() * 1e-8).backward()
    assert not unscaled[0].weight.grad.any()  # this is what would be lost
    assert change(network, before)[:32].abs().max() > 1e-3


def test_overflowing_step_is_skipped_and_the_next_is_taken():
    network, precision = make_network(), Precision(CPU, torch.float16)
    before = copy.deepcopy(network)
    assert not step(precision, network, factor=OVERFLOW)
    assert not change(network, before).any()
    assert step(precision, network)
    assert change(network, before).isfinite().all()
    assert change(network, before).any()


def test_gradients_of_an_earlier_step_are_cleared():
    network = make_network()
    once = copy.deepcopy(network)
    for parameter in network.parameters():
        parameter.grad = torch.full_like(parameter, 100.0)
    step(Precision(CPU, torch.bfloat16), network)
    step(Precision(CPU, torch.bfloat16), once)
    assert not change(network, once).any()


def test_load_state_dict_restores_the_loss_scale():
    stopped = Precision(CPU, torch.float16)
    fresh = copy.deepcopy(stopped.state_dict())
    step(stopped, make_network(), factor=OVERFLOW)
    resumed = Precision(CPU, torch.float16)
    resumed.load_state_dict(stopped.state_dict())
    assert resumed.state_dict() == stopped.state_dict() != fresh


def test_state_dict_of_bfloat16_is_empty():
    precision = Precision(CPU, torch.bfloat16)
    assert precision.state_dict() == {}
    precision.load_state_dict({})
    assert precision.state_dict() == {}


@pytest.mark.parametrize(("stopped", "resumed"), [(torch.float16, torch.bfloat16), (torch.bfloat16, torch.float16)])
def test_load_state_dict_of_another_number_format_is_logged_and_ignored(stopped, resumed, caplog):
    caplog.set_level("INFO", logger="tweetmoji")
    precision = Precision(CPU, resumed)
    fresh = copy.deepcopy(precision.state_dict())
    precision.load_state_dict(Precision(CPU, stopped).state_dict())
    assert precision.state_dict() == fresh
    assert f"another number format than {resumed}" in caplog.text


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float16)])
def test_choose_dtype_is_float16_on_a_gpu_that_emulates_bfloat16(monkeypatch, native, expected):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation or native)
    assert choose_dtype(torch.device("cuda")) == expected


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_choose_dtype_is_float32_on_a_processor_that_emulates_bfloat16(monkeypatch, native, expected):
    monkeypatch.setattr("tweetmoji.train.loop.precision._has_bfloat16", lambda: native)
    assert choose_dtype(CPU) == Precision(CPU).dtype == expected


@pytest.mark.parametrize("error", [AttributeError, RuntimeError])
def test_choose_dtype_is_float32_where_torch_lacks_the_operator_that_knows(monkeypatch, error):
    class Operators:
        def __getattr__(self, name):
            raise error(f"'_OpNamespace' 'mkldnn' object has no attribute {name!r}")

    monkeypatch.setattr(torch.ops, "mkldnn", Operators(), raising=False)
    assert choose_dtype(CPU) == torch.float32


@pytest.mark.parametrize(("gpu", "expected"), [(True, "cuda"), (False, "cpu")])
def test_choose_device_is_the_gpu_if_there_is_one(monkeypatch, gpu, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    assert choose_device() == torch.device(expected)


def test_float32_step_equals_plain_training_to_the_bit():
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


def test_resumed_float16_run_ends_in_the_same_weights(settings, half_precision, tune, make_checkpoints, tmp_path):
    two = dataclasses.replace(settings, epochs=2)
    whole, results = tune(two, make_checkpoints(tmp_path / "whole"))
    assert results[1].val_log_loss < 0.8 * results[0].val_log_loss
    with pytest.raises(KeyboardInterrupt):
        tune(two, make_checkpoints(tmp_path / "stopped", stop_after=2))
    resumed, same = tune(two, make_checkpoints(tmp_path / "stopped", resume=True))
    assert same == results
    assert not change(resumed, whole).any()


def test_learning_rate_schedule_waits_while_steps_overflow(
    settings, half_precision, tune, make_checkpoints, monkeypatch, tmp_path
):
    taken, rates = [], []
    step = Precision.backward_and_step

    def overflow_twice(precision, loss, optimizer, parameters, max_norm):
        rates.append(optimizer.param_groups[0]["lr"])
        taken.append(step(precision, loss * (OVERFLOW if len(taken) < 2 else 1), optimizer, parameters, max_norm))
        return taken[-1]

    monkeypatch.setattr(Precision, "backward_and_step", overflow_twice)
    tune(dataclasses.replace(settings, epochs=1, warmup=0.5), make_checkpoints(tmp_path / "run"))
    assert taken[:4] == [False, False, True, True]
    assert rates[0] == rates[1] == rates[2] < rates[3]
