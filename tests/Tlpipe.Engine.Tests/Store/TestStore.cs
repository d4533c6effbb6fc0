// A store in a temporary folder, with short ways to publish results of a few small files.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

internal sealed class TestStore : IDisposable
{
    private static readonly Provenance SomeProvenance = new(
        new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero), 1.5, "host", "0.1.0", 2, "cpu", new Dictionary<string, string> { ["libtorch"] = "2.7.1" });
    private readonly TemporaryFolder folder = new();

    public TestStore() => Store = ResultStore.Open(folder["store"]);

    /// <summary>A store in a folder of the test's, on a file system of the test's.</summary>
    public TestStore(string path, IStoreFiles files) => Store = ResultStore.Open(path, files);

    public ResultStore Store { get; }

    /// <summary>A path beside the store.</summary>
    public string this[string name] => folder[name];

    /// <summary>The key document of seed 1, 2, 3 ...: as many keys as a test needs.</summary>
    public static KeyDocument Document(int seed) =>
        new() { Stage = "split", Version = 1, Options = new JsonObject { ["seed"] = seed }, Inputs = new Dictionary<string, string>() };

    /// <summary>Publishes a result with files named <c>output/path</c>.</summary>
    public StoredResult Publish(int seed, params (string Name, string Content)[] files)
    {
        using var scratch = Store.CreateScratch();
        return Publish(seed, scratch.Path, files);
    }

    /// <summary>The same, with its outputs made in a folder of the caller's.</summary>
    public StoredResult Publish(int seed, string place, params (string Name, string Content)[] files)
    {
        foreach (var (name, content) in files)
            Write(Path.Combine(place, name), content);
        var outputs = files.Select(f => f.Name.Split('/')[0]).Distinct()
            .Select(name => new ProducedOutput(name, Path.Combine(place, name), null, new Dictionary<string, double> { ["files"] = files.Length }));
        return Store.Publish(Document(seed).Key, Document(seed), [.. outputs], new Dictionary<string, double> { ["rate"] = 12.5 }, SomeProvenance);
    }

    public string RecordPath(int seed) => Path.Combine(Store.Root, "results", Document(seed).Key[..2], $"{Document(seed).Key}.json");

    public string BlobPath(StoredResult result, string output) => Store.BlobPath(result.Outputs[output].Files[0]);

    /// <summary>All files in one of the store's folders, relative to the store.</summary>
    public IEnumerable<string> Files(string below) =>
        Directory.EnumerateFiles(Path.Combine(Store.Root, below), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Store.Root, f));

    public static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    /// <summary>Changes one bit in the middle of a file regardless of its permissions, but not its size or time.</summary>
    public static void FlipBit(string path)
    {
        var time = File.GetLastWriteTimeUtc(path);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        Overwrite(path, bytes);
        File.SetLastWriteTimeUtc(path, time);
    }

    public static void Truncate(string path) => Overwrite(path, File.ReadAllBytes(path)[..^1]);

    private static void Overwrite(string path, byte[] bytes)
    {
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }

    public void Dispose() => folder.Dispose();
}
