// Running a model over rows: what evaluate and predict share.
using System.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Predictions;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Models;

/// <summary>Runs models and keeps their answers.</summary>
internal static class ModelAnswers
{
    /// <summary>The work of one pass over the rows.</summary>
    public static Forecast Foresee(Facts model, Facts data, string output)
    {
        var flops = data["tokens"] is { } tokens && data["rows"] is { } rows ? tokens * ModelFacts.ForwardFlops(model, tokens / rows) : null;
        return Forecast.Of(output, TableFiles.Rows(data["rows"]), new Work(Flops: flops));
    }

    /// <summary>Whether a folder's model predicts masked tokens and not classes.</summary>
    public static bool IsLanguageModel(BertConfig config) => config.Architecture is "BertForMaskedLM" or "BertForPreTraining";

    /// <summary>A classifier's answers. The watch restarts once the model is loaded.</summary>
    /// <exception cref="InputException">The model is not a classifier.</exception>
    public static ClassifierEvaluation OfClassifier(Input modelInput, TokenRows rows, StageRun run, Stopwatch watch)
    {
        var folder = run.Read(modelInput).Folder;
        var config = BertConfig.Load(folder);
        var (model, report) = ModelFolder.LoadClassifier(
            folder, config.Labels.Count, seed: 0, run.OpenDevice(), run.ComputeType(), problemType: ClassifierObjective.Of(config).Name);
        using var disposed = model;
        if (report.Missing.Count > 0)
            throw new InputException($"'{modelInput.Stage}' is not a classifier: its folder lacks {string.Join(", ", report.Missing)}; give the model of a classify stage");
        watch.Restart();
        return Evaluation.Classify(model, rows, evaluated: done => run.Report(new Progress("evaluate", done, rows.Count, "rows")), stopping: run.Stopping);
    }

    /// <summary>A masked language model's answers. The watch restarts once the model is loaded.</summary>
    public static MaskedPredictions OfLanguageModel(Input modelInput, TokenRows windows, double mlmProbability, int seed, StageRun run, Stopwatch watch)
    {
        var folder = run.Read(modelInput).Folder;
        var tokenizer = BertTokenizer.Load(folder);
        var (model, _) = ModelFolder.LoadMaskedLM(folder, seed: 0, run.OpenDevice(), run.ComputeType());
        using var disposed = model;
        var collator = new MlmCollator(tokenizer.SpecialTokens.MaskId, tokenizer.Count, tokenizer.SpecialTokens.AllSpecialIds.ToHashSet()) { MlmProbability = mlmProbability };
        watch.Restart();
        return MaskedEvaluation.Of(model, windows, collator, seed, done => run.Report(new Progress("evaluate", done, windows.Count, "windows")), run.Stopping);
    }
}
