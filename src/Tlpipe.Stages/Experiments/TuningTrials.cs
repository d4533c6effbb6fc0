// The stages that a search over options consists of: folds, and each trial on each of them.
using System.Globalization;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Training;
using Tlpipe.Stages.Baselines;
using Tlpipe.Stages.Comparisons;
using Tlpipe.Stages.Scoring;
using Tlpipe.Stages.Tables;
using Tlpipe.Stages.Tokens;
using Tlpipe.Stages.Training;

namespace Tlpipe.Stages.Experiments;

/// <summary>Splits <c>tune</c> stages: NAME.rows.F, NAME.train.F and NAME.dev.F are a fold, NAME.trial.T-F and NAME.score.T-F a trial on it.</summary>
internal sealed class TuningTrials(StageInstance tune, Pipeline pipeline, StageCatalog catalog)
{
    private readonly TuneOptions options = (TuneOptions)tune.Options;
    private readonly List<StageInstance> made = [];

    /// <summary>The instances that replace one; any other stage stays as it is.</summary>
    /// <exception cref="PipelineException">Its stage does not exist or cannot be tuned, or that stage lacks an option of its space.</exception>
    public static IEnumerable<StageInstance> Of(StageInstance stage, Pipeline pipeline, StageCatalog catalog) =>
        stage.Options is TuneOptions ? new TuningTrials(stage, pipeline, catalog).Made() : [stage];

    private List<StageInstance> Made()
    {
        var tuned = pipeline[options.Stage] ?? throw Bad("stage", $"there is no stage '{options.Stage}'{(pipeline.Stages.FirstOrDefault(other => other.StageName == options.Stage) is { } one ? $"; name one of its instances, such as {one.Name}" : "; name the training whose options are tried")}");
        var (table, label) = tuned.Options switch
        {
            ClassifyOptions classify when pipeline[classify.Train.Stage]?.Options is TokenizeOptions tokens => (tokens.Table, tokens.LabelColumn),
            TfidfClassifyOptions tfidf => (tfidf.Train, tfidf.LabelColumn),
            ClassifyOptions => throw Bad("stage", $"'{options.Stage}' is not trained on the tokens of a tokenize stage, so its rows cannot be divided; name a training that is"),
            _ => throw Bad("stage", $"'{options.Stage}' is {tuned.Kind.Kind}, and the options of classify and tfidf-classify can be tried; name such a stage"),
        };
        table = options.Table ?? table;
        var trials = SearchSpace.Trials(options.Ranges(), options.NTrials, options.Seed);
        var folds = Enumerable.Range(0, options.NSplits).Select(fold => Fold(tuned, table, label, fold)).ToList();
        var results = trials.SelectMany((trial, t) => folds.Select((fold, f) => Trial(tuned, trial, $"{t}-{f}", fold.Train, fold.Dev))).ToList();
        made.Add(tune.With(options with { Table = table, Trials = [.. trials.Select(Tuned.Json)], Results = results }));
        return made;
    }

    /// <summary>The rows of one fold in the form in which the stage takes them.</summary>
    private (Input Train, Input Dev) Fold(StageInstance tuned, Input table, string label, int fold)
    {
        var rows = Add("rows", fold, "split", new SplitOptions { Table = table, NSplits = options.NSplits, Fold = fold, Stratify = label, RandomState = options.Seed });
        var (train, dev) = (new Input(rows, "train", null), new Input(rows, "test", null));
        if (tuned.Options is not ClassifyOptions classify)
            return (train, dev);
        var tokens = (TokenizeOptions)pipeline[classify.Train.Stage]!.Options;
        return (new Input(Add("train", fold, "tokenize", tokens with { Table = train }), "tokens", null), new Input(Add("dev", fold, "tokenize", tokens with { Table = dev }), "tokens", null));
    }

    /// <returns>The figures of the trial on the fold.</returns>
    private Input Trial(StageInstance tuned, IReadOnlyList<KeyValuePair<string, string>> trial, string name, Input train, Input dev)
    {
        var changed = With(tuned, trial);
        if (changed is TfidfClassifyOptions tfidf)
            return new Input(Add("trial", name, tuned.Kind, tfidf with { Train = train, Eval = dev, Tuned = null }), "metrics", null);
        var classify = (ClassifyOptions)changed with { Train = train, Eval = dev, Tuned = null };
        // The dev rows compare trials: they do not choose an epoch within a trial, and without early stopping they are not evaluated on.
        if (trial.All(value => value.Key != "load_best_model_at_end"))
            classify = classify with { LoadBestModelAtEnd = false };
        if (!classify.LoadBestModelAtEnd && classify.EarlyStoppingPatience is null)
            classify = classify with { EvalStrategy = IntervalStrategy.No, EvalSteps = null, SaveStrategy = SaveStrategy.No, SaveTotalLimit = null };
        var model = new Input(Add("trial", name, tuned.Kind, classify), "model", null);
        var wanted = Tlpipe.Text.Statistics.ScoredRows.Metric(options.Metric) is { } metric ? new[] { Tlpipe.Text.Statistics.ClassificationMetric.Accuracy, metric }.Distinct().ToArray() : null;
        return new Input(Add("score", name, Kind("evaluate"), new EvaluateOptions { Model = model, Data = dev, Metrics = wanted, PerDeviceEvalBatchSize = classify.PerDeviceEvalBatchSize }), "metrics", null);
    }

    private object With(StageInstance tuned, IReadOnlyList<KeyValuePair<string, string>> trial)
    {
        try
        {
            var changed = OptionValues.Replace(tuned.Kind.Options, tuned.Options, trial);
            var mistake = tuned.Kind.Check(changed).FirstOrDefault();
            return mistake is null ? changed : throw Bad("space", $"with {Tuned.Words(Tuned.Json(trial))}, {mistake.Option}: {mistake.Message}");
        }
        catch (PipelineException e) when (e.Diagnostics.All(diagnostic => diagnostic.Location is null))
        {
            throw new PipelineException([.. e.Diagnostics.Select(diagnostic => diagnostic with { Location = tune.LocationOf("space") })]);
        }
    }

    private string Add(string part, int fold, string kind, object with) => Add(part, fold.ToString(CultureInfo.InvariantCulture), Kind(kind), with);

    private string Add(string part, string number, StageKind kind, object with)
    {
        var name = $"{tune.Name}.{part}.{number}";
        made.Add(tune.With(with, kind, name));
        return name;
    }

    private StageKind Kind(string name) => catalog.TryGet(name, out var kind) ? kind : throw new ArgumentException($"there is no stage kind '{name}'", nameof(name));

    private PipelineException Bad(string option, string message) => new(tune.LocationOf(option), ErrorCode.Contradiction, $"{option}: {message}");
}
