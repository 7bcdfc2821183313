"""A network is recorded without a weight or a number, and its table says what the papers and PyTorch's own counter say."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from helpers.networks.ledger import ledger
from helpers.networks.recorder import INPUT, NetworkError, record

VGG_16 = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]


def vgg_16() -> nn.Module:
    """Configuration D of Simonyan and Zisserman, table 1."""
    layers: list[nn.Module] = []
    channels = 3
    for filters in VGG_16:
        if filters:
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(inplace=True)]
            channels = filters
        else:
            layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(512 * 49, 4096), nn.ReLU(), nn.Dropout()]
    return nn.Sequential(*layers, nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 1000))


class Residual(nn.Module):
    """Two convolutions beside a shortcut; the second one depthwise."""

    def __init__(self, channels: int = 8) -> None:
        super().__init__()
        self.wide = nn.Conv2d(channels, 2 * channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(2 * channels)
        self.deep = nn.Conv2d(2 * channels, channels, 3, padding=1, groups=channels)

    def forward(self, x):
        return F.relu(self.deep(F.relu(self.norm(self.wide(x)))) + x)


class Strange(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.once = nn.Conv2d(8, 8, 3, padding=1)
        self.twice = self.once
        self.never = nn.Conv2d(8, 4, 1)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return torch.cumprod(self.twice(self.once(x)) * self.scale, dim=1)


class Misshapen(nn.Module):
    def forward(self, x):
        return x.reshape(7)


def test_vgg_16_has_the_papers_parameters_and_takes_no_memory_for_them():
    recording = record(vgg_16, (1, 3, 224, 224))
    assert recording.parameters == 138_357_544
    assert recording.multiply_adds == 15_470_264_320
    assert recording.unknown == recording.unused == ()
    assert recording.steps[-1].shape == (1, 1000)


NETWORKS = {
    "vgg": (vgg_16, (2, 3, 224, 224)),
    "residual": (Residual, (3, 8, 9, 7)),
    "strides, groups, dilation": (
        lambda: nn.Sequential(
            nn.Conv2d(6, 12, (3, 2), stride=(2, 1), dilation=2, groups=3), nn.Conv2d(12, 4, 1, padding="same")
        ),
        (2, 6, 15, 11),
    ),
    "signals": (
        lambda: nn.Sequential(nn.Conv1d(4, 6, 5, stride=2), nn.Flatten(), nn.Linear(6 * 8, 3)),
        (2, 4, 20),
    ),
    "volumes": (lambda: nn.Conv3d(2, 3, 3), (1, 2, 5, 6, 7)),
    "transposed": (lambda: nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2), (2, 4, 5, 6)),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_multiply_adds_are_half_of_what_pytorchs_counter_says(name):
    make, shape = NETWORKS[name]
    with torch.device("meta"):
        module, x = make().eval(), torch.empty(shape)
    with FlopCounterMode(display=False) as counter:
        module(x)
    assert 2 * record(make, shape).multiply_adds == counter.get_total_flops() > 0


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_are_those_of_a_run_with_numbers(name):
    make, shape = NETWORKS[name]
    if name == "vgg":
        make, shape = (lambda: vgg_16()[:10]), (1, 3, 16, 16)
    module = make().eval()
    assert record(module, shape).steps[-1].shape == tuple(module(torch.zeros(shape)).shape)


def test_matrix_products_count_however_they_are_written():
    class Products(nn.Module):
        def forward(self, x):
            a = x @ x.transpose(1, 2)
            b = torch.matmul(a, x)
            return torch.bmm(b, x.transpose(1, 2)) + a

    assert record(Products, (2, 3, 5)).multiply_adds == 2 * (3 * 5 * 3 + 3 * 3 * 5 + 3 * 5 * 3)


def test_who_takes_from_whom_is_known():
    steps = record(Residual(), (1, 8, 5, 5)).steps
    assert [step.name for step in steps] == ["conv2d", "batch_norm", "relu", "conv2d", "add", "relu"]
    assert steps[0].inputs == (INPUT,)
    assert steps[4].inputs == (3, INPUT)
    assert [step.place for step in steps] == ["wide", "norm", "", "deep", "", ""]


def test_in_place_operations_are_followed():
    class InPlace(nn.Module):
        def forward(self, x):
            y = x + 1
            y += x
            y.relu_()
            return torch.cat([y, x], dim=1)

    steps = record(InPlace, (1, 2, 3, 3)).steps
    assert [(step.name, step.inputs) for step in steps] == [
        ("add", (INPUT,)),
        ("add", (0, INPUT)),
        ("relu", (1,)),
        ("cat", (2, INPUT)),
    ]


def test_the_module_stays_as_it_is():
    module = Residual()
    module.norm.eval()
    weights = {name: value.clone() for name, value in module.state_dict().items()}
    state = torch.get_rng_state()
    record(module, (2, 8, 6, 6))
    assert module.training and not module.norm.training and module.deep.training
    assert all(torch.equal(value, weights[name]) for name, value in module.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert not nn.modules.module._global_forward_hooks and not nn.modules.module._global_forward_pre_hooks


def test_what_the_table_cannot_say_is_said_below_it():
    table = ledger(Strange(), (2, 8, 5, 6))
    assert [row.name for row in table.rows] == ["once", "once", "mul", "cumprod"]
    assert [row.parameters for row in table.rows] == [584, 0, 0, 0]
    assert table.rows[1].again and table.rows[3].multiply_adds is None
    assert table.multiply_adds == 2 * 8 * 8 * 9 * 30
    assert table.notes == (
        "Not counted, because the counter does not know them: cumprod.",
        "Defined, but never run: never.",
        "In no row, 37 parameters: scale (1), never.weight (32), never.bias (4).",
    )


def test_the_sums_do_not_depend_on_the_batch():
    one, four = (ledger(Residual, (batch, 8, 9, 7)) for batch in (1, 4))
    assert one.rows == four.rows
    assert one.parameters == sum(p.numel() for p in Residual().parameters())
    assert one.activations == (16 + 16 + 16 + 8 + 8 + 8) * 63


def test_receptive_fields_are_those_that_a_gradient_shows():
    module = nn.Sequential(
        nn.Conv2d(1, 1, 3, stride=2), nn.MaxPool2d(2), nn.Conv2d(1, 1, (3, 2), dilation=2, bias=False)
    ).double()
    reach = record(module, (1, 1, 41, 41)).steps[-1].reach
    with torch.no_grad():
        for weight in module.parameters():
            weight.fill_(1.0)
    x = torch.rand(1, 1, 41, 41, dtype=torch.float64, requires_grad=True)
    middle = nn.Sequential(module[0], nn.AvgPool2d(2), module[2])  # every number of a window counts in a mean
    out = middle(x)
    out[0, 0, out.shape[2] // 2, out.shape[3] // 2].backward()
    rows, columns = torch.nonzero(x.grad[0, 0], as_tuple=True)
    sides = (int(rows.max() - rows.min()) + 1, int(columns.max() - columns.min()) + 1)
    assert reach is not None and reach.field == sides
    assert reach.step == (4, 4)


def test_after_a_flatten_a_number_sees_everything():
    rows = ledger(
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(18, 2)), (1, 1, 5, 5)
    ).rows
    assert [row.sees for row in rows] == [(3, 3), None, None]


def test_the_text_lines_up_and_the_page_holds_the_same_cells():
    table = ledger(Residual, (1, 8, 5, 6))
    lines = str(table).splitlines()
    assert lines[0].split() == [
        "layer",
        "kind",
        "output",
        "parameters",
        "multiply-adds",
        "activations",
        "sees",
    ]
    assert lines[-1].split()[:2] == ["together", f"{table.parameters:,}".replace(",", " ").split()[0]]
    page = table._repr_html_()
    assert "<td" in page and "16 × 5 × 6" in page and "One input of 8 × 5 × 6" in page
    assert "<script" not in page and "&lt;" not in page


@pytest.mark.parametrize("shape", [(), (3,), (1, 0, 4, 4), (1, -1)])
def test_a_shape_that_is_none_is_refused(shape):
    with pytest.raises(NetworkError, match="each at least 1"):
        record(Residual, shape)


def test_where_a_network_does_not_run_the_module_is_named():
    with pytest.raises(NetworkError, match=r"\(1, 3, 8, 8\): in `1` \(Conv2d\)"):
        record(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(5, 4, 3)), (1, 3, 8, 8))
    with pytest.raises(NetworkError, match="in its own forward"):
        record(Misshapen, (1, 8, 5, 5))
    with pytest.raises(NetworkError, match="got a int"):
        record(lambda: 3, (1, 2))
