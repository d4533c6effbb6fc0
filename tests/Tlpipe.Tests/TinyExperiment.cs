// A folder with the whole experiment in a size of seconds.
namespace Tlpipe.Tests;

/// <summary>configs/tiny.yaml in a folder of its own: made-up reviews, a 1 x 16 BERT, all stages of the graph.</summary>
internal sealed class TinyExperiment : IDisposable
{
    /// <summary>Checkpoints after every update, so that a test need not wait for one.</summary>
    public const string Config = """
        # the experiment, tiny
        name: tiny
        root: ..
        properties:
          seed: 7
          mlm_epochs: 6
        stages:
          general:         { uses: synthesize-sentences, with: { rows: 300, seed: $(seed) } }
          tokenizer:       { uses: train-tokenizer, with: { table: general, vocab_size: 400 } }
          base:            { uses: bert-config, with: { tokenizer: tokenizer, hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 64 } }
          reviews:         { uses: synthesize-reviews, with: { rows: 300, seed: $(seed) } }
          labelled:        { uses: select, with: { table: reviews, where: split == "train", sample: 60, random_state: $(seed) } }
          holdout:         { uses: select, with: { table: reviews, where: split != "train" } }
          tokens:
            uses: tokenize
            matrix: { rows: [labelled, holdout] }
            with: { table: $(matrix.rows), tokenizer: base, truncation: true, max_length: 64 }
          corpus:          { uses: split, with: { table: reviews, test_size: 0.1, random_state: $(seed) } }
          mlm_tokens:
            uses: tokenize
            matrix: { part: [train, test] }
            with: { table: "corpus:$(matrix.part)", tokenizer: base }
          windows:
            uses: group-texts
            matrix: { part: [train, test] }
            with: { tokens: mlm_tokens.$(matrix.part), chunk_size: 32 }
          domain:
            uses: mlm-finetune
            with:
              model: { config_of: base, weights: random }
              train: windows.train
              eval: windows.test
              num_train_epochs: $(mlm_epochs)
              per_device_train_batch_size: 16
              logging_steps: 1
              allow_overlap: text
              seed: $(seed)
          random:          { uses: classify, with: { model: { config_of: base, weights: random }, train: tokens.labelled, eval: tokens.holdout, num_train_epochs: 2, per_device_train_batch_size: 16, allow_overlap: text, seed: $(seed) } }
          finetuned:       { uses: classify, with: { model: domain, train: tokens.labelled, eval: tokens.holdout, num_train_epochs: 2, per_device_train_batch_size: 16, allow_overlap: text, seed: $(seed) } }
          scores:
            uses: evaluate
            matrix: { model: [random, finetuned] }
            with: { model: $(matrix.model), data: tokens.holdout }
          results:         { uses: compare, with: { results: scores.*, baseline: random } }
        runtime: { device: cpu, checkpoint_every: 0s, threads: 2 }
        """;

    public const string ConfigPath = "configs/tiny.yaml";

    private const string FirstOutput = "first-run.txt";

    private readonly TemporaryFolder folder = new();

    public TinyExperiment()
    {
        Write(Config);
    }

    /// <summary>An experiment that has run, with its store: a copy of one that all tests share.</summary>
    public static TinyExperiment Completed()
    {
        var experiment = new TinyExperiment();
        Finished.CopyTo(experiment.Folder, Config, folder =>
        {
            Write(folder, Config);
            File.WriteAllText(Path.Combine(folder, FirstOutput), RunIn(folder).Output);
        });
        return experiment;
    }

    /// <summary>What the run printed that completed it.</summary>
    public Ended FirstRun => new(0, File.ReadAllText(folder[FirstOutput]), "");

    /// <summary>The folder that tlpipe runs in.</summary>
    public string Folder => folder.Path;

    /// <summary>A file of the folder.</summary>
    public string this[params string[] parts] => Path.Combine([folder.Path, .. parts]);

    /// <summary>Replaces the config.</summary>
    public void Write(string config) => Write(Folder, config);

    /// <summary>Runs the config with further arguments; fails the test where the run fails.</summary>
    public Ended Run(params string[] arguments) => RunIn(Folder, arguments);

    public void Dispose() => folder.Dispose();

    private static void Write(string folder, string config)
    {
        Directory.CreateDirectory(Path.Combine(folder, "configs"));
        File.WriteAllText(Path.Combine(folder, ConfigPath), config);
    }

    private static Ended RunIn(string folder, params string[] arguments)
    {
        var ended = TlpipeProcess.Run(folder, ["run", ConfigPath, .. arguments]);
        Assert.True(ended.ExitCode == 0, $"exit code {ended.ExitCode}\n{ended.Output}\n{ended.Errors}");
        return ended;
    }
}
