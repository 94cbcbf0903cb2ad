#!/usr/bin/env python3
"""The training job of `giemsa train --recipe transfer` as a plain PyTorch script, to compare speeds with.

MobileNetV2 at 96 px from the 200 px centre crop; flips, rotation, scale, shift and colour jitter by torchvision on
Pillow images; AdamW, label smoothing, moving average; channels last. Pictures are decoded once and kept in memory, as
giemsa does. Prints images/s over the measured steps, everything included.

    train_torchvision.py IMAGES SPLIT_CSV [--steps 60] [--workers 0] [--threads 2]

Debian packages: python3-torch python3-torchvision python3-pil, and the same BLAS as giemsa.
"""
import argparse
import csv
import os
import time

import torch
import torchvision
from PIL import Image
from torchvision import transforms as T

parser = argparse.ArgumentParser()
parser.add_argument("images")
parser.add_argument("split")
parser.add_argument("--steps", type=int, default=60)
parser.add_argument("--warmup", type=int, default=10)
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--workers", type=int, default=0)
parser.add_argument("--threads", type=int, default=os.cpu_count())
args = parser.parse_args()
torch.set_num_threads(args.threads)
torch.set_flush_denormal(True)
torch.manual_seed(1)

rows = [row for row in csv.DictReader(open(args.split)) if row["split"] == "train"]
classes = sorted({row["label"] for row in rows})
needed = (args.steps + args.warmup) * args.batch
torch.manual_seed(1)
rows = [rows[i] for i in torch.randperm(len(rows))[:needed].tolist()]


class Cells(torch.utils.data.Dataset):
    def __init__(self):
        crop = T.CenterCrop(200)
        self.pictures = [crop(Image.open(os.path.join(args.images, row["path"])).convert("RGB")) for row in rows]
        self.labels = [classes.index(row["label"]) for row in rows]
        self.augment = T.Compose([
            T.RandomHorizontalFlip(),
            T.RandomVerticalFlip(),
            T.RandomAffine(180, translate=(0.05, 0.05), scale=(1 / 1.15, 1.15), interpolation=T.InterpolationMode.BILINEAR),
            T.Resize(96),
            T.ColorJitter(0.15, 0.15, 0.15, 6 / 360),
            T.ToTensor(),
            T.Normalize([0.5] * 3, [0.5] * 3),
        ])

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.augment(self.pictures[index]), self.labels[index]


cells = Cells()
loader = torch.utils.data.DataLoader(cells, args.batch, shuffle=True, drop_last=True, num_workers=args.workers)
network = torchvision.models.mobilenet_v2(num_classes=len(classes)).to(memory_format=torch.channels_last)
decayed = [p for p in network.parameters() if p.dim() > 1]
others = [p for p in network.parameters() if p.dim() <= 1]
optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}], 1e-3)
criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
average = {name: value.clone() for name, value in network.state_dict().items()}

done = 0
for step, (images, labels) in enumerate(loader):
    if step == args.warmup:
        start = time.perf_counter()
    images = images.contiguous(memory_format=torch.channels_last)
    loss = criterion(network(images), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                average[name].lerp_(value, 0.002)
    if step >= args.warmup:
        done += len(labels)
print(f"images/s {done / (time.perf_counter() - start):.1f}")
