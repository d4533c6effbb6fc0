// Whole runs of the reference Trainer, repeated from a YAML config.
using System.Globalization;
using System.Text.Json;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class ReferenceTests(ITestOutputHelper output)
{
    private static readonly string[] Names =
        ["classify", "classify-padded-in-map", "classify-random-init", "classify-accumulate-4-warmup", "mlm", "classify-bf16"];

    /// <summary>The runs' options as goldens/trainer/*/run.json has them, and texts.parquet tokenized as for them.</summary>
    private const string Config = """
        name: reference
        root: ..
        properties: { model: "", texts: "" }
        stages:
          tiny:    { uses: fetch-model, with: { model: $(model) } }
          texts:   { uses: read-table, with: { path: $(texts) } }
          train:   { uses: select, with: { table: texts, where: split == "train" } }
          valid:   { uses: select, with: { table: texts, where: split != "train" } }
          tokens:
            uses: tokenize
            matrix: { rows: [train, valid] }
            with: { table: $(matrix.rows), tokenizer: tiny, truncation: true, max_length: 48 }
          whole:
            uses: tokenize
            matrix: { rows: [train, valid] }
            with: { table: $(matrix.rows), tokenizer: tiny }
          windows:
            uses: group-texts
            matrix: { rows: [train, valid] }
            with: { tokens: whole.$(matrix.rows), chunk_size: 48 }
        STAGES
        runtime: { device: cpu, threads: 2 }
        """;

    [Fact]
    public void Losses_rates_evaluations_and_checkpoints_are_the_reference_trainers()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["configs"]);
        Run(folder, Names.Where(name => name != "classify-bf16"), "fp32");
        Run(folder, ["classify-bf16"], "bf16");

        // Ten times as far apart as two runs of the reference itself (docs/experiments.md), and how far eval_loss and accuracy may be.
        Compare(folder, "classify", 9e-6, 1e-5, 0);
        Compare(folder, "classify-padded-in-map", 2e-5, 1e-5, 0);
        Compare(folder, "classify-random-init", 2e-6, 1e-5, 0);
        Compare(folder, "classify-accumulate-4-warmup", 1e-6, 1e-5, 0);
        Compare(folder, "mlm", 3e-3, 1e-3, 0);
        Compare(folder, "classify-bf16", 2e-1, 2e-2, 0.02);
    }

    [Fact]
    public void Numbers_several_labels_whole_words_and_a_carried_pooler_go_through_a_pipeline()
    {
        const string Stages = """

          numbers:    { uses: tokenize, with: { table: train, tokenizer: tiny, truncation: true, max_length: 48, label_columns: [label] } }
          regression: { uses: classify, with: { model: tiny, train: numbers, eval: numbers, num_labels: 1, num_train_epochs: 4, learning_rate: 5e-3, metric_for_best_model: mse, greater_is_better: false } }
          several:    { uses: tokenize, with: { table: train, tokenizer: tiny, truncation: true, max_length: 48, label_columns: [label, label, label] } }
          labels:     { uses: classify, with: { model: tiny, train: several, eval: several, num_labels: 3, problem_type: multi_label_classification, allow_overlap: rows, num_train_epochs: 4, learning_rate: 5e-3 } }
          domain:     { uses: mlm-finetune, with: { model: tiny, train: windows.train, eval: windows.valid, whole_word_mask: offsets, eval_masks: fixed, carry_pooler: true, num_train_epochs: 2, save_strategy: epoch } }
          carried:    { uses: classify, with: { model: domain, train: tokens.train, eval: tokens.valid, num_train_epochs: 1 } }
          scores:
            uses: evaluate
            matrix: { model: [labels] }
            with: { model: $(matrix.model), data: several }
          table: { uses: compare, with: { results: scores.*, baseline: labels } }
        """;
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["configs"]);
        File.WriteAllText(folder["configs/reference.yaml"], Config.Replace("STAGES", Stages));

        var ended = TlpipeProcess.Run(
            folder.Path, "run", "configs/reference.yaml",
            "-p", $"model={TestFiles.Golden("model", "tiny-pretraining")}", "-p", $"texts={TestFiles.Golden("trainer", "texts.parquet")}");

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        var outputs = Path.Combine(folder.Path, "outputs", "reference");
        Assert.All(Log("regression"), entry => Assert.Equal(Number(entry, "eval_loss"), Number(entry, "eval_mse"), 1e-6));
        Assert.True(Number(Log("regression")[^1], "eval_mse") < 0.25, "no better than guessing the middle");
        using var scores = JsonDocument.Parse(File.ReadAllText(Path.Combine(outputs, "scores.labels", "metrics", "metrics.json")));
        Assert.Equal(Log("labels").Min(entry => Number(entry, "eval_loss")), Number(scores.RootElement, "eval_loss"), 1e-5);
        Assert.InRange(Number(scores.RootElement, "eval_f1"), 0.6, 1);
        Assert.Contains(ended.Lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["eval_loss", "eval_accuracy", "eval_f1", "eval_runtime", ..]);
        Assert.All(Log("domain"), entry => Assert.InRange(Number(entry, "eval_loss_standard_error"), 0.01, 1));
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(outputs, "domain", "checkpoints")).Length);
        // A pooler was carried over, so only one part of the classifier is new.
        var table = ended.Lines.SkipWhile(line => !line.Contains("BertForSequenceClassification from 'domain'", StringComparison.Ordinal)).Skip(2).Take(5)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["bert.embeddings reused", "bert.encoder.layer.{0..1} reused", "bert.pooler reused", "cls.predictions left", "classifier fresh"], table.Select(words => $"{words[0]} {words[2]}"));
        using var arguments = JsonDocument.Parse(File.ReadAllText(Path.Combine(outputs, "domain", "model", "training_args.json")));
        Assert.Equal("offsets", arguments.RootElement.GetProperty("whole_word_mask").GetString());
        Assert.True(File.Exists(Path.Combine(outputs, "domain", "model", "trainer_state.json")));

        List<JsonElement> Log(string stage) => [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(outputs, stage, "log", "trainer_state.json")))
            .RootElement.GetProperty("log_history").EnumerateArray().Where(entry => entry.TryGetProperty("eval_loss", out _))];
    }

    private static void Run(TemporaryFolder folder, IEnumerable<string> names, string dtype)
    {
        var config = $"{Config.Replace("STAGES", string.Concat(names.Select(Stage)))}\nnumerics: {{ dtype: {dtype} }}\n";
        File.WriteAllText(folder["configs/reference.yaml"], config);
        var ended = TlpipeProcess.Run(
            folder.Path, "run", "configs/reference.yaml",
            "-p", $"model={TestFiles.Golden("model", "tiny-mlm")}", "-p", $"texts={TestFiles.Golden("trainer", "texts.parquet")}");
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
    }

    private static string Stage(string name)
    {
        using var run = Golden(name);
        var isMlm = name == "mlm";
        var (train, valid) = isMlm ? ("windows.train", "windows.valid") : ("tokens.train", "tokens.valid");
        var model = name == "classify-random-init" ? "{ config_of: tiny, weights: random }" : "tiny";
        var options = run.RootElement.GetProperty("arguments").EnumerateObject()
            // Precision is one for the whole pipeline.
            .Where(option => option.Name != "bf16")
            .Select(option => $"{option.Name}: {option.Value.GetRawText().Trim('"')}");
        var padding = name.EndsWith("in-map", StringComparison.Ordinal) ? ", padding: map-slices" : "";
        return $"\n  {name}: {{ uses: {(isMlm ? "mlm-finetune" : "classify")}, with: {{ model: {model}, train: {train}, eval: {valid}, "
            + $"hidden_dropout_prob: 0, attention_probs_dropout_prob: 0, log_micro_batches: true{padding}, {string.Join(", ", options)} }} }}";
    }

    private void Compare(TemporaryFolder folder, string name, double losses, double evalLoss, double accuracy)
    {
        using var golden = Golden(name);
        var run = golden.RootElement;
        var written = Path.Combine(folder.Path, "outputs", "reference", name);

        var microBatches = File.ReadLines(Path.Combine(written, "log", "micro_batches.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var expected = run.GetProperty("micro_batch_losses").EnumerateArray().Select(loss => loss.GetDouble()).ToList();
        Assert.Equal(
            run.GetProperty("micro_batch_shapes").EnumerateArray().Select(shape => (shape[0].GetInt32(), shape[1].GetInt32())),
            microBatches.Select(batch => (batch.GetProperty("rows").GetInt32(), batch.GetProperty("width").GetInt32())));
        var furthest = expected.Zip(microBatches, (e, batch) => Math.Abs(batch.GetProperty("loss").GetDouble() / e - 1)).Max();
        Assert.InRange(furthest, 0, losses);

        // The best checkpoint's state holds the run up to there; the log holds all of it.
        using var state = JsonDocument.Parse(File.ReadAllText(Path.Combine(written, "log", "trainer_state.json")));
        var log = state.RootElement.GetProperty("log_history").EnumerateArray().ToList();
        var reference = run.GetProperty("log_history").EnumerateArray().TakeWhile(line => !line.TryGetProperty("train_loss", out _)).ToList();
        Assert.Equal(reference.Select(Keys), log.Select(Keys));
        var (furthestEval, furthestRate) = (0.0, 0.0);
        foreach (var (line, entry) in reference.Zip(log))
        {
            Assert.Equal((Number(line, "epoch"), Number(line, "step")), (Number(entry, "epoch"), Number(entry, "step")));
            if (line.TryGetProperty("learning_rate", out var rate))
                furthestRate = Math.Max(furthestRate, Math.Abs(rate.GetDouble() - Number(entry, "learning_rate")));
            if (line.TryGetProperty("eval_loss", out var loss))
                furthestEval = Math.Max(furthestEval, Math.Abs(loss.GetDouble() - Number(entry, "eval_loss")));
            if (line.TryGetProperty("eval_accuracy", out var right))
                Assert.InRange(Math.Abs(right.GetDouble() - Number(entry, "eval_accuracy")), 0, accuracy);
        }
        Assert.InRange(furthestRate, 0, 1e-12);
        Assert.InRange(furthestEval, 0, evalLoss);

        Assert.Equal(
            run.GetProperty("checkpoints_left").EnumerateArray().Select(left => left.GetString()),
            Directory.GetDirectories(Path.Combine(written, "checkpoints")).Select(Path.GetFileName));
        var best = run.GetProperty("trainer_state_of_last_checkpoint");
        using var left = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(Path.Combine(written, "checkpoints"), "trainer_state.json", SearchOption.AllDirectories).Single()));
        foreach (var property in best.EnumerateObject().Where(p => p.Name is not ("best_metric" or "log_history")))
            Assert.Equal((property.Name, Compact(property.Value)), (property.Name, Compact(left.RootElement.GetProperty(property.Name))));
        Assert.Equal(best.GetProperty("best_metric").GetDouble(), Number(left.RootElement, "best_metric"), evalLoss);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: micro-batch losses differ by up to {furthest:E1}, eval_loss by {furthestEval:E1}, learning rates by {furthestRate:E1}"));
    }

    private static JsonDocument Golden(string name) => JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("trainer", name, "run.json")));

    private static string Keys(JsonElement entry) => string.Join(' ', entry.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));

    private static double Number(JsonElement entry, string name) => entry.GetProperty(name).GetDouble();

    private static string Compact(JsonElement value) => string.Concat(value.GetRawText().Where(c => !char.IsWhiteSpace(c)));
}
