// Finds the outputs that a reference means.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>The stages that references can name. <c>stage</c>, <c>stage.instance</c>, <c>stage.*</c>, each with <c>:output</c> behind it or not.</summary>
internal sealed class References(IReadOnlyList<DeclaredStage> stages, List<Diagnostic> mistakes)
{
    /// <summary>The outputs that a reference means; null where it means none, which has then been reported.</summary>
    public IReadOnlyList<Input>? Find(ScalarNode reference)
    {
        var colon = reference.Text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? reference.Text : reference.Text[..colon];
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var stageName = dot < 0 ? name : name[..dot];
        if (stages.FirstOrDefault(s => s.Name == stageName) is not { } stage)
            return Unknown(reference, $"there is no stage '{stageName}'{DidYouMean.Suggest(stageName, stages.Select(s => s.Name))}");
        if (stage.Kind is not { } kind || stage.Instances is not { } instances)
            return null;

        if (Instances(stage, instances, dot < 0 ? null : name[(dot + 1)..], reference) is not { } meant)
            return null;
        var output = colon < 0 ? kind.Outputs[0].Name : reference.Text[(colon + 1)..];
        if (kind.Outputs.All(o => o.Name != output))
            return Unknown(reference, $"'{stageName}' has no output '{output}'{DidYouMean.Suggest(output, kind.Outputs.Select(o => o.Name))}");
        return [.. meant.Select(instance => new Input(instance, output, reference.Location))];
    }

    private List<string>? Instances(DeclaredStage stage, IReadOnlyList<MatrixInstance> instances, string? wanted, ScalarNode reference)
    {
        var names = instances.Select(i => i.Name).OfType<string>().ToList();
        if (wanted is null && names.Count == 0)
            return [stage.Name];
        if (names.Count == 0)
        {
            Unknown(reference, $"'{stage.Name}' has no matrix and so no instance '{wanted}'; write {stage.Name}");
            return null;
        }
        if (wanted is null or "*")
            return [.. names.Select(n => $"{stage.Name}.{n}")];
        if (names.Contains(wanted))
            return [$"{stage.Name}.{wanted}"];
        Unknown(reference, $"'{stage.Name}' has no instance '{wanted}'{DidYouMean.Suggest(wanted, names)}");
        return null;
    }

    private IReadOnlyList<Input>? Unknown(ScalarNode reference, string message)
    {
        mistakes.Add(new Diagnostic(reference.Location, ErrorCode.UnknownReference, message));
        return null;
    }
}
