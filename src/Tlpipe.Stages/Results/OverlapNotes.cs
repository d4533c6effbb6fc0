// Notes on the rows behind figures.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Stages;
using Tlpipe.Text.Overlap;

namespace Tlpipe.Stages.Results;

/// <summary>The overlap of training and evaluation, for one use of the training's rows.</summary>
internal sealed record OverlapNote(RowsUse Use, OverlapCounts Counts)
{
    // With so many shared texts it does not matter whether they recur by chance.
    private const double MuchShared = 0.2;

    /// <summary>The default of the share of recurring texts above which there is a warning.</summary>
    public const double UsualShare = 0.05;

    /// <summary>Whether a language model was trained on the texts of the evaluated rows.</summary>
    public bool IsTransductive => Use == RowsUse.LanguageModel && (Counts.SameRows > 0 || Counts.SameTexts > MuchShared * Counts.EvaluationRows);

    /// <summary>A word for a table's cell, or null if there is no overlap to mention.</summary>
    public string? Mark => Use switch
    {
        RowsUse.LanguageModel when IsTransductive => "transductive",
        RowsUse.Selection when Counts.SameRows > 0 => "chosen on these rows",
        RowsUse.Calibration when Counts.SameRows > 0 => "calibrated on these rows",
        RowsUse.Classifier when Counts.SameRows > 0 => "trained on these rows",
        _ when Use is RowsUse.LanguageModel or RowsUse.Classifier && Counts.Shared > 0 => Counts.Shared == 1 ? "1 text recurs" : string.Create(CultureInfo.InvariantCulture, $"{Counts.Shared} texts recur"),
        _ => null,
    };

    /// <summary>The note as a sentence of a stored report: other words would be another result.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"{Start} {Counts.EvaluationRows:N0} rows evaluated on, {Of()}.");

    /// <summary>What is shared, for the terminal, tables and messages: nothing that is zero is told.</summary>
    public string Said
    {
        get
        {
            var texts = Counts.Recurring == 0 ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"{Counts.Recurring:N0} of {Counts.EvaluationRows:N0} rows evaluated on ({Counts.RecurringShare:0.0 %}) {(Counts.Recurring == 1 ? "has" : "have")} a text that is also {(Use == RowsUse.LanguageModel ? "read by the language model" : "trained on")} in another row{(Counts.NearTexts == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Counts.NearTexts:N0} of them nearly so"))}");
            var rows = Counts.SameRows == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{Verb} {Counts.SameRows:N0} of the {Counts.EvaluationRows:N0} rows evaluated on{(Use == RowsUse.LanguageModel ? ": their texts, not their labels" : "")}");
            return string.Join("; ", new[] { rows, Use is RowsUse.LanguageModel or RowsUse.Classifier ? texts : null }.OfType<string>());
        }
    }

    public JsonObject ToJson() => new()
    {
        ["use"] = Use.ToString(),
        ["evaluation_rows"] = Counts.EvaluationRows,
        ["training_rows"] = Counts.TrainingRows,
        ["same_rows"] = Counts.SameRows,
        ["same_texts"] = Counts.SameTexts,
        ["near_texts"] = Counts.NearTexts,
    };

    public static OverlapNote FromJson(JsonElement json) => new(
        Enum.Parse<RowsUse>(json.GetProperty("use").GetString()!),
        new OverlapCounts(
            json.GetProperty("evaluation_rows").GetInt32(), json.GetProperty("training_rows").GetInt64(),
            json.GetProperty("same_rows").GetInt32(), json.GetProperty("same_texts").GetInt32(), json.GetProperty("near_texts").GetInt32()));

    private string Start => Use switch
    {
        RowsUse.LanguageModel => IsTransductive ? "transductive: of the" : "of the",
        RowsUse.Selection => "of the",
        _ => "of the",
    };

    private string Verb => Use switch
    {
        RowsUse.LanguageModel => IsTransductive ? "transductive: the language model reads" : "the language model reads",
        RowsUse.Classifier => "the classifier is trained on",
        RowsUse.Calibration => "the temperature is fitted on",
        _ => "the best model is chosen on",
    };

    private string Of() => Use switch
    {
        RowsUse.LanguageModel => string.Create(
            CultureInfo.InvariantCulture,
            $"the language model reads {Counts.SameRows:N0} (their text, not their labels), the text of {Counts.SameTexts - Counts.SameRows:N0} others word for word and of {Counts.NearTexts:N0} nearly so"),
        RowsUse.Classifier => string.Create(
            CultureInfo.InvariantCulture,
            $"{Counts.SameRows:N0} are training rows, and {Counts.SameTexts - Counts.SameRows:N0} others have the text of one word for word and {Counts.NearTexts:N0} nearly so"),
        RowsUse.Calibration => string.Create(CultureInfo.InvariantCulture, $"{Counts.SameRows:N0} set the temperature"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Counts.SameRows:N0} chose the best model"),
    };
}

/// <summary>Reads the outputs of check-overlap stages.</summary>
internal static class OverlapNotes
{
    public const string FileName = "overlap.json";

    /// <summary>The notes of folders, each once.</summary>
    public static IEnumerable<OverlapNote> Read(IEnumerable<InputFolder> folders) => folders.Select(folder =>
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Folder, FileName)));
        return OverlapNote.FromJson(json.RootElement);
    }).Distinct();
}
