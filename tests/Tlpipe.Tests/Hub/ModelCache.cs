// An empty cache and a lock file, and what a test does with them.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Hub;

namespace Tlpipe.Tests.Hub;

/// <summary>The client side of a test: a cache of its own, and a clock that does not wait.</summary>
internal sealed class ModelCache : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ModelCache(FakeHub? hub)
    {
        Settings = new HubSettings
        {
            Cache = folder["cache"],
            Downloads = folder["downloads"],
            Endpoint = new Uri(hub?.Endpoint ?? "http://127.0.0.1:9"),
            DownloadTimeout = TimeSpan.FromSeconds(20),
            EtagTimeout = TimeSpan.FromSeconds(20),
        };
    }

    public HubSettings Settings { get; set; }

    public HurriedClock Clock { get; } = new();

    public List<StageEvent> News { get; } = [];

    public string LockPath => folder["config.lock"];

    public string Repository => Path.Combine(Settings.Cache, "models--acme--tiny-bert");

    public string Snapshot(string commit = FakeHub.FirstCommit) => Path.Combine(Repository, "snapshots", commit);

    public string Blob(string etag) => Path.Combine(Repository, "blobs", etag);

    /// <summary>The names below blobs.</summary>
    public IEnumerable<string> Blobs => Directory.Exists(Path.Combine(Repository, "blobs"))
        ? Directory.EnumerateFiles(Path.Combine(Repository, "blobs")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>Every blob that is there has the content that its name says.</summary>
    public void AssertNoBadBlob() => Assert.All(Blobs.Where(name => !name.Contains('.')), name =>
    {
        var content = File.ReadAllBytes(Blob(name));
        Assert.Equal(name, name.Length == 64 ? FakeHub.Sha256(content) : FakeHub.GitHash(content));
    });

    public HubModel Model(string revision = "main") => new(Settings, new ModelName(FakeHub.Repository, revision), News.Add, CancellationToken.None) { Clock = Clock };

    public FoundModel Find(string revision = "main", bool refresh = false) => Model(revision).Find(LockFile.Load(LockPath), refresh);

    /// <summary>Finds and fetches the model.</summary>
    /// <returns>The folder that shows it.</returns>
    public string Fetch(string revision = "main") => Model(revision).Fetch(Find(revision).Model);

    /// <summary>The one mistake that fetching the model ends with.</summary>
    public Diagnostic Mistake(string revision = "main")
    {
        var mistake = Assert.Single(Assert.Throws<PipelineException>(() => Fetch(revision)).Diagnostics);
        Assert.DoesNotContain('\n', mistake.Message);
        Assert.Contains("; ", mistake.Message);
        AssertNoBadBlob();
        return mistake;
    }

    public void Dispose() => folder.Dispose();
}
