// A pipeline's graph in the languages of two programs that draw graphs.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Running;

namespace Tlpipe.Reporters;

/// <summary>Stages with their states, and an edge for each output that one reads of another; order alone is a dotted edge.</summary>
internal sealed class Graph(string name, IReadOnlyList<StageStatus> stages)
{
    /// <summary>An edge.</summary>
    /// <param name="From">The instance that is needed.</param>
    /// <param name="To">The instance that needs it.</param>
    /// <param name="Output">The output that is read, where it is not the stage's only one; "" where nothing is read.</param>
    /// <param name="IsOrder">Whether it is there for the order alone.</param>
    private sealed record Edge(string From, string To, string Output, bool IsOrder);

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
            text.Append(CultureInfo.InvariantCulture, $"  {ids[status.Stage.Name]}[\"{status.Stage.Name}<br/><small>{status.Stage.Kind.Kind}</small>\"]:::{Class(status)}\n");
        foreach (var edge in Edges)
            text.Append(CultureInfo.InvariantCulture, $"  {ids[edge.From]} {(edge.IsOrder ? "-.->" : edge.Output.Length > 0 ? $"-->|{edge.Output}|" : "-->")} {ids[edge.To]}\n");
        return text.Append(
            """
              classDef hit fill:#d8f0d8,stroke:#3a7d3a,color:#000
              classDef resume fill:#fff3c4,stroke:#a37f00,color:#000
              classDef run fill:#fde0d0,stroke:#b0532c,color:#000
              classDef unknown fill:#eeeeee,stroke:#777777,color:#000
              classDef blocked fill:#f8c8c8,stroke:#a00000,color:#000

            """.ReplaceLineEndings("\n")).ToString();
    }

    /// <summary>A directed graph for Graphviz.</summary>
    public string ToDot()
    {
        var text = new StringBuilder($"digraph \"{name}\" {{\n  rankdir=LR\n  node [shape=box, style=filled, fontname=\"sans-serif\"]\n");
        foreach (var status in stages)
            text.Append(CultureInfo.InvariantCulture, $"  \"{status.Stage.Name}\" [label=\"{status.Stage.Name}\\n{status.Stage.Kind.Kind}\", fillcolor=\"{Color(status)}\"]\n");
        foreach (var edge in Edges)
            text.Append(CultureInfo.InvariantCulture, $"  \"{edge.From}\" -> \"{edge.To}\"{(edge.IsOrder ? " [style=dotted]" : edge.Output.Length > 0 ? $" [label=\"{edge.Output}\"]" : "")}\n");
        return text.Append("}\n").ToString();
    }

    public JsonObject ToJson() => new()
    {
        ["name"] = name,
        ["nodes"] = new JsonArray([.. stages.Select(s => (JsonNode)new JsonObject { ["stage"] = s.Stage.Name, ["kind"] = s.Stage.Kind.Kind, ["state"] = Class(s) })]),
        ["edges"] = new JsonArray([.. Edges.Select(e => (JsonNode)new JsonObject { ["from"] = e.From, ["to"] = e.To, ["output"] = e.Output.Length > 0 ? e.Output : null, ["order_only"] = e.IsOrder })]),
    };

    private static string Class(StageStatus status) => PlanReport.JsonWord(status.State);

    private static string Color(StageStatus status) => status.State switch
    {
        StageState.Reused => "#d8f0d8",
        StageState.Resumes => "#fff3c4",
        StageState.Runs => "#fde0d0",
        StageState.Waits => "#eeeeee",
        _ => "#f8c8c8",
    };
}
