#!/usr/bin/env bash
# tlpipe and Hugging Face in turn on the same rows: a Markdown table of medians, ratios and spread (compare.py --help).
# usage: tests/Peer/compare.sh [TLPIPE] [--only NAME …] [--runs N] [--output FILE]
#   needs Hugging Face's libraries, models and data beside the repository (../shared), which are not part of it;
#   HF_STACK names a place where the libraries are unpacked already, WORK one for models and rows
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
shared="$repository/../shared"
[ -e "$shared/peers/setup" ] || { echo "needs $shared/peers; nothing was compared" >&2; exit 3; }
tlpipe=$repository/bin/tlpipe
if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then tlpipe=$1; shift; fi
[ -x "$tlpipe" ] || { echo "$tlpipe is not there; build it first: dotnet publish src/Tlpipe --output bin" >&2; exit 2; }
work=${WORK:-}
if [ -z "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
mkdir -p "$work"
if [ -z "${HF_STACK:-}" ]; then
  "$shared/peers/setup" "$work/peer" >/dev/null
  HF_STACK="$work/peer/hf-stack"
fi
export PYTHONPATH="$HF_STACK" HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false
python3 "$here/compare.py" --tlpipe "$tlpipe" --shared "$shared" --work "$work" "$@"
