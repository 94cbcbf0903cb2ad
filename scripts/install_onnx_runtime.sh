#!/usr/bin/env bash
# Installs ONNX Runtime for Node into a folder, where it is not there yet: scripts/install_onnx_runtime.sh FOLDER
set -euo pipefail
wanted=$(dirname "$0")/../tests/onnx/peer/package.json
if cmp -s "$wanted" "$1/package.json" && [ -d "$1/node_modules/onnxruntime-node" ]; then exit 0; fi
mkdir -p "$1"
npm install --prefix "$1" --ignore-scripts --no-package-lock --no-audit --no-fund --silent \
  "onnxruntime-node@$(sed -n 's/.*"onnxruntime-node": "\(.*\)".*/\1/p' "$wanted")"
cp "$wanted" "$1/package.json"
