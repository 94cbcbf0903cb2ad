"""Golden numbers of giemsa::adamw_update, from torch.optim.AdamW of PyTorch 1.13, for tests/train/adamw_test.cpp.

Usage: python3 tests/golden/make/adamw.py > tests/golden/data/adamw.txt
Line: lr beta1 beta2 epsilon weight_decay step, then the six parameters after that step. The gradient of parameter i in
step t (from 1) is ((37 i + 11 t) mod 17 - 8) / 16 · 10^(i - 4): exact fractions, so that both sides can make them, from
far below epsilon's reach to far above it.
"""
import torch

COUNT, STEPS, SHOWN = 6, 100, (1, 2, 10, 50, 100)
CASES = [
    (1e-3, 0.9, 0.999, 1e-8, 0.01),  # PyTorch's defaults
    (1e-2, 0.9, 0.999, 1e-8, 0.02),
    (4e-3, 0.9, 0.95, 1e-8, 0.0),
    (1e-2, 0.0, 0.99, 1e-3, 0.5),
]

for lr, beta1, beta2, epsilon, weight_decay in CASES:
    param = torch.tensor([(i - 2.5) / 4 for i in range(COUNT)], requires_grad=True)
    optimizer = torch.optim.AdamW([param], lr=lr, betas=(beta1, beta2), eps=epsilon, weight_decay=weight_decay)
    for step in range(1, STEPS + 1):
        param.grad = torch.tensor(
            [((37 * i + 11 * step) % 17 - 8) / 16 * 10.0 ** (i - 4) for i in range(COUNT)])
        optimizer.step()
        if step in SHOWN:
            values = " ".join(repr(value) for value in param.tolist())
            print(lr, beta1, beta2, epsilon, weight_decay, step, values)
