// README.md beside a model: its data, settings, results and lineage, in the form that the Hugging Face hub shows.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;
using Tlpipe.Formats;
using Tlpipe.Formats.Layout;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Stages.Models;

namespace Tlpipe.Stages.Training;

/// <summary>
/// The card contains only what the result's key determines: digests and figures, no names of stages, no times. An export is not a
/// result and adds the names.
/// </summary>
internal static partial class ModelCard
{
    private const string LineageHeading = "## Lineage";
    private const int ShownDigits = 12;
    private const int LongestLineage = 100;
    private const int LargestCard = 1 << 20;

    /// <summary>Writes the card of a model that was just trained.</summary>
    public static void Write(
        string folder, PretrainedBert model, ModelSource source, LoadReport report, ModelTrainingOptions options, TrainingOutcome outcome, StageRun run)
    {
        var isClassifier = model is BertForSequenceClassification;
        var card = new StringBuilder();
        card.Append($"---\nlibrary_name: transformers\npipeline_tag: {(isClassifier ? "text-classification" : "fill-mask")}\ntags:\n- tlpipe\n---\n\n");
        card.Append($"# {model.Architecture}\n\n");
        card.Append(isClassifier
            ? $"A classifier of texts ({(model.Config.ProblemType ?? "").Replace('_', ' ')}; {Labels(model.Config)}), trained by tlpipe.\n\n"
            : "A masked language model, trained by tlpipe.\n\n");
        card.Append("```python\nfrom transformers import pipeline\n\n");
        card.Append($"pipeline(\"{(isClassifier ? "text-classification" : "fill-mask")}\", model=\"FOLDER\")\n```\n\n");
        card.Append("## Data\n\n").Append(new ReportTable(
            [new(""), new("rows", IsRight: true), new("tokens", IsRight: true), new("content", IsMarkdown: true)],
            [Rows("training", options.Train, "train", run), Rows("evaluation", options.Eval, "eval", run)]).Markdown(wideEmptyHeadings: true));
        AddResults(card, outcome, options);
        card.Append($"\n## Where the weights began\n\n```\n{string.Join('\n', report.Table())}\n```\n");
        AddSettings(card, folder);
        AddLineage(card, model, source, options, run);
        File.WriteAllText(Path.Combine(folder, HuggingFaceFiles.ModelCard), card.ToString(), new UTF8Encoding(false));
    }

    /// <summary>Adds to an exported card which stage of which pipeline made the model; a model without a card gets one.</summary>
    /// <param name="folder">The exported folder.</param>
    /// <param name="stage">The stage that made the model.</param>
    /// <param name="pipeline">The stage's pipeline.</param>
    /// <param name="results">The results of that stage and of all it depends on.</param>
    public static void AddOrigin(string folder, StageInstance stage, Pipeline pipeline, IReadOnlyDictionary<string, StoredResult> results)
    {
        var path = Path.Combine(folder, HuggingFaceFiles.ModelCard);
        var card = new StringBuilder(File.Exists(path) ? File.ReadAllText(path) : $"---\nlibrary_name: transformers\ntags:\n- tlpipe\n---\n\n# {MarkdownText.Of(BertConfig.Load(folder).Architecture ?? "BERT")}\n");
        var made = results[stage.Name].Provenance;
        card.Append(CultureInfo.InvariantCulture, $"\n## Origin\n\nStage `{stage.Name}` of the pipeline `{pipeline.Name}`, computed on {MarkdownText.Of(made.Device)} with tlpipe {MarkdownText.Of(made.Version)}");
        card.Append(made.Libraries.TryGetValue("libtorch", out var torch) ? $" and libtorch {MarkdownText.Of(torch)}" : "").Append(".\n\n");
        card.Append(new ReportTable([new("stage"), new("kind"), new("key", IsMarkdown: true)], [.. pipeline.Stages.Where(s => results.ContainsKey(s.Name)).Select(s => (string[])
            [s.Name, $"{s.Kind.Kind} {results[s.Name].Document.Version}", $"`{results[s.Name].Key[..ShownDigits]}`"])]).Markdown());
        File.WriteAllText(path, card.ToString(), new UTF8Encoding(false));
    }

    private static string Labels(BertConfig config) =>
        config.Labels.Count == 1 ? "one number" : string.Join(", ", config.Labels.Take(20).Select(MarkdownText.Of)) + (config.Labels.Count > 20 ? ", …" : "");

    private static IReadOnlyList<string> Rows(string name, Input input, string role, StageRun run)
    {
        var facts = run.Read(input).Facts;
        return [name, ReportTable.Cell(facts["rows"], "N0"), ReportTable.Cell(facts["tokens"], "N0"), $"`{run.InputDigests[role][..ShownDigits]}`"];
    }

    private static void AddResults(StringBuilder card, TrainingOutcome outcome, ModelTrainingOptions options)
    {
        var evaluations = outcome.History.OfType<EvalLogEntry>().ToList();
        if (evaluations.Count == 0)
            return;
        card.Append("\n## Results on the evaluation rows\n\n");
        if (outcome.Best is { } best && options.LoadBestModelAtEnd)
            card.Append(CultureInfo.InvariantCulture, $"The weights are those of step {best.Step:N0}, the best; so its figures flatter the model.\n\n");
        var names = evaluations.SelectMany(e => e.Figures.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        string[] headings = ["epoch", "step", "training loss", .. names];
        card.Append(new ReportTable([.. headings.Select(heading => new TableColumn(heading, IsRight: true))], [.. evaluations.Select(evaluation => (string[])
        [
            ReportTable.Cell(evaluation.Epoch, "0.##"), ReportTable.Cell(evaluation.Step, "0"),
            ReportTable.Cell(outcome.History.OfType<TrainLogEntry>().LastOrDefault(train => train.Step <= evaluation.Step)?.Loss, "0.####"),
            .. names.Select(name => evaluation.Figures.TryGetValue(name, out var figure) ? ReportTable.Cell(figure, "0.######") : ""),
        ])]).Markdown());
    }

    private static void AddSettings(StringBuilder card, string folder)
    {
        card.Append("\n## Settings\n\n");
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, HuggingFaceFiles.TrainingArguments)))!.AsObject();
        foreach (var (name, value) in settings.Where(setting => setting.Value is not null))
            card.Append($"- {name}: {value!.ToJsonString().Trim('"')}\n");
    }

    /// <summary>The steps that made the initial model, from its own card, and then this training.</summary>
    private static void AddLineage(StringBuilder card, PretrainedBert model, ModelSource source, ModelTrainingOptions options, StageRun run)
    {
        var began = run.Read(source.Folder).Folder;
        var steps = LineageOf(began);
        var digest = run.InputDigests.First(input => input.Key == "model" || input.Key.StartsWith("model.", StringComparison.Ordinal)).Value;
        if (steps.Count == 0)
            steps.Add(string.Create(CultureInfo.InvariantCulture, $"a {MarkdownText.Of(BertConfig.Load(began).Architecture ?? "BERT without weights")} of {model.Config.NumHiddenLayers} layers × {model.Config.HiddenSize} and {model.Config.VocabSize:N0} tokens, content `{digest[..ShownDigits]}`"));
        steps.Add($"{(model is BertForSequenceClassification ? "classify" : "mlm-finetune")}: {(source.IsRandom ? "fresh weights in that shape" : "from those weights")}, "
            + string.Create(CultureInfo.InvariantCulture, $"training rows `{run.InputDigests["train"][..ShownDigits]}`, evaluation rows `{run.InputDigests["eval"][..ShownDigits]}`, seed {options.Seed}, key `{run.Key[..ShownDigits]}`"));
        card.Append($"\n{LineageHeading}\n\n");
        for (var i = 0; i < steps.Count; i++)
            card.Append(CultureInfo.InvariantCulture, $"{i + 1}. {steps[i]}\n");
    }

    /// <summary>The steps that a card lists; empty if there is none. The card may be of any origin.</summary>
    internal static List<string> LineageOf(string folder)
    {
        var path = Path.Combine(folder, HuggingFaceFiles.ModelCard);
        if (!File.Exists(path) || new FileInfo(path).Length > LargestCard)
            return [];
        return [.. File.ReadLines(path).SkipWhile(line => line != LineageHeading).Skip(1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.Length > 0 && char.IsAsciiDigit(line[0]) && line.Contains(". ", StringComparison.Ordinal))
            .Take(LongestLineage).Select(line => Step(line[(line.IndexOf(". ", StringComparison.Ordinal) + 2)..]))];
    }

    /// <summary>A step of a card of unknown origin: its digests are marked as such, all else is text.</summary>
    private static string Step(string line) =>
        string.Concat(Digest().Split(OneLine.Of(line)).Select((part, i) => i % 2 == 0 ? MarkdownText.Of(part) : part));

    [GeneratedRegex("(`[0-9a-f]{12}`)")]
    private static partial Regex Digest();
}
