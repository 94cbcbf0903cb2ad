"""Golden numbers of giemsa::Optimizer for tests/train/optimizer_golden_test.cpp: torch.optim.SGD, Adam and AdamW and
torch.nn.utils.clip_grad_norm_ of PyTorch 1.13 in float32; Lion by its published rule (Chen et al. 2023, arXiv
2302.06675, algorithm 2) in float64.

Usage: python3 tests/golden/make/optimizers.py > tests/golden/data/optimizers.json

The network is a convolution, a batch norm and a dense layer with the shapes below. Value i of tensor j starts as
(-1)^i (1.5 + ((7 i + 3 j) mod 11) / 10), which no case moves to 0; its data gradient in step t (from 1) is
((37 i + 11 t + 5 j) mod 17 - 8) / 16 * 10^(i mod 6 - 4), from far below epsilon's reach to far above it. The penalties
l1 sum |w| + l2 sum w^2 of the kernels are part of the loss. Only kernels have weight decay. The convolution and the norm
are one block away from the head, so their rate is lr * layer_decay. Lion's rates are powers of two:
its steps all have one size, and other sizes would be rounded 100 times in the same direction in float32.
"""
import json

import torch

SHAPES = {"conv.weight": (2, 3, 3, 3), "norm.weight": (2,), "norm.bias": (2,), "fc.weight": (2, 2), "fc.bias": (2,)}
SHOWN = (1, 10, 100)
NONE = dict(momentum=0.9, nesterov=True, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0, l1=0.0, l2=0.0,
            clip_norm=0.0, layer_decay=1.0)
CASES = [
    dict(kind="sgd", lr=1e-2, momentum=0.0, nesterov=False),
    dict(kind="sgd", lr=2e-3, nesterov=False, weight_decay=1e-2),
    dict(kind="sgd", lr=2e-3, weight_decay=1e-2),
    dict(kind="sgd", lr=2e-3, weight_decay=1e-2, l1=1e-3, l2=1e-2, clip_norm=0.7, layer_decay=0.5),
    dict(kind="adam", lr=1e-3),
    dict(kind="adam", lr=4e-3, beta2=0.95, weight_decay=0.1),
    dict(kind="adam", lr=1e-3, weight_decay=0.1, l1=1e-3, l2=1e-2, clip_norm=0.7, layer_decay=0.5),
    dict(kind="adamw", lr=1e-3, weight_decay=0.01),
    dict(kind="adamw", lr=1e-2, weight_decay=0.02),
    dict(kind="adamw", lr=1e-2, beta1=0.5, beta2=0.99, epsilon=1e-3, weight_decay=0.5),
    dict(kind="adamw", lr=1e-3, weight_decay=0.1, l1=1e-3, l2=1e-2, clip_norm=0.7, layer_decay=0.5),
    dict(kind="lion", lr=2.0**-13, beta2=0.99),
    dict(kind="lion", lr=2.0**-10, beta2=0.99, weight_decay=0.3),
    dict(kind="lion", lr=2.0**-10, beta1=0.8, beta2=0.95, weight_decay=0.3, l1=1e-3, l2=1e-2, clip_norm=0.7,
         layer_decay=0.5),
]


class Lion:
    def __init__(self, groups, lr, betas):
        self.groups, self.betas = groups, betas
        self.momenta = [torch.zeros_like(group["params"][0]) for group in groups]

    @torch.no_grad()
    def step(self):
        beta1, beta2 = self.betas
        for group, m in zip(self.groups, self.momenta):
            p = group["params"][0]
            c = beta1 * m + (1 - beta1) * p.grad
            p.sub_(group["lr"] * (torch.sign(c) + group["weight_decay"] * p))
            m.copy_(beta2 * m + (1 - beta2) * p.grad)


def numbers(shape, value):
    return torch.tensor([value(i) for i in range(torch.Size(shape).numel())], dtype=torch.float64).view(shape)


def run(kind, lr, momentum, nesterov, beta1, beta2, epsilon, weight_decay, l1, l2, clip_norm, layer_decay):
    dtype = torch.float64 if kind == "lion" else torch.float32
    params = [numbers(shape, lambda i: (-1)**i * (1.5 + (7 * i + 3 * j) % 11 / 10)).float().to(dtype).requires_grad_()
              for j, shape in enumerate(SHAPES.values())]
    kernels = [p for name, p in zip(SHAPES, params) if name in ("conv.weight", "fc.weight")]
    groups = [dict(params=[p], lr=lr if name.startswith("fc") else lr * layer_decay,
                   weight_decay=weight_decay if any(p is k for k in kernels) else 0.0) for name, p in zip(SHAPES, params)]
    betas = (beta1, beta2)
    optimizer = {
        "sgd": lambda: torch.optim.SGD(groups, lr=lr, momentum=momentum, nesterov=nesterov),
        "adam": lambda: torch.optim.Adam(groups, lr=lr, betas=betas, eps=epsilon),
        "adamw": lambda: torch.optim.AdamW(groups, lr=lr, betas=betas, eps=epsilon),
        "lion": lambda: Lion(groups, lr, betas),
    }[kind]()
    shown = []
    for t in range(1, max(SHOWN) + 1):
        for p in params:
            p.grad = None
        gradients = [numbers(p.shape, lambda i: ((37 * i + 11 * t + 5 * j) % 17 - 8) / 16 * 10.0**(i % 6 - 4))
                     for j, p in enumerate(params)]
        loss = sum((g.float().to(dtype) * p).sum() for g, p in zip(gradients, params))
        loss = loss + sum(l1 * k.abs().sum() + l2 * k.square().sum() for k in kernels)
        loss.backward()
        if clip_norm > 0:
            torch.nn.utils.clip_grad_norm_(params, clip_norm)
        optimizer.step()
        if t in SHOWN:
            shown.append({"step": t, "params": {name: [float(f"{v:.9g}") for v in p.flatten().tolist()]
                                                for name, p in zip(SHAPES, params)}})
    return shown


cases = []
for case in CASES:
    options = {**NONE, **case}
    cases.append(json.dumps({**options, "shown": run(**options)}))
print("[" + ",\n".join(cases) + "]")
