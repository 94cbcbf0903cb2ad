"""Golden numbers of giemsa::learning_rate and giemsa::after_epoch for tests/train/schedule_test.cpp and plateau_test.cpp,
by torch.optim.lr_scheduler of PyTorch 1.13.

Usage: python3 tests/golden/make/schedules.py > tests/golden/data/schedules.json

rates: of each step, for 6 epochs of 5 steps, lr 0.3. Those that change per epoch are stepped per epoch.
plateau: the share of lr behind each figure.
"""
import json

import torch
from torch.optim import lr_scheduler

LR, EPOCHS, STEPS = 0.3, 6, 5


def optimizer(lr=LR):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)


def rates(make, per_epoch):
    o = optimizer()
    schedule = make(o)
    shown = []
    for step in range(EPOCHS * STEPS):
        shown.append(o.param_groups[0]["lr"])
        o.step()
        if step + 1 < EPOCHS * STEPS and (not per_epoch or (step + 1) % STEPS == 0):
            schedule.step()
    return shown


def one_cycle(**options):
    return {"kind": "one_cycle", **options,
            "rates": rates(lambda o: lr_scheduler.OneCycleLR(o, LR, total_steps=EPOCHS * STEPS, **options), False)}


schedules = [
    {"kind": "step", "step_epochs": 2, "gamma": 0.1, "rates": rates(lambda o: lr_scheduler.StepLR(o, 2, 0.1), True)},
    {"kind": "step", "step_epochs": 1, "gamma": 0.5, "rates": rates(lambda o: lr_scheduler.StepLR(o, 1, 0.5), True)},
    {"kind": "exponential", "gamma": 0.8, "rates": rates(lambda o: lr_scheduler.ExponentialLR(o, 0.8), True)},
    {"kind": "cosine", "final_frac": 0.1,
     "rates": rates(lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS * STEPS - 1, 0.1 * LR), False)},
    one_cycle(pct_start=0.3, div_factor=25.0, final_div_factor=1e4),
    one_cycle(pct_start=0.5, div_factor=10.0, final_div_factor=100.0),
    one_cycle(pct_start=0.25, div_factor=1.0, final_div_factor=1e4),
]

FIGURES = [0.9, 0.8, 0.81, 0.79995, 0.85, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.69, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]
plateaus = []
for mode in ["min", "max"]:
    for factor, patience, threshold, min_frac in [(0.1, 2, 1e-4, 0.0), (0.5, 0, 1e-4, 0.2), (0.5, 1, 0.1, 0.0)]:
        o = optimizer(1.0)
        schedule = lr_scheduler.ReduceLROnPlateau(o, mode, factor, patience, threshold, min_lr=min_frac, eps=0)
        fracs = []
        figures = FIGURES if mode == "min" else [1 - figure for figure in FIGURES]
        for figure in figures:
            schedule.step(figure)
            fracs.append(o.param_groups[0]["lr"])
        plateaus.append({"higher_is_better": mode == "max", "factor": factor, "patience": patience,
                         "threshold": threshold, "min_frac": min_frac, "figures": figures, "fracs": fracs})

print(json.dumps({"schedules": schedules, "plateaus": plateaus}, indent=0))
