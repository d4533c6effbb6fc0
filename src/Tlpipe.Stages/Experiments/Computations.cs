// What a stage computes, told without the names of stages: two of the same give the same result.
using System.Text;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Options;

namespace Tlpipe.Stages.Experiments;

/// <summary>Compares outputs of a pipeline by what makes them, before any of them is there.</summary>
internal sealed class Computations(Pipeline pipeline)
{
    private readonly Dictionary<string, int> stages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>A number that outputs have in common where the same stages with the same options make them of the same files.</summary>
    public int Of(Input output) => Number($"{OfStage(output.Stage)}:{output.Output}");

    /// <summary>The number of the table in which a table's row labels were given.</summary>
    public int SourceOf(Input table) => Of(Lineage.SourceOf(table, pipeline));

    private int OfStage(string name)
    {
        if (stages.TryGetValue(name, out var known))
            return known;
        var stage = pipeline[name];
        // What a stage fetches is known only when it is located.
        if (stage is null || stage.Kind.HasOrigin)
            return stages[name] = Number(name);
        var text = new StringBuilder(stage.Kind.Kind).Append(OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: false).ToJsonString());
        foreach (var (role, input) in stage.Inputs)
            text.Append('\n').Append(role).Append('=').Append(Of(input));
        foreach (var path in stage.Paths)
            text.Append('\n').Append(path.Role).Append('=').Append(path.Path.FullPath);
        return stages[name] = Number(text.ToString());
    }

    private int Number(string text)
    {
        if (!numbers.TryGetValue(text, out var number))
            numbers[text] = number = numbers.Count;
        return number;
    }
}
