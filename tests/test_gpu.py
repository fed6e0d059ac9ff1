"""Every lab runs on a CUDA device as it does on the CPU, up to rounding at the start."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground import wire
from playground.contract import Lab, labs
from playground.training.recorder import frames

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")]


@pytest.mark.parametrize("lab", labs(), ids=[lab.path for lab in labs()])
def test_a_run_on_the_gpu_starts_where_the_cpu_does(lab: Lab) -> None:
    cpu, gpu = (wire.recorded(frames(lab, lab.small, device)) for device in ("cpu", "cuda"))
    assert cpu.steps.tolist() == gpu.steps.tolist()
    for name, values in cpu.metrics.items():
        if np.isfinite(values[0]):
            assert gpu.metrics[name][0] == pytest.approx(values[0], rel=1e-3, abs=1e-5), name
