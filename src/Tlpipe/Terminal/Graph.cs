// A pipeline's graph for Mermaid and Graphviz.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Plan;

namespace Tlpipe.Terminal;

/// <summary>Stages with their states, and an edge for each output that a stage reads of another. An edge that only sets the order is dotted.</summary>
internal sealed class Graph(string name, IReadOnlyList<StageStatus> stages)
{
    /// <summary>An edge.</summary>
    /// <param name="From">The instance that is needed.</param>
    /// <param name="To">The instance that needs it.</param>
    /// <param name="Output">The output that is read; "" if it is the stage's only one or nothing is read.</param>
    /// <param name="IsOrder">Whether it only sets the order.</param>
    private sealed record Edge(string From, string To, string Output, bool IsOrder);

    /// <summary>The colours of each state, in the order of Mermaid's class definitions.</summary>
    private static readonly OrderedDictionary<StageState, (string Fill, string Stroke)> Shades = new()
    {
        [StageState.Reused] = ("#d8f0d8", "#3a7d3a"),
        [StageState.Resumes] = ("#fff3c4", "#a37f00"),
        [StageState.Runs] = ("#fde0d0", "#b0532c"),
        [StageState.AwaitsInput] = ("#eeeeee", "#777777"),
        [StageState.Blocked] = ("#f8c8c8", "#a00000"),
    };

    private IEnumerable<Edge> Edges
    {
        get
        {
            var kinds = stages.ToDictionary(s => s.Stage.Name, s => s.Stage.Kind);
            foreach (var stage in stages.Select(s => s.Stage))
            {
                foreach (var use in stage.Inputs.Select(use => (use.Input.Stage, use.Input.Output)).Distinct())
                    yield return new Edge(use.Stage, stage.Name, kinds[use.Stage].Outputs.Count > 1 ? use.Output : "", IsOrder: false);
                foreach (var before in stage.After.Where(before => stage.Inputs.All(use => use.Input.Stage != before)))
                    yield return new Edge(before, stage.Name, "", IsOrder: true);
            }
        }
    }

    /// <summary>A flowchart for https://mermaid.js.org.</summary>
    public string ToMermaid()
    {
        var ids = stages.Select((s, i) => (s.Stage.Name, Id: string.Create(CultureInfo.InvariantCulture, $"s{i}"))).ToDictionary(s => s.Name, s => s.Id);
        var text = new StringBuilder("flowchart LR\n");
        foreach (var status in stages)
            text.Append(CultureInfo.InvariantCulture, $"  {ids[status.Stage.Name]}[\"{status.Stage.Name}<br/><small>{status.Stage.Kind.Kind}</small>\"]:::{status.State.InJson()}\n");
        foreach (var edge in Edges)
            text.Append(CultureInfo.InvariantCulture, $"  {ids[edge.From]} {(edge.IsOrder ? "-.->" : edge.Output.Length > 0 ? $"-->|{edge.Output}|" : "-->")} {ids[edge.To]}\n");
        foreach (var (state, colours) in Shades)
            text.Append(CultureInfo.InvariantCulture, $"  classDef {state.InJson()} fill:{colours.Fill},stroke:{colours.Stroke},color:#000\n");
        return text.ToString();
    }

    /// <summary>A directed graph for Graphviz.</summary>
    public string ToDot()
    {
        var text = new StringBuilder($"digraph \"{name}\" {{\n  rankdir=LR\n  node [shape=box, style=filled, fontname=\"sans-serif\"]\n");
        foreach (var status in stages)
            text.Append(CultureInfo.InvariantCulture, $"  \"{status.Stage.Name}\" [label=\"{status.Stage.Name}\\n{status.Stage.Kind.Kind}\", fillcolor=\"{Shades[status.State].Fill}\"]\n");
        foreach (var edge in Edges)
            text.Append(CultureInfo.InvariantCulture, $"  \"{edge.From}\" -> \"{edge.To}\"{(edge.IsOrder ? " [style=dotted]" : edge.Output.Length > 0 ? $" [label=\"{edge.Output}\"]" : "")}\n");
        return text.Append("}\n").ToString();
    }

    public JsonObject ToJson() => new()
    {
        ["name"] = name,
        ["nodes"] = new JsonArray([.. stages.Select(s => (JsonNode)new JsonObject { ["stage"] = s.Stage.Name, ["kind"] = s.Stage.Kind.Kind, ["state"] = s.State.InJson() })]),
        ["edges"] = new JsonArray([.. Edges.Select(e => (JsonNode)new JsonObject { ["from"] = e.From, ["to"] = e.To, ["output"] = e.Output.Length > 0 ? e.Output : null, ["order_only"] = e.IsOrder })]),
    };
}
