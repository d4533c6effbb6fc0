// A user's project: a config, files, a store, and runs of it.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Contract;

/// <summary>An experiment of ten instances in a folder of its own.</summary>
internal sealed class Project : IDisposable
{
    public static readonly string[] Everything = ["corpus", "notes", "general", "tuned", "plain", "scores.plain", "scores.tuned", "table"];

    private const string Start = """
        # the experiment
        name: contract
        properties: { rate: 0.3, words: hello big world }
        stages:
          corpus:  { uses: say, with: { text: $(words) } }
          notes:   { uses: read, with: { path: notes.txt } }
          general: { uses: fit, with: { data: corpus, learning_rate: $(rate) } }
          tuned:   { uses: fit, with: { data: notes, start: general, learning_rate: 0.2 } }
          plain:   { uses: fit, with: { data: notes, learning_rate: 0.2 } }
          scores:
            uses: score
            matrix: { model: [plain, tuned] }
            with: { model: $(matrix.model), data: notes }
          table:   { uses: join, with: { parts: scores.*, labels: [one, two] } }
        runtime: { device: cpu }
        """;

    private readonly TemporaryFolder folder = new();

    public Project()
    {
        Directory.CreateDirectory(this["work"]);
        File.WriteAllText(this["work/notes.txt"], "some notes");
        Write("c.yaml", Start);
    }

    /// <summary>A project whose stages have all run.</summary>
    public static Project Completed()
    {
        var project = new Project();
        Assert.Equal(Everything.Order(), project.Run().Order());
        return project;
    }

    public RecordingReporter Reporter { get; private set; } = new();

    public string Config => File.ReadAllText(this["work/c.yaml"]);

    /// <summary>A path in the project's folder; the config and its files are in <c>work</c>, the store is in <c>store</c>.</summary>
    public string this[string name] => folder[name];

    public void Write(string name, string text) => File.WriteAllText(this[$"work/{name}"], text);

    /// <summary>Replaces text that the config must contain.</summary>
    public void Edit(string before, string after)
    {
        Assert.Contains(before, Config);
        Write("c.yaml", Config.Replace(before, after));
    }

    /// <summary>Runs the config with <c>-p</c> arguments.</summary>
    /// <returns>The instances that were computed, in the order in which they ended.</returns>
    public List<string> Run(params (string Name, string Value)[] overrides) => Run(new RunOptions([], [], this["work/outputs"]), overrides);

    /// <summary>Runs the config with these options.</summary>
    public List<string> Run(RunOptions options, params (string Name, string Value)[] overrides)
    {
        Reporter = new RecordingReporter();
        using var never = new Interruption();
        Runner(Reporter.Hear).Run(Load("work", overrides), options with { MaxParallel = options.MaxParallel ?? 1 }, never);
        return Reporter.Computed;
    }

    /// <summary>Runs a config of another name or folder on the same store.</summary>
    public List<string> RunIn(string work, string config = "c.yaml")
    {
        Reporter = new RecordingReporter();
        using var never = new Interruption();
        Runner(Reporter.Hear).Run(Load(work, [], config), new RunOptions([], [], this[$"{work}/outputs"]) { MaxParallel = 1 }, never);
        return Reporter.Computed;
    }

    public Pipeline Load(string work = "work", (string, string)[]? overrides = null, string config = "c.yaml") =>
        Pipeline.Load(this[$"{work}/{config}"], overrides ?? [], Catalog, this[work]);

    public ResultStore OpenStore() => ResultStore.Open(this["store"], Catalog);

    public Runner Runner(Action<RunEvent> report, ChildCommand? child = null, Machine? machine = null) => new(
        OpenStore(), Catalog, new Dictionary<string, string>(), child ?? new ChildCommand("false", []),
        e => e is PipelineException { Diagnostics: [var only] } ? new Failed(only.Code, only.Message) : null, report, machine ?? Machine.This);

    public string Output(string stage, string output) => File.ReadAllText(this[$"work/outputs/{stage}/{output}/text.txt"]);

    public void Dispose() => folder.Dispose();

    private static StageCatalog Catalog { get; } = StageCatalog.FromAssembly(typeof(Project).Assembly);
}
