// Draws the stages and their dependencies.
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;

namespace Tlpipe.Report;

/// <summary>A layered drawing: a stage is to the right of all its inputs and, within its layer, near them.</summary>
internal static class GraphDrawing
{
    private const double BoxWidth = 172;
    private const double BoxHeight = 40;
    private const double ColumnWidth = 218;
    private const double RowHeight = 52;
    private const int Sweeps = 6;
    private const int LongestName = 23;

    public static Html Draw(IReadOnlyList<StageRecord> stages)
    {
        var layers = Layers(stages);
        var rows = layers.Max(layer => layer.Count);
        var place = new Dictionary<string, (double X, double Y)>(StringComparer.Ordinal);
        for (var column = 0; column < layers.Count; column++)
            for (var row = 0; row < layers[column].Count; row++)
                place[layers[column][row].Name] = (6 + (column * ColumnWidth), 6 + ((row + ((rows - layers[column].Count) / 2.0)) * RowHeight));
        var (width, height) = ((layers.Count * ColumnWidth) - (ColumnWidth - BoxWidth) + 12, (rows * RowHeight) + 4);
        var edges = stages.SelectMany(stage => stage.Stage.Needs.Where(place.ContainsKey).Distinct(), (stage, need) => Edge(place[need], place[stage.Name]));
        var boxes = stages.Select(stage => Box(stage, place[stage.Name]));
        return Html.Of($"<div class=\"wide\" role=\"region\" aria-label=\"Graph of the stages\" tabindex=\"0\"><svg class=\"graph\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Graph of {Format.Count(stages.Count, "stage")}; the table below lists them\">{edges}{boxes}</svg></div>");
    }

    private static List<List<StageRecord>> Layers(IReadOnlyList<StageRecord> stages)
    {
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        var byName = stages.ToDictionary(stage => stage.Name);
        int Depth(StageRecord stage)
        {
            if (!depths.TryGetValue(stage.Name, out var depth))
                depths[stage.Name] = depth = stage.Stage.Needs.Where(byName.ContainsKey).Select(need => Depth(byName[need]) + 1).DefaultIfEmpty(0).Max();
            return depth;
        }
        var layers = stages.GroupBy(Depth).OrderBy(group => group.Key).Select(group => group.ToList()).ToList();
        var users = stages.SelectMany(stage => stage.Stage.Needs, (stage, need) => (need, stage.Name)).ToLookup(pair => pair.need, pair => pair.Name);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var rank = layers.SelectMany(layer => layer.Select((stage, i) => (stage.Name, At: (i + 0.5) / layer.Count))).ToDictionary(p => p.Name, p => p.At);
            layers = [.. layers.Select(layer => layer
                .OrderBy(stage => (sweep % 2 == 0 ? stage.Stage.Needs : users[stage.Name]).Where(rank.ContainsKey).Select(n => rank[n]).DefaultIfEmpty(rank[stage.Name]).Average())
                .ToList())];
        }
        return layers;
    }

    private static Html Edge((double X, double Y) from, (double X, double Y) to)
    {
        var (x1, y1, x2, y2) = (from.X + BoxWidth, from.Y + (BoxHeight / 2), to.X, to.Y + (BoxHeight / 2));
        var bend = Math.Max(18, (x2 - x1) / 2);
        return Html.Of($"<path class=\"edge\" d=\"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}\"/>");
    }

    private static Html Box(StageRecord stage, (double X, double Y) at)
    {
        var time = stage.Seconds is { } seconds ? Duration.Text(seconds) : stage.Word;
        return Html.Of($"<g class=\"box {stage.Word.Split(' ')[0]}\"><title>{stage.Name}: {stage.Stage.Kind}, {stage.Word}, {time}</title><rect x=\"{at.X}\" y=\"{at.Y}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"5\"/><text x=\"{at.X + 8}\" y=\"{at.Y + 17}\">{Svg.Cut(stage.Name, LongestName)}</text><text class=\"small\" x=\"{at.X + 8}\" y=\"{at.Y + 33}\">{stage.Stage.Kind}</text><text class=\"small\" x=\"{at.X + BoxWidth - 8}\" y=\"{at.Y + 33}\" text-anchor=\"end\">{time}</text></g>");
    }
}
