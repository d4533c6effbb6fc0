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

    /// <summary>What is allowed: none, text or rows. Default: no row is in both tables, and texts that recur are counted and shown.</summary>
    public AllowOverlap? Allow { get; init; }

    /// <summary>A column of both tables that says which row it is: rows are the same where it is equal. Default: same_rows decides.</summary>
    public string? IdColumn { get; init; }

    /// <summary>
    /// Which rows are the same without an id column: those of equal label-and-text, of equal label, or unknown. Default: what follows from the stages that the tables come from.
    /// </summary>
    public SameRows? SameRows { get; init; }

    /// <summary>There is a warning where more than this share of the rows evaluated on has a text that recurs in training. Default: 0.05.</summary>
    [Range(0.0, 1.0)]
    [ExecutionOnly]
    public double WarnAbove { get; init; } = OverlapNote.UsualShare;

    /// <summary>The share of three-word runs that near-duplicates have in common. Default: 0.8.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double NearDuplicates { get; init; } = 0.8;
}

/// <summary>
/// Finds rows that are in both tables, compares texts without case, accents, punctuation and spacing, and finds near-duplicates by MinHash. What is shared is
/// reported before anything is trained. A row in both tables is refused unless it was allowed.
/// </summary>
[Stage("check-overlap", version: 2)]
[Output("overlap", "overlap.json: how many rows training and evaluation share", Kind = OutputKinds.Overlap)]
public sealed class CheckOverlapStage : IStage<CheckOverlapOptions>
{
    public void Run(CheckOverlapOptions options, StageRun run)
    {
        var search = new OverlapSearch(options.NearDuplicates, textsAgree: options is { IdColumn: null, SameRows: null or Results.SameRows.LabelAndText });
        ForEach(options.Evaluation, options.EvaluationTextColumns, options, run, search.AddEvaluated);
        ForEach(options.Train, options.TextColumns, options, run, (_, text, identity) => search.Look(text, identity));
        var note = new OverlapNote(options.Use, search.Counts);
        if (Refused(options, note) is { } reason)
            throw new PipelineException(null, ErrorCode.Overlap, $"{reason} (row {string.Join(", ", search.Shared.Take(3))}{(note.Counts.Shared > 3 ? ", …" : "")}); {Remedy(options)}");
        if (note.Mark is not null)
            run.Report(note.Counts.SameRows > 0 || note.Counts.RecurringShare > options.WarnAbove ? new Warned(note.Said) : new Note(note.Said));
        File.WriteAllText(Path.Combine(run.Create("overlap"), OverlapNotes.FileName), note.ToJson().ToJsonString() + "\n");
        run.Describe("overlap", Facts.None.With("same_rows", note.Counts.SameRows).With("same_texts", note.Counts.SameTexts).With("near_texts", note.Counts.NearTexts));
    }

    private static void ForEach(Input input, IReadOnlyList<string> columns, CheckOverlapOptions options, StageRun run, Action<object, string, object?> row)
    {
        foreach (var part in run.OpenTable(input, [.. columns.Concat(options.IdColumn is { } name ? [name] : []).Distinct()]).Batches())
        {
            run.Stopping.ThrowIfCancellationRequested();
            var texts = columns.Select(part.Texts).ToList();
            var ids = options.IdColumn is { } id ? part.Column(id) : null;
            for (var i = 0; i < part.RowCount; i++)
                row(part.RowLabels[i], string.Join(' ', texts.Select(column => column[i])), ids is not null ? ids[i] : options.SameRows == Results.SameRows.Unknown ? null : part.RowLabels[i]);
        }
    }

    /// <summary>Why it is refused, or null.</summary>
    private static string? Refused(CheckOverlapOptions options, OverlapNote note) => options.Use switch
    {
        RowsUse.Selection or RowsUse.Calibration => null,
        RowsUse.Classifier when note.Counts.SameRows > 0 && options.Allow != AllowOverlap.Rows => string.Create(
            CultureInfo.InvariantCulture, $"a classifier would be trained on {note.Counts.SameRows:N0} of the {note.Counts.EvaluationRows:N0} rows of '{options.Evaluation.Stage}' that it is evaluated on"),
        RowsUse.LanguageModel when note.Counts.SameRows > 0 && options.Allow is null => note.Said,
        _ when options.Allow == AllowOverlap.None && note.Counts.Shared > 0 => $"{note.Said}, and allow_overlap: none allows no text twice",
        _ => null,
    };

    private static string Remedy(CheckOverlapOptions options) => options switch
    {
        { Use: RowsUse.Classifier, Allow: AllowOverlap.None } => $"leave them out of '{options.Train.Stage}', or leave allow_overlap out, so that texts may recur",
        { Use: RowsUse.Classifier } => $"leave them out of '{options.Train.Stage}' (select has except), or say allow_overlap: rows for a look at how well training rows were learnt",
        _ => $"train on rows without those of '{options.Evaluation.Stage}' (select has except), or say allow_overlap: text if it may read them",
    };
}
