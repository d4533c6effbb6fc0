// Puts a check before every training whose result is evaluated: its rows are compared with the evaluated rows.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Comparisons;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Scoring;
using Tlpipe.Stages.Training;

namespace Tlpipe.Stages.Experiments;

/// <summary>Adds the checks. They are not part of a training's key, so stored models stay valid.</summary>
internal sealed class OverlapGate
{
    private readonly Pipeline pipeline;
    private readonly StageKind check;
    private readonly Dictionary<CheckOverlapOptions, StageInstance> checks = [];
    private readonly Dictionary<string, List<string>> waitsFor = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Input>> notesOf = new(StringComparer.Ordinal);

    private OverlapGate(Pipeline pipeline, StageKind check)
    {
        this.pipeline = pipeline;
        this.check = check;
    }

    /// <summary>The pipeline with its checks.</summary>
    public static Pipeline AddTo(Pipeline pipeline, StageKind check)
    {
        var gate = new OverlapGate(pipeline, check);
        foreach (var stage in pipeline.Stages)
            if (stage.Options is ScoreOptions score && Lineage.RowsOf(score.Predictions, pipeline) is { Texts: { } texts } predicted)
                gate.Guard(stage, score, predicted.Model, texts);
        return gate.checks.Count == 0 ? pipeline : pipeline.With([.. gate.checks.Values, .. pipeline.Stages.Select(gate.Completed)]);
    }

    private void Guard(StageInstance score, ScoreOptions options, Input model, TextSource evaluated)
    {
        if (options.CalibrateOn is { } calibration && Lineage.RowsOf(Lineage.PredictionsOf(calibration, pipeline), pipeline) is { } fitted)
            Guard(score, score, fitted.Texts, "calibrate_on", evaluated, RowsUse.Calibration, null);
        foreach (var training in Lineage.TrainingsOf(model, pipeline))
        {
            var trained = (ITrained)training.Options;
            // An evaluation of the language model itself, on windows, does not involve labels.
            if (pipeline[model.Stage] == training && trained.Use == RowsUse.LanguageModel)
                return;
            Guard(score, training, Texts(trained.TrainedOn, trained.TableColumn), "train", evaluated, trained.Use, trained);
            GuardParts(score, training, trained, evaluated);
            if (trained.Tuned is { } search && pipeline[search.Stage]?.Options is TuneOptions { Table: { } folded })
                Guard(score, training, new TextSource(folded, Texts(trained.TrainedOn, trained.TableColumn)?.Columns ?? evaluated.Columns), "tuned", evaluated, RowsUse.Selection, trained);
            if (trained.ChosenOn is { } chosen)
                Guard(score, training, Texts(chosen, null), "eval", evaluated, RowsUse.Selection, trained);
        }
        foreach (var choice in Lineage.ChoicesOf(model, pipeline))
            foreach (var result in ((ChooseOptions)choice.Options).Results)
                if (Lineage.RowsOf(Lineage.PredictionsOf(result, pipeline), pipeline) is { } compared)
                    Guard(score, choice, compared.Texts, "results", evaluated, RowsUse.Selection, null);
    }

    private TextSource? Texts(Input rows, string? column) => column is null ? Lineage.TextsOf(rows, pipeline) : new TextSource(rows, [column]);

    /// <summary>Tables that were put together are renumbered: whether a row is in both is seen in the parts.</summary>
    private void GuardParts(StageInstance score, StageInstance training, ITrained trained, TextSource evaluated)
    {
        if (Texts(trained.TrainedOn, trained.TableColumn) is not { } texts || trained.IdColumn is not null)
            return;
        foreach (var train in Lineage.PartsOf(texts.Table, pipeline))
            foreach (var other in Lineage.PartsOf(evaluated.Table, pipeline))
                if ((train != texts.Table || other != evaluated.Table) && Lineage.SourceOf(train, pipeline) == Lineage.SourceOf(other, pipeline))
                    Guard(score, training, texts with { Table = train }, "train", evaluated with { Table = other }, trained.Use, trained, isPart: true);
    }

    private void Guard(
        StageInstance score, StageInstance training, TextSource? texts, string option, TextSource evaluated, RowsUse use, ITrained? trained, bool isPart = false)
    {
        if (texts is null)
            return;
        var wanted = new CheckOverlapOptions
        {
            Train = texts.Table with { Location = null },
            Evaluation = evaluated.Table with { Location = null },
            TextColumns = texts.Columns,
            EvaluationTextColumns = evaluated.Columns,
            Use = use,
            // A choice and a temperature are noted whatever is allowed.
            Allow = use is RowsUse.Selection or RowsUse.Calibration ? null : trained?.AllowOverlap,
            IdColumn = trained?.IdColumn,
            WarnAbove = trained?.WarnOverlapAbove ?? OverlapNote.UsualShare,
        };
        var known = checks.Keys.FirstOrDefault(other => IsSame(other, wanted)) ?? wanted;
        if (!checks.TryGetValue(known, out var instance))
            checks[known] = instance = Instance(training, option, wanted);
        Add(waitsFor, training.Name, instance.Name);
        if (!isPart)
            Add(notesOf, score.Name, new Input(instance.Name, "overlap", null));
    }

    private StageInstance Instance(StageInstance training, string option, CheckOverlapOptions options)
    {
        var basis = $"overlap.{Part(options.Train)}-{Part(options.Evaluation)}{options.Use switch { RowsUse.Selection => "-chosen", RowsUse.Calibration => "-calibrated", _ => "" }}";
        var name = basis;
        for (var number = 2; checks.Values.Any(other => other.Name == name) || pipeline[name] is not null; number++)
            name = $"{basis}-{number}";
        return new StageInstance
        {
            Name = name,
            StageName = "overlap",
            Instance = name["overlap.".Length..],
            Kind = check,
            Options = options,
            Inputs = [new InputUse("train", options.Train), new InputUse("evaluation", options.Evaluation)],
            Paths = [],
            After = [],
            Matrix = new Dictionary<string, string>(),
            Expected = new Dictionary<string, Facts>(),
            Location = training.LocationOf(option) ?? training.Location,
            Origins = new Dictionary<string, ValueOrigin>(),
        };
    }

    private StageInstance Completed(StageInstance stage)
    {
        var after = waitsFor.TryGetValue(stage.Name, out var names) ? [.. stage.After, .. names] : stage.After;
        var options = notesOf.TryGetValue(stage.Name, out var notes) ? (ScoreOptions)stage.Options with { Overlaps = notes } : stage.Options;
        return after == stage.After && options == stage.Options ? stage : stage.With(options, after: after);
    }

    private static string Part(Input table) => table.Output is "table" ? table.Stage.Replace('.', '-') : $"{table.Stage.Replace('.', '-')}-{table.Output}";

    private static bool IsSame(CheckOverlapOptions x, CheckOverlapOptions y) =>
        x.Train == y.Train && x.Evaluation == y.Evaluation && x.Use == y.Use && x.Allow == y.Allow && x.IdColumn == y.IdColumn && x.WarnAbove == y.WarnAbove
        && x.TextColumns.SequenceEqual(y.TextColumns) && x.EvaluationTextColumns.SequenceEqual(y.EvaluationTextColumns);

    private static void Add<T>(Dictionary<string, List<T>> lists, string key, T value)
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = [];
        if (!list.Contains(value))
            list.Add(value);
    }
}
