#!/usr/bin/env bash
# Draws the projects below src/ and the arrows between them, from their csproj files: docs/pictures/architecture.sh [repository]. An arrow that a longer way implies is left out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/../..}"
awk '
# The name of a csproj file: what is between the last slash and the ending.
function named(path) { gsub(/\\/, "/", path); sub(/.*\//, "", path); sub(/\.csproj$/, "", path); return path }
function escaped(text) { gsub(/&amp;/, "\\&", text); gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); return text }

# Whether there is a way from one project to another, over at least the given number of arrows.
function reaches(from, to, least,   i) {
  if (least <= 0 && from == to) return 1
  for (i = 1; i <= count[from]; i++)
    if (reaches(used[from, i], to, least - 1)) return 1
  return 0
}

function level(project,   i, below, highest) {
  highest = -1
  for (i = 1; i <= count[project]; i++) {
    below = level(used[project, i])
    if (below > highest) highest = below
  }
  return highest + 1
}

FNR == 1 { project = named(FILENAME); names[++projects] = project; count[project] += 0 }
/<ProjectReference Include="/ {
  path = $0; sub(/.*<ProjectReference Include="/, "", path); sub(/".*/, "", path)
  used[project, ++count[project]] = named(path)
}
/<Description>.*<\/Description>/ {
  found = $0; sub(/.*<Description>/, "", found); sub(/<\/Description>.*/, "", found); about[project] = found
}

END {
  width = 250; height = 74; across = 30; down = 56; margin = 14; letters = 34
  for (i = 1; i <= projects; i++) {
    rank[names[i]] = level(names[i])
    if (rank[names[i]] > top) top = rank[names[i]]
  }
  # From the bottom up: the lowest row side by side, the others above the middle of what they use, none nearer than across to its neighbour.
  for (row = 0; row <= top; row++) {
    free = -100000
    for (i = 1; i <= projects; i++) {
      p = names[i]
      if (rank[p] != row) continue
      wanted = 0
      for (j = 1; j <= count[p]; j++) wanted += x[used[p, j]] / count[p]
      if (row == 0) wanted = lowest++ * (width + across)
      x[p] = wanted > free ? wanted : free
      free = x[p] + width + across
      if (x[p] + width > right) right = x[p] + width
      y[p] = margin + (top - row) * (height + down)
    }
  }
  w = right + 2 * margin; h = (top + 1) * height + top * down + 2 * margin
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"The projects of tlpipe; an arrow leads from a project to one that it uses\">\n", w, h, w, h
  print "<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 L10 5 L0 10 z\" fill=\"#7d8a99\"/></marker></defs>"
  print "<g stroke=\"#7d8a99\" stroke-width=\"1.6\" marker-end=\"url(#head)\">"
  for (i = 1; i <= projects; i++)
    for (j = 1; j <= count[names[i]]; j++) {
      p = names[i]; q = used[p, j]
      if (!(q in rank) || reaches(p, q, 2)) continue
      # Arrows leave and arrive at different points of an edge where there are several.
      lean = (x[q] - x[p]) / 8; if (lean > width / 3) lean = width / 3; if (lean < -width / 3) lean = -width / 3
      printf "<line x1=\"%.0f\" y1=\"%.0f\" x2=\"%.0f\" y2=\"%.0f\"/>\n", margin + x[p] + width / 2 + lean, y[p] + height, margin + x[q] + width / 2 - lean, y[q] - 2
    }
  print "</g>\n<g font-family=\"DejaVu Sans, Verdana, sans-serif\" text-anchor=\"middle\" fill=\"#14202c\">"
  for (i = 1; i <= projects; i++) {
    p = names[i]; middle = margin + x[p] + width / 2
    printf "<rect x=\"%.0f\" y=\"%.0f\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#dfeaf5\" stroke=\"#7d8a99\"/>\n", margin + x[p], y[p], width, height
    # The description in lines that the box has room for.
    lines = 0; line = ""; words = split(about[p], word, " ")
    for (j = 1; j <= words; j++)
      if (line != "" && length(line " " word[j]) > letters) { part[++lines] = line; line = word[j] }
      else line = line == "" ? word[j] : line " " word[j]
    if (line != "") part[++lines] = line
    printf "<text x=\"%.0f\" y=\"%.0f\" font-size=\"15\" font-weight=\"bold\">%s</text>\n", middle, y[p] + (height - 16 * lines) / 2 + 5, escaped(p)
    for (j = 1; j <= lines; j++)
      printf "<text x=\"%.0f\" y=\"%.0f\" font-size=\"12\">%s</text>\n", middle, y[p] + (height - 16 * lines) / 2 + 5 + 17 * j, escaped(part[j])
  }
  print "</g>\n</svg>"
}' src/*/*.csproj > "$here/architecture.svg"
