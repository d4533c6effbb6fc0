#!/usr/bin/env bash
# Makes README's picture and the tutorial's from a real run of the quickstart: docs/pictures/make.sh [run's arguments, such as --force domain], with tlpipe on the path, python3, tmux and chromium.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
session="tlpipe-pictures-$$"
trap 'tmux -L "$session" kill-server 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
tlpipe init . > /dev/null

# A screen as SVG, with the colours that tlpipe uses; every piece gets the width of its letters, whatever font there is, and spaces that none collapses.
cat > to_svg.py << 'PYTHON'
import html, re, sys
colours = {"31": "#ff8078", "32": "#7ee08f", "33": "#e8c25a", "36": "#7cc7e8"}
lines = sys.stdin.read().rstrip("\n ").split("\n")
height = 18 * len(lines) + 20
print(f'<svg xmlns="http://www.w3.org/2000/svg" width="700" height="{height}" viewBox="0 0 700 {height}" role="img" aria-label="A terminal in which tlpipe runs">')
print(f'<rect width="700" height="{height}" rx="6" fill="#12171d"/>')
print('<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" fill="#dde3e9" xml:space="preserve">')
for row, line in enumerate(lines):
    column, fill = 0, ""
    for piece in re.split(r"(\033\[[0-9;]*m)", line):
        if piece.startswith("\033"):
            code = piece[2:-1]
            fill = f' fill="{colours[code]}"' if code in colours else ""
            continue
        if piece.strip():
            print(f'<text x="{12 + 8.43 * column:.1f}" y="{18 * row + 24}" textLength="{8.43 * len(piece):.1f}"{fill}>{html.escape(piece).replace(" ", chr(160))}</text>')
        column += len(piece)
print("</g>\n</svg>")
PYTHON

tmux -L "$session" new-session -d -x 80 -y 24 -s run "env -u NO_COLOR tlpipe run configs/quickstart.yaml $*; sleep 3600"
# While the language model learns the shop's reviews, with half of it done.
until tmux -L "$session" capture-pane -t run -p | grep -qE 'domain train █████'; do sleep 0.5; done
tmux -L "$session" capture-pane -t run -e -p | python3 to_svg.py > "$here/run.svg"
for second in $(seq 1800); do
  tmux -L "$session" capture-pane -t run -p | grep -q '^everything' && break
  [ "$second" -lt 1800 ] || { echo "the run did not end" >&2; exit 1; }
  sleep 1
done

tlpipe report -o report.html > /dev/null
timeout 60 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$folder/profile" \
  --window-size=1000,900 --screenshot="$here/report.png" "file://$folder/report.html" 2> /dev/null
ls -l "$here"
