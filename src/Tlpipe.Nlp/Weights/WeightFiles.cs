// Finds and opens a model folder's weights.
using System.Text.Json.Nodes;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Weights;

/// <summary>The weights of a folder: the first of the forms of docs/hf-parity.md 8.7 that is there.</summary>
internal static class WeightFiles
{
    public static bool AreIn(string folder) =>
        HuggingFaceFiles.Weights.Any(name => File.Exists(Path.Combine(folder, name)));

    /// <exception cref="InputException">There are none, or they cannot be read.</exception>
    public static ITensorSource Open(string folder)
    {
        var single = Path.Combine(folder, HuggingFaceFiles.Safetensors);
        if (File.Exists(single))
            return new SafetensorsSource(single);
        var index = Path.Combine(folder, HuggingFaceFiles.SafetensorsIndex);
        if (File.Exists(index))
            return new ShardedSource(index, path => new SafetensorsSource(path));
        var pickled = Path.Combine(folder, HuggingFaceFiles.Pickled);
        if (File.Exists(pickled))
            return new PickledSource(pickled);
        var pickledIndex = Path.Combine(folder, HuggingFaceFiles.PickledIndex);
        if (File.Exists(pickledIndex))
            return new ShardedSource(pickledIndex, path => new PickledSource(path));
        throw new InputException($"{folder} has no weights; it needs {HuggingFaceFiles.WeightsInWords}");
    }
}

/// <summary>Tensors spread over several files, as an index file says.</summary>
internal sealed class ShardedSource : ITensorSource
{
    private readonly Dictionary<string, ITensorSource> shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> shardOf = new(StringComparer.Ordinal);

    public ShardedSource(string indexPath, Func<string, ITensorSource> open)
    {
        var folder = Path.GetDirectoryName(indexPath) ?? "";
        // Sets, for an index may have millions of names.
        var names = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, shard) in Map(indexPath))
            {
                if (!shards.ContainsKey(shard))
                {
                    shards[shard] = open(Path.Combine(folder, shard));
                    names[shard] = shards[shard].Names.ToHashSet(StringComparer.Ordinal);
                }
                shardOf[name] = shard;
                if (!names[shard].Contains(name))
                    throw new InputException($"{indexPath} says that '{name}' is in {shard}, where it is not; fetch the model again");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyCollection<string> Names => shardOf.Keys;

    public StoredShape Describe(string name) => shards[shardOf[name]].Describe(name);

    public void Read(string name, Span<byte> destination) => shards[shardOf[name]].Read(name, destination);

    public bool AreShared(string name, string other) => shardOf[name] == shardOf[other] && shards[shardOf[name]].AreShared(name, other);

    public void Dispose()
    {
        foreach (var shard in shards.Values)
            shard.Dispose();
    }

    private static List<(string Name, string Shard)> Map(string indexPath)
    {
        if (StrictJson.Node(indexPath, BoundedFile.ReadBytes(indexPath, BoundedFile.Vocabulary)) is JsonObject root && root["weight_map"] is JsonObject map)
            return [.. map.Select(entry => (entry.Key, Shard(entry.Value, indexPath)))];
        throw new InputException($"{indexPath} has no weight_map; fetch it again");
    }

    // A name and not a path: an index must not lead out of its folder.
    private static string Shard(JsonNode? node, string indexPath) =>
        node is JsonValue value && value.TryGetValue<string>(out var name) && name == Path.GetFileName(name) && name.Length > 0
            ? name
            : throw new InputException($"{indexPath} names a shard that is not a file name; fetch it again");
}
