// Collects the mistakes of a config so that all of them are reported at once.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>The mistakes found so far. The same mistake at the same place counts once, however many instances share it.</summary>
internal sealed class Mistakes
{
    private readonly List<Diagnostic> found = [];
    private readonly HashSet<Known> known = [];
    private readonly Dictionary<string, int> files = new(StringComparer.Ordinal);
    private readonly List<string> warnings = [];

    /// <summary>What is no mistake yet, a line each.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Adds a warning, once.</summary>
    public void Warn(SourceLocation? location, Origin? origin, string text)
    {
        var line = $"{(location is null ? "" : $"{location}: ")}warning: {text}{(origin is null ? "" : $" ({origin.Text})")}";
        if (!warnings.Contains(line))
            warnings.Add(line);
    }

    /// <summary>Takes note of a file: mistakes come in the order in which files were met.</summary>
    public void Meet(string file) => files.TryAdd(file, files.Count);

    public void Add(SourceLocation? location, string code, string message) => Add(new Diagnostic(location, code, message), message);

    /// <summary>A mistake in a node: names the origin of the node's value if that is not its place.</summary>
    public void Add(Node node, string code, string wrong, string? remedy = null) => Add(node.Location, node.Origin, code, wrong, remedy);

    /// <summary>A mistake in an option, regardless of its value's origin.</summary>
    public void Add(ValueOrigin origin, string code, string wrong) =>
        Add(origin.Location, origin.Through is { } through ? new Origin(through) : null, code, wrong);

    public void Add(SourceLocation? location, Origin? origin, string code, string wrong, string? remedy = null) =>
        Add(
            new Diagnostic(location, code, wrong + (origin is null ? "" : $" ({origin.Text})") + (remedy is null ? "" : "; " + remedy)),
            wrong + remedy);

    public void Add(PipelineException mistakes)
    {
        foreach (var mistake in mistakes.Diagnostics)
            Add(mistake, mistake.Message);
    }

    /// <exception cref="PipelineException">
    /// There are mistakes; those of the command line come first, the others in the order of their places.
    /// </exception>
    public void ThrowIfAny()
    {
        if (found.Count > 0)
            throw new PipelineException([.. found
                .OrderBy(mistake => mistake.Location is { } place ? files.GetValueOrDefault(place.File, files.Count) : -1)
                .ThenBy(mistake => mistake.Location?.Line ?? 0)
                .ThenBy(mistake => mistake.Location?.Column ?? 0)]);
    }

    /// <param name="mistake">The mistake.</param>
    /// <param name="text">Its message without the origin of the value, in which the instances of a matrix differ.</param>
    private void Add(Diagnostic mistake, string text)
    {
        if (known.Add(new Known(mistake.Location, mistake.Code, text)))
            found.Add(mistake);
    }

    private sealed record Known(SourceLocation? Location, string Code, string Text);
}
