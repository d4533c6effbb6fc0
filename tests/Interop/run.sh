#!/usr/bin/env bash
# Hugging Face and tlpipe read each other's files: the same tensors, logits and token ids, and no warning.
# usage: tests/Interop/run.sh [TLPIPE]
#   needs Hugging Face's libraries and their files beside the repository (../shared/peers and ../shared/goldens), which are not part of it;
#   HF_STACK names a place where the libraries are unpacked already
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
shared="$repository/../shared"
[ -e "$shared/peers/setup" ] || { echo "needs $shared/peers; nothing was checked" >&2; exit 3; }
tlpipe=${1:-$repository/bin/tlpipe}
[ -x "$tlpipe" ] || { echo "$tlpipe is not there; build it first: dotnet publish src/Tlpipe --output bin" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${HF_STACK:-}" ]; then
  "$shared/peers/setup" "$work/peer" >/dev/null
  HF_STACK="$work/peer/hf-stack"
fi
export PYTHONPATH="$HF_STACK" HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false DOTNET_EnableDiagnostics=0
python3 "$here/interop.py" --tlpipe "$tlpipe" --goldens "$shared/goldens/portable" --work "$work"
