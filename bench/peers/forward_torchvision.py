"""Forward passes of torchvision's networks in eager PyTorch, images/s. The peer of bench_torch_forward.

Usage: python3 bench/peers/forward_torchvision.py NETWORK [--px 96] [--batch 16] [--seconds 5] [--channels-last]
"""

import argparse
import time

import torch
import torchvision


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network")
    parser.add_argument("--px", type=int, default=96)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--channels-last", action="store_true")
    args = parser.parse_args()
    layout = torch.channels_last if args.channels_last else torch.contiguous_format
    model = getattr(torchvision.models, args.network)().eval().to(memory_format=layout)
    images = torch.randn(args.batch, 3, args.px, args.px).to(memory_format=layout)
    with torch.no_grad():
        for _ in range(2):
            model(images)
        start, passes = time.perf_counter(), 0
        while time.perf_counter() - start < args.seconds:
            model(images)
            passes += 1
        seconds = time.perf_counter() - start
    print(f"{args.network} {passes * args.batch / seconds:.1f}")


if __name__ == "__main__":
    main()
