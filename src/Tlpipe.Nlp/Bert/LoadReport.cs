// What became of a checkpoint's tensors, and where a model's parameters came from.
namespace Tlpipe.Nlp.Bert;

/// <summary>The outcome of loading a checkpoint into a model; names as Hugging Face reports them (hf-parity.md 8.5), sorted.</summary>
/// <param name="Target">The model's class.</param>
/// <param name="Source">The folder; null where the model is wholly new.</param>
/// <param name="Reused">Parameters that the checkpoint filled.</param>
/// <param name="Unexpected">The checkpoint's tensors for which the model has no place.</param>
/// <param name="Missing">Parameters that the checkpoint lacks and that were freshly made.</param>
public sealed record LoadReport(
    string Target,
    string? Source,
    IReadOnlyList<string> Reused,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<string> Missing)
{
    /// <summary>The report in plain sentences, one a line.</summary>
    public IReadOnlyList<string> Describe()
    {
        if (Source is null)
            return [$"{Target}: all {Missing.Count} parameters were freshly made."];
        var lines = new List<string> { $"{Target}: {Reused.Count} parameters were taken from {Source}." };
        if (Missing.Count > 0)
            lines.Add($"Freshly made, because the checkpoint lacks them: {string.Join(", ", Missing)}. They have to be trained before the model is of use.");
        if (Unexpected.Count > 0)
            lines.Add($"Left in the checkpoint, because {Target} has no place for them: {string.Join(", ", Unexpected)}.");
        return lines;
    }
}
