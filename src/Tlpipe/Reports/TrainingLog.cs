// The figures of a trainer_state.json.
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tlpipe.Reports;

/// <summary>A logged training step.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Figures">By their names in the file: <c>loss</c>, <c>learning_rate</c>, <c>grad_norm</c>, or <c>eval_loss</c>, <c>eval_accuracy</c>, …; those that are no number are left out.</param>
internal sealed record LogEntry(long Step, double Epoch, IReadOnlyDictionary<string, double> Figures)
{
    public bool IsEvaluation => Figures.Keys.Any(name => name.StartsWith("eval_", StringComparison.Ordinal));
}

/// <summary>What a training logged.</summary>
/// <param name="Entries">In the order in which they were written.</param>
/// <param name="BestStep">The step of the best evaluation; null where none was.</param>
internal sealed partial record TrainingLog(IReadOnlyList<LogEntry> Entries, long? BestStep)
{
    public IEnumerable<LogEntry> Evaluations => Entries.Where(entry => entry.IsEvaluation);

    /// <summary>The steps at which a figure was logged, with its values.</summary>
    public IReadOnlyList<(double X, double Y)> Curve(string figure) =>
        [.. Entries.Where(entry => entry.Figures.ContainsKey(figure)).Select(entry => ((double)entry.Step, entry.Figures[figure]))];

    /// <summary>Reads the file.</summary>
    /// <exception cref="JsonException">It is no trainer_state.json.</exception>
    public static TrainingLog Read(string path)
    {
        // Python writes NaN and infinities as words, which are no JSON.
        using var state = JsonDocument.Parse(NoNumber().Replace(File.ReadAllText(path), ": null"));
        var entries = state.RootElement.GetProperty("log_history").EnumerateArray().Select(entry => new LogEntry(
            entry.GetProperty("step").GetInt64(),
            entry.TryGetProperty("epoch", out var epoch) && epoch.ValueKind == JsonValueKind.Number ? epoch.GetDouble() : 0,
            entry.EnumerateObject().Where(member => member.Name is not ("step" or "epoch") && member.Value.ValueKind == JsonValueKind.Number)
                .ToDictionary(member => member.Name, member => member.Value.GetDouble()))).ToList();
        var best = state.RootElement.TryGetProperty("best_global_step", out var step) && step.ValueKind == JsonValueKind.Number ? step.GetInt64() : (long?)null;
        return new TrainingLog(entries, best);
    }

    [GeneratedRegex(@":\s*(NaN|-?Infinity)\b")]
    private static partial Regex NoNumber();
}
