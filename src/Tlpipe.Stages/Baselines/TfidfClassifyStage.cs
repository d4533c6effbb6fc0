// tfidf-classify: the classifier without a neural network that others are held against.
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Training;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Scoring;
using Tlpipe.Stages.Tables;
using Tlpipe.Stages.Training;
using Tlpipe.Text.Baselines;

namespace Tlpipe.Stages.Baselines;

/// <summary>Options of <c>tfidf-classify</c>: scikit-learn's of TfidfVectorizer and LogisticRegression.</summary>
[NotSupported("write it in lower case, as all options: c", "C")]
[NotSupported(
    "the optimum is unique and found to the last digits, so there is nothing to choose; leave it out",
    "solver", "tol", "max_iter", "random_state", "warm_start", "dual", "n_jobs", "intercept_scaling", "multi_class")]
[NotSupported("the penalty is l2; leave it out and choose its weight with c", "penalty", "l1_ratio")]
[NotSupported("texts are counted as the table has them, but for case; leave it out", "strip_accents", "encoding", "decode_error", "input")]
[NotSupported("words are two letters, digits or underscores and more, as by scikit-learn's default; leave it out", "token_pattern", "tokenizer", "preprocessor", "stop_words", "vocabulary")]
public sealed record TfidfClassifyOptions : TfidfOptions, ITrained
{
    /// <summary>The table to learn from.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Train { get; init; }

    /// <summary>The table to be scored on.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Eval { get; init; }

    /// <summary>The column with the texts. Default: text.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column with the classes, 0 to n-1. Default: label.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>The inverse of the penalty's weight. Default: 1.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double C { get; init; } = 1;

    /// <summary>Whether classes have intercepts. Default: true.</summary>
    public bool FitIntercept { get; init; } = true;

    /// <summary>balanced lets every class count the same. Default: none.</summary>
    public ClassWeight ClassWeight { get; init; }

    /// <summary>A tune stage: what it found takes the place of the options given here. Default: none.</summary>
    [Takes(OutputKinds.Options)]
    public Input? Tuned { get; init; }

    /// <summary>
    /// What rows that are trained on may share with rows that are evaluated on: none, not even a text; text, also where a language model reads the
    /// texts of these very rows; or rows, for a look at how well training rows were learnt. Default: no row is in both, and texts that recur are counted and shown.
    /// </summary>
    [ExecutionOnly]
    public AllowOverlap? AllowOverlap { get; init; }

    /// <summary>A column of the tables that says which row it is, such as a review's number: rows are the same where it is equal. Default: the row labels of one source table.</summary>
    [ExecutionOnly]
    public string? IdColumn { get; init; }

    /// <summary>
    /// There is a warning where more than this share of the rows evaluated on has a text that recurs in training. Default: 0.05, where rows that were learnt by heart
    /// lift an accuracy of 0.8 by one point at most.
    /// </summary>
    [Range(0.0, 1.0)]
    [ExecutionOnly]
    public double WarnOverlapAbove { get; init; } = OverlapNote.UsualShare;

    Input ITrained.TrainedOn => Train;

    Input? ITrained.ChosenOn => null;

    Input? ITrained.BeginsWith => null;

    RowsUse ITrained.Use => RowsUse.Classifier;

    string? ITrained.TableColumn => TextColumn;
}

/// <summary>Classifies texts by logistic regression over TF-IDF, as scikit-learn does; its figures stand in compare beside those of evaluate.</summary>
[Stage("tfidf-classify", version: 1)]
[Output("metrics", "metrics.json with eval_loss and eval_accuracy", Kind = OutputKinds.Metrics)]
[Output("predictions", "predictions.safetensors with logits [rows, labels] and labels [rows]", Kind = OutputKinds.Predictions)]
[Output("model", "tfidf.json: terms, their weights, coefficients and intercepts", Kind = OutputKinds.WordModel)]
public sealed class TfidfClassifyStage : IStage<TfidfClassifyOptions>
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IEnumerable<OptionMistake> Check(TfidfClassifyOptions options)
    {
        if (options.NgramRange is not [>= 1, var longest] || longest < options.NgramRange[0])
            yield return new OptionMistake("ngram_range", "it is the least and the greatest length, such as [1, 2]");
        foreach (var (name, value) in new[] { ("min_df", options.MinDf), ("max_df", options.MaxDf) })
            if (!(value >= 0) || (value > 1 && value != Math.Floor(value)))
                yield return new OptionMistake(name, string.Create(CultureInfo.InvariantCulture, $"{value} is neither a share from 0 to 1 nor a number of texts"));
        if (options.MaxFeatures is < 1)
            yield return new OptionMistake("max_features", "at least one term must be left; give 1 or more");
    }

    public Forecast Foresee(TfidfClassifyOptions options, Func<Input, Facts> facts) => Forecast.Of("metrics", TableFiles.Rows(facts(options.Eval)["rows"]));

    public void Run(TfidfClassifyOptions options, StageRun run)
    {
        options = Tuned.In(options, options.Tuned, run, this);
        var train = Labelled(options, options.Train, run, classes: null);
        var classes = train.Labels.Max() + 1;
        if (train.Labels.Distinct().Count() is var present && (present < 2 || present < classes))
            throw new InputException($"of the classes 0 to {Math.Max(1, classes - 1)}, '{options.Train.Stage}' has {present}; give rows of each");
        var eval = Labelled(options, options.Eval, run, classes);

        var watch = Stopwatch.StartNew();
        var vectorizer = TfidfVectorizer.Fit(train.Texts, options);
        var regression = LogisticRegression.Fit(
            vectorizer.Transform(train.Texts), train.Labels, classes, new LogisticRegressionOptions(options.C, options.FitIntercept, options.ClassWeight), run.Stopping);
        run.Measure("train_runtime", watch.Elapsed.TotalSeconds);
        run.Report(new Note(string.Create(CultureInfo.InvariantCulture, $"{vectorizer.Terms.Count:N0} terms of {train.Texts.Count:N0} texts, {regression.Iterations} Newton steps")));

        watch.Restart();
        var logits = regression.Logits(vectorizer.Transform(eval.Texts));
        var seconds = watch.Elapsed.TotalSeconds;
        EvaluationFiles.Write(ClassifierEvaluation.OfLogits(logits, eval.Labels), eval.Labels, run);
        run.Describe("metrics", TableFiles.Rows(eval.Texts.Count));
        run.Measure("eval_runtime", seconds);
        run.Measure("eval_samples_per_second", eval.Texts.Count / seconds);
        WriteModel(vectorizer, regression, run);
    }

    private static (IReadOnlyList<string> Texts, int[] Labels) Labelled(TfidfClassifyOptions options, Input input, StageRun run, int? classes)
    {
        var table = run.ReadTable(input);
        if (table.RowCount == 0)
            throw new InputException($"'{input.Stage}' has no rows; check the selection that made it");
        return (table.PresentTexts(options.TextColumn), table.Labels(options.LabelColumn, classes));
    }

    private static void WriteModel(TfidfVectorizer vectorizer, LogisticRegression regression, StageRun run)
    {
        var model = new JsonObject
        {
            ["terms"] = Array(vectorizer.Terms.Select(term => JsonValue.Create(term))),
            ["idf"] = Array(vectorizer.Weights.Select(weight => JsonValue.Create(weight))),
            ["coef"] = Array(regression.Coefficients.Select(row => Array(row.Select(value => JsonValue.Create(value))))),
            ["intercept"] = Array(regression.Intercepts.Select(value => JsonValue.Create(value))),
        };
        File.WriteAllText(Path.Combine(run.Create("model"), "tfidf.json"), model.ToJsonString(Readable) + "\n");
        run.Describe("model", Facts.None.With("terms", vectorizer.Terms.Count));

        static JsonArray Array(IEnumerable<JsonNode?> nodes) => [.. nodes];
    }
}
