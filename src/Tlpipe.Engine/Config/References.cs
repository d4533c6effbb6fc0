// Finds what a reference such as tokens.labelled, scores.* or corpus:train refers to.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>The facts about a stage that a reference needs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind; null if that is not known, which is reported elsewhere.</param>
/// <param name="Instances">The names of its instances; null for a stage without a matrix.</param>
/// <param name="Broken">Whether its matrix has a mistake, so that its instances are unknown.</param>
internal sealed record StageShape(string Name, StageKind? Kind, IReadOnlyList<string>? Instances, bool Broken)
{
    private HashSet<string>? instances;

    /// <summary>Its <c>when:</c>, if that leaves out the whole stage.</summary>
    public SourceLocation? LeftOutBy { get; init; }

    /// <summary>The instances that its <c>when:</c> leaves out, each with the place of it.</summary>
    public IReadOnlyDictionary<string, SourceLocation?> LeftOutInstances { get; init; } = new Dictionary<string, SourceLocation?>();

    public bool HasInstance(string name) => (instances ??= [.. Instances ?? []]).Contains(name);

    /// <summary>The full names to run: the instances, or the stage itself.</summary>
    public IEnumerable<string> FullNames => Instances?.Select(instance => $"{Name}.{instance}") ?? [Name];
}

/// <summary>Finds what references refer to: <c>stage</c>, <c>stage.instance</c> or <c>stage.*</c>, each with <c>:output</c> or without.</summary>
internal sealed class References(IReadOnlyDictionary<string, StageShape> stages, Mistakes mistakes)
{
    /// <summary>The one output that a reference names, or null if it is wrong (reported).</summary>
    public Input? One(ScalarNode node)
    {
        var found = Find(node, inList: false);
        return found is [var only] ? only : null;
    }

    /// <summary>The outputs that a reference in a list names, or null if it is wrong (reported).</summary>
    public IReadOnlyList<Input>? Many(ScalarNode node) => Find(node, inList: true);

    /// <summary>Whether an output is of a kind that an option takes; if not, that is reported.</summary>
    /// <param name="node">The reference.</param>
    /// <param name="input">The output that it names.</param>
    /// <param name="kinds">The kinds that the option takes; none means any.</param>
    /// <param name="path">The option.</param>
    public bool Fits(ScalarNode node, Input input, IReadOnlyList<string> kinds, string path)
    {
        var stage = stages[Split(node.Text).Stage].Kind!;
        var output = stage.Outputs.First(known => known.Name == input.Output);
        if (kinds.Count == 0 || output.Kind is null || kinds.Contains(output.Kind))
            return true;
        var fitting = stage.Outputs.Where(other => other.Kind is not null && kinds.Contains(other.Kind)).Select(other => $"{input.Stage}:{other.Name}").ToList();
        mistakes.Add(
            node, ErrorCode.UnknownReference, $"{path}: '{node.Text}' is {output.Kind}, not {string.Join(" or ", kinds)}",
            fitting.Count > 0 ? $"write '{string.Join("' or '", fitting)}'" : $"'{stage.Kind}' makes {string.Join(", ", stage.Outputs.Select(known => known.Kind ?? known.Name).Distinct())}; name another stage");
        return false;
    }

    /// <summary>
    /// The full names of the instances that an element of <c>after:</c> or <c>targets:</c> names, those that are left out passed over; null if
    /// it is wrong (reported).
    /// </summary>
    /// <param name="node">The element.</param>
    /// <param name="where">The key that it stands under.</param>
    /// <param name="others">The names it could have meant besides stages.</param>
    public IReadOnlyList<string>? Names(ScalarNode node, string where = "after", IReadOnlyCollection<string>? others = null)
    {
        var (stage, instance, output) = Split(node.Text);
        if (output is not null)
        {
            Unknown(node, where == "after" ? $"after: waits for a whole stage, and '{node.Text}' names an output" : $"{where}: '{node.Text}' names an output, and whole stages belong here", $"write '{node.Text[..node.Text.IndexOf(':')]}'");
            return null;
        }
        return Stage(node, stage, others) is not { } shape || shape.Broken ? null
            : shape.LeftOutBy is not null || (instance is not null && shape.LeftOutInstances.ContainsKey(instance)) ? []
            : instance is null ? [.. shape.FullNames]
            : Instances(node, shape, instance);
    }

    private static (string Stage, string? Instance, string? Output) Split(string text)
    {
        var colon = text.IndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        var dot = name.IndexOf('.');
        return (dot < 0 ? name : name[..dot], dot < 0 ? null : name[(dot + 1)..], colon < 0 ? null : text[(colon + 1)..]);
    }

    private List<Input>? Find(ScalarNode node, bool inList)
    {
        var (stage, instance, output) = Split(node.Text);
        if (Stage(node, stage) is not { } shape || !HasOutput(node, shape, output) || shape.Broken || shape.Kind is null)
            return null;
        if (shape.LeftOutBy is { } left)
        {
            Unknown(node, $"stage '{stage}' is left out by its when ({left})", "give the stage here the same when");
            return null;
        }
        if (shape.Instances is not null && (instance is null || (instance == "*" && !inList)))
        {
            var suffix = output is null ? "" : ":" + output;
            var choices = string.Join(", ", shape.FullNames.Select(name => name + suffix));
            Unknown(
                node,
                instance is null ? $"'{stage}' has instances, and one is needed here" : $"'{node.Text}' is a list, and one reference is needed here",
                inList ? $"name one of {choices}, or {stage}.*{suffix} for all" : $"name one of {choices}");
            return null;
        }
        var names = instance is null ? [.. shape.FullNames] : Instances(node, shape, instance);
        return names?.Select(name => new Input(name, output ?? shape.Kind.Outputs[0].Name, node.Location)).ToList();
    }

    private StageShape? Stage(ScalarNode node, string name, IReadOnlyCollection<string>? others = null)
    {
        if (stages.TryGetValue(name, out var shape))
            return shape;
        var wrong = name.Length == 0 ? $"'{node.Text}' is not a reference" : $"there is no stage '{name}'";
        Unknown(node, wrong, DidYouMean.Hint(name, [.. stages.Keys, .. others ?? []], others is { Count: > 0 } ? "the stages and targets" : "the stages"));
        return null;
    }

    private bool HasOutput(ScalarNode node, StageShape shape, string? output)
    {
        if (output is null || shape.Kind is null || shape.Kind.HasOutput(output))
            return true;
        var outputs = shape.Kind.Outputs.Select(known => known.Name).ToList();
        Unknown(node, $"stage '{shape.Name}' has no output '{output}'", DidYouMean.Hint(output, outputs, "its outputs"));
        return false;
    }

    private IReadOnlyList<string>? Instances(ScalarNode node, StageShape shape, string instance)
    {
        if (shape.Instances is null)
            Unknown(node, $"stage '{shape.Name}' has no matrix, so it has no instance '{instance}'", $"write '{shape.Name}'");
        else if (instance == "*")
            return [.. shape.FullNames];
        else if (shape.HasInstance(instance))
            return [$"{shape.Name}.{instance}"];
        else if (shape.LeftOutInstances.TryGetValue(instance, out var left))
            Unknown(node, $"the instance '{instance}' of stage '{shape.Name}' is left out by its when ({left})", "give the stage here the same when");
        else
            Unknown(
                node,
                $"stage '{shape.Name}' has no instance '{instance}', only {string.Join(", ", shape.Instances)}",
                DidYouMean.Nearest(instance, shape.Instances) is { } near ? $"did you mean '{shape.Name}.{near}'?" : null);
        return null;
    }

    private void Unknown(ScalarNode node, string wrong, string? remedy) => mistakes.Add(node, ErrorCode.UnknownReference, wrong, remedy);
}
