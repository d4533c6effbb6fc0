// The figures of a trainer_state.json.
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tlpipe.Formats.Layout;

namespace Tlpipe.Stages.Results;

/// <summary>A logged training step.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Figures">By their names in the file: <c>loss</c>, <c>learning_rate</c>, <c>grad_norm</c>, or <c>eval_loss</c>, <c>eval_accuracy</c>, …; those that are not numbers are left out.</param>
internal sealed record LogEntry(long Step, double Epoch, IReadOnlyDictionary<string, double> Figures)
{
    public bool IsEvaluation => Figures.Keys.Any(name => name.StartsWith("eval_", StringComparison.Ordinal));
}

/// <summary>What a training logged.</summary>
/// <param name="Entries">In the order in which they were written.</param>
/// <param name="BestStep">The step of the best evaluation; null where none was.</param>
internal sealed partial record TrainingLog(IReadOnlyList<LogEntry> Entries, long? BestStep)
{
    private static readonly string[] Times = ["eval_runtime", "eval_samples_per_second", "eval_steps_per_second"];

    public IEnumerable<LogEntry> Evaluations => Entries.Where(entry => entry.IsEvaluation);

    /// <summary>The steps at which a figure was logged, with its values.</summary>
    public IReadOnlyList<(double X, double Y)> Curve(string figure) =>
        [.. Entries.Where(entry => entry.Figures.ContainsKey(figure)).Select(entry => ((double)entry.Step, entry.Figures[figure]))];

    /// <summary>The evaluations as Trainer's table has them, headings first: epoch, updates, the training loss logged last before, and the figures without their times.</summary>
    public IEnumerable<IReadOnlyList<string>> Table()
    {
        List<string> names = [.. Evaluations.SelectMany(e => e.Figures.Keys).Distinct().Except(Times).OrderBy(name => name == "eval_loss" ? 0 : 1).ThenBy(name => name, StringComparer.Ordinal)];
        yield return ["epoch", "updates", "training loss", .. names];
        foreach (var evaluation in Evaluations)
            yield return
            [
                Format.Number(evaluation.Epoch, "0.##") + (evaluation.Step == BestStep ? " (best)" : ""), Format.Number(evaluation.Step, "N0"), Format.Loss(LastLoss(evaluation.Step)),
                .. names.Select(name => evaluation.Figures.TryGetValue(name, out var value) ? Format.Number(value, "0.0000") : "-"),
            ];
    }

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private double? LastLoss(long step) =>
        Entries.Where(entry => entry.Step <= step && entry.Figures.ContainsKey("loss")).Select(entry => (double?)entry.Figures["loss"]).LastOrDefault();

    /// <summary>Reads the file.</summary>
    /// <exception cref="JsonException">It is not a trainer_state.json.</exception>
    public static TrainingLog Read(string path)
    {
        // Python writes NaN and infinities as words, which are not JSON.
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
