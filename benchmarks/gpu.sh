#!/usr/bin/env bash
# The GPU twins, kernels and training steps on a CUDA device, side by side with cuSPARSE and cuBLAS through PyTorch, and with PyG.
# Both sides take the median of synchronised samples. Exit code 1 where a twin or a result differs, 2 without the device. usage: benchmarks/gpu.sh [--device NAME] [--publish-only]
#   --publish-only  makes artifacts/gpu (self-contained, 47 MB): carry it, with benchmarks/gpu.sh and benchmarks/gpu, to a machine without .NET
#   --device NAME   another device than cuda:0; opencl:0 for a dry run without a GPU
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out="$root/artifacts/gpu" device=cuda:0 publish_only=
while [ $# -gt 0 ]; do
  case $1 in
    --device) device=${2:?gpu.sh: --device needs a name}; shift 2 ;;
    --publish-only) publish_only=1; shift ;;
    *) echo "gpu.sh: unknown option '$1'; there is --device NAME and --publish-only" >&2; exit 2 ;;
  esac
done

if command -v dotnet >/dev/null; then
  dotnet publish "$root/benchmarks/GraphTune.Benchmarks.csproj" -c Release -v quiet -r linux-x64 --self-contained -o "$out" \
    -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true -p:DebugType=none \
    -p:NuGetLockFilePath=obj/publish.lock.json -p:RestoreLockedMode=false
  rm -rf "$out"/*.xml "$out/amd64" "$out/libcapstone.so"   # BenchmarkDotNet's disassembler, not needed here
elif [ ! -x "$out/GraphTune.Benchmarks" ]; then
  echo "gpu.sh: no .NET SDK here and nothing published in $out; run gpu.sh --publish-only where there is one" >&2; exit 2
fi
[ -n "$publish_only" ] && { du -sh "$out" | cut -f1; exit 0; }

bench="$out/GraphTune.Benchmarks"
export DOTNET_BUNDLE_EXTRACT_BASE_DIR="${TMPDIR:-/tmp}/graphtune-bundle"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
failed=0
status=0
"$bench" gpu twins "$device" > "$work/twins.jsonl" || status=$?
[ "$status" -ne 2 ] || { echo "gpu.sh: for a dry run without a GPU: gpu.sh --device opencl:0" >&2; exit 2; }
[ "$status" -eq 0 ] || failed=1
grep '"passed": false' "$work/twins.jsonl" || true
echo "twins: $(grep -c '"passed": true' "$work/twins.jsonl" || true) agree with the host, $(grep -c '"passed": false' "$work/twins.jsonl" || true) do not"
[ "$status" -le 1 ] || echo "gpu.sh: gpu twins ended with code $status before its last check" >&2
"$bench" gpu kernels "$device" "$work/data" | tee "$work/ours.jsonl"
"$bench" gpu steps "$device" "$work/data" | tee -a "$work/ours.jsonl"

if ! python3 -c 'import torch' 2>/dev/null; then
  echo "gpu.sh: no Python with PyTorch here; these are our times alone"; exit "$failed"
fi
"$bench" gpu export none "$work/data"
python3 "$root/benchmarks/gpu/peers.py" "$work/data" "${device%%:*}" | tee "$work/theirs.jsonl"
python3 "$root/benchmarks/gpu/table.py" "$work/ours.jsonl" "$work/theirs.jsonl" || failed=1
exit "$failed"
