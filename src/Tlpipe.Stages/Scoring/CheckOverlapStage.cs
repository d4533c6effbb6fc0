// check-overlap: whether evaluation rows are among training rows. Every pipeline gets these stages automatically.
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Overlap;

namespace Tlpipe.Stages.Scoring;

/// <summary>Options of <c>check-overlap</c>.</summary>
public sealed record CheckOverlapOptions
{
    /// <summary>The table whose rows are trained on.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Train { get; init; }

    /// <summary>The table whose rows are evaluated on.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Evaluation { get; init; }

    /// <summary>The columns with the texts of the rows that are trained on. Default: text.</summary>
    public IReadOnlyList<string> TextColumns { get; init; } = ["text"];

    /// <summary>The columns with the texts of the rows that are evaluated on. Default: text.</summary>
    public IReadOnlyList<string> EvaluationTextColumns { get; init; } = ["text"];

    /// <summary>What the rows are trained on for: language-model, classifier, selection or calibration. Default: classifier.</summary>
    public RowsUse Use { get; init; } = RowsUse.Classifier;

    /// <summary>What is allowed: none, text or rows. Default: none.</summary>
    public AllowOverlap Allow { get; init; }

    /// <summary>The share of three-word runs that near-duplicates have in common. Default: 0.8.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double NearDuplicates { get; init; } = 0.8;
}

/// <summary>
/// Compares texts without case, accents, punctuation and spacing, and finds near-duplicates by MinHash. What is shared is reported before anything is
/// trained, and refused where it was not allowed.
/// </summary>
[Stage("check-overlap", version: 1)]
[Output("overlap", "overlap.json: how many rows training and evaluation share", Kind = OutputKinds.Overlap)]
public sealed class CheckOverlapStage : IStage<CheckOverlapOptions>
{
    public void Run(CheckOverlapOptions options, StageRun run)
    {
        var search = new OverlapSearch(options.NearDuplicates);
        ForEach(options.Evaluation, options.EvaluationTextColumns, run, search.AddEvaluated);
        ForEach(options.Train, options.TextColumns, run, search.Look);
        var note = new OverlapNote(options.Use, search.Counts);
        if (Refused(options, note) is { } reason)
            throw new PipelineException(null, ErrorCode.Overlap, $"{reason} (row {string.Join(", ", search.Shared.Take(3))}{(note.Counts.Shared > 3 ? ", …" : "")}); {Remedy(options)}");
        if (note.Mark is not null)
            run.Report(options.Use == RowsUse.Classifier ? new Note(note.Sentence) : new Warned(note.Sentence));
        File.WriteAllText(Path.Combine(run.Create("overlap"), OverlapNotes.FileName), note.ToJson().ToJsonString() + "\n");
        run.Describe("overlap", Facts.None.With("same_rows", note.Counts.SameRows).With("same_texts", note.Counts.SameTexts).With("near_texts", note.Counts.NearTexts));
    }

    private static void ForEach(Input input, IReadOnlyList<string> columns, StageRun run, Action<object, string> row)
    {
        foreach (var part in run.OpenTable(input, columns).Batches())
        {
            run.Stopping.ThrowIfCancellationRequested();
            var texts = columns.Select(part.Texts).ToList();
            for (var i = 0; i < part.RowCount; i++)
                row(part.RowLabels[i], string.Join(' ', texts.Select(column => column[i])));
        }
    }

    /// <summary>Why it is refused, or null.</summary>
    private static string? Refused(CheckOverlapOptions options, OverlapNote note) => options.Use switch
    {
        RowsUse.Selection or RowsUse.Calibration => null,
        RowsUse.Classifier when note.Counts.SameRows > 0 && options.Allow != AllowOverlap.Rows => string.Create(
            CultureInfo.InvariantCulture, $"a classifier would be trained on {note.Counts.SameRows:N0} of the {note.Counts.EvaluationRows:N0} rows of '{options.Evaluation.Stage}' that it is evaluated on"),
        _ when options.Allow == AllowOverlap.None && note.Counts.Shared > 0 => note.Sentence.TrimEnd('.'),
        _ => null,
    };

    private static string Remedy(CheckOverlapOptions options) => options.Use == RowsUse.Classifier
        ? $"leave them out of '{options.Train.Stage}' (select has except), or, where other rows of the same text are meant to be there, say allow_overlap: text, or rows for a look at how well training rows were learnt"
        : $"train on rows without those of '{options.Evaluation.Stage}', or say allow_overlap: text if that is meant";
}
