// A store with results of chosen sizes and costs, and runs that used them.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Housekeeping;

internal sealed class HousekeptStore : IDisposable
{
    /// <summary>Collects all unreferenced results, and deletes nothing yet.</summary>
    public static readonly GarbageCollectionOptions Everything = new() { KeepWithin = TimeSpan.Zero };

    private readonly TemporaryFolder folder = new();

    public HousekeptStore() => Store = ResultStore.Open(folder["store"]);

    public ResultStore Store { get; }

    /// <summary>A path beside the store.</summary>
    public string this[string name] => folder[name];

    /// <summary>The key document of a name; <paramref name="inputs"/> are digests.</summary>
    public static KeyDocument Document(string name, params string[] inputs) => new()
    {
        Stage = "split",
        Version = 1,
        Options = new JsonObject { ["name"] = name },
        Inputs = inputs.Select((digest, i) => (digest, i)).ToDictionary(x => $"input{x.i}", x => x.digest),
    };

    /// <summary>Publishes a result of one file.</summary>
    public StoredResult Publish(string name, string content, double seconds = 1, params string[] inputs)
    {
        using var scratch = Store.CreateScratch();
        return Publish(scratch, name, content, seconds, inputs);
    }

    /// <summary>The same, while a scratch folder of the caller's exists.</summary>
    public StoredResult Publish(ScratchFolder scratch, string name, string content, double seconds = 1, params string[] inputs)
    {
        var output = Path.Combine(scratch.Path, name, "rows");
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, "data.txt"), content);
        var document = Document(name, inputs);
        var provenance = new Provenance(DateTimeOffset.UnixEpoch, seconds, "host", "0.1.0", 2, "cpu", new Dictionary<string, string>());
        return Store.Publish(
            document.Key, document, [new ProducedOutput("rows", output, null, new Dictionary<string, double>())], new Dictionary<string, double>(), provenance);
    }

    /// <summary>Records a run that is over.</summary>
    public void Run(string config, params StoredResult[] results) => Begin(config, results).Dispose();

    /// <summary>Records an active run.</summary>
    public RunRoot Begin(string config, params StoredResult[] results)
    {
        var root = Store.BeginRun(RunNote.Now(config, $"/configs/{config}.yaml"));
        foreach (var result in results)
            root.Add(result.Key, "stage-" + result.Document.Options["name"]);
        return root;
    }

    public GarbageCollectionOutcome Collect(GarbageCollectionOptions? wishes = null) => GarbageCollector.Run(GarbageCollectionPlan.Of(Store, wishes ?? Everything));

    public string BlobOf(StoredResult result) => Store.BlobPath(result.Outputs["rows"].Files[0]);

    /// <summary>Whether the record's file exists, checked without the store.</summary>
    public bool IsStored(StoredResult result) => File.Exists(Path.Combine(Store.Root, "results", result.Key[..2], $"{result.Key}.json"));

    public IReadOnlyList<string> Files(string below) =>
        [.. Directory.EnumerateFiles(Path.Combine(Store.Root, below), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Store.Root, f))];

    public void Dispose() => folder.Dispose();
}
