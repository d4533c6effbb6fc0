// A config of stages without tensors, whose runs take a second, and its folder.
namespace Tlpipe.Tests;

/// <summary>configs/quick.yaml: made-up reviews, drawn from and split.</summary>
internal sealed class QuickExperiment : IDisposable
{
    public const string ConfigPath = "configs/quick.yaml";

    private const string Config = """
        name: quick
        root: ..
        properties: { seed: 7 }
        stages:
          reviews:  { uses: synthesize-reviews, with: { rows: 200, seed: $(seed) } }
          labelled: { uses: select, with: { table: reviews, where: split == "train", sample: 40, random_state: 1 } }
          holdout:  { uses: select, with: { table: reviews, where: split != "train" } }
          corpus:   { uses: split, with: { table: labelled, test_size: 0.2, random_state: 1 } }
        """;

    private readonly TemporaryFolder folder = new();

    public QuickExperiment()
    {
        Write(Folder);
    }

    /// <summary>An experiment that has run, first with other seeds: a copy of one that all tests share.</summary>
    public static QuickExperiment Completed(params string[] seedsBefore)
    {
        var experiment = new QuickExperiment();
        Finished.CopyTo(experiment.Folder, $"{Config}\n{string.Join(',', seedsBefore)}", folder =>
        {
            Write(folder);
            foreach (var seed in seedsBefore)
                Well(TlpipeProcess.Run(folder, "run", ConfigPath, "-p", $"seed={seed}"));
            Well(TlpipeProcess.Run(folder, "run", ConfigPath));
        });
        return experiment;
    }

    public static readonly string[] Stages = ["corpus", "holdout", "labelled", "reviews"];

    public string Folder => folder.Path;

    public string Store => folder[".tlpipe/store"];

    /// <summary>Runs tlpipe in the folder.</summary>
    public Ended Tlpipe(params string[] arguments) => TlpipeProcess.Run(Folder, arguments);

    /// <summary>Runs the config; fails the test where the run fails.</summary>
    public Ended Run(params string[] arguments) => Well(Tlpipe(["run", ConfigPath, .. arguments]));

    /// <summary>Fails the test where a process did not end well.</summary>
    public static Ended Well(Ended ended)
    {
        Assert.True(ended.ExitCode == 0, $"exit code {ended.ExitCode}\n{ended.Output}\n{ended.Errors}");
        return ended;
    }

    /// <summary>The bytes of everything that is shown under outputs/, by name; logs and records of runs, which hold times, are left out.</summary>
    public IReadOnlyDictionary<string, string> Outputs() =>
        Stages.Where(s => Directory.Exists(folder[$"outputs/quick/{s}"]))
            .SelectMany(s => Directory.EnumerateFiles(folder[$"outputs/quick/{s}"], "*", SearchOption.AllDirectories))
            .Where(f => !Path.GetFileName(f).StartsWith('.'))
            .ToDictionary(f => Path.GetRelativePath(folder.Path, f), f => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f))));

    public void Dispose() => folder.Dispose();

    private static void Write(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "configs"));
        File.WriteAllText(Path.Combine(folder, ConfigPath), Config);
    }
}
