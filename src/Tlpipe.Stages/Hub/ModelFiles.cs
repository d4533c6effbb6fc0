// Which files of a repository or folder make a model.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tlpipe.Formats;

namespace Tlpipe.Stages.Hub;

/// <summary>A file's content.</summary>
/// <param name="Sha256">SHA-256 of its bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Its bytes.</param>
internal sealed record FileContent(string Sha256, long Size);

/// <summary>Chooses the files that tlpipe takes.</summary>
internal static partial class ModelFiles
{
    /// <summary>The files, but for weights, that a model may have.</summary>
    public static IReadOnlyList<string> Small { get; } = [HuggingFaceFiles.Config, .. HuggingFaceFiles.TokenizerFiles];

    /// <summary>Those of some names that make a model, in the order of their names.</summary>
    public static IReadOnlyList<string> Choose(IReadOnlyCollection<string> names)
    {
        var weights = HuggingFaceFiles.Weights.FirstOrDefault(names.Contains);
        var shards = weights is null ? null : ShardsOf(weights);
        return [.. names.Where(name => Small.Contains(name) || name == weights || (shards?.IsMatch(name) ?? false)).Order(StringComparer.Ordinal)];
    }

    /// <summary>What a folder lacks to be a model: <c>config.json</c>, <c>weights (…)</c>, <c>a vocabulary (…)</c>, or shards by name.</summary>
    public static IEnumerable<string> Missing(string folder)
    {
        bool Has(string name) => File.Exists(Path.Combine(folder, name));

        if (!Has(HuggingFaceFiles.Config))
            yield return HuggingFaceFiles.Config;
        var weights = HuggingFaceFiles.Weights.FirstOrDefault(Has);
        if (weights is null)
            yield return $"weights ({HuggingFaceFiles.WeightsInWords})";
        else if (ShardsOf(weights) is not null)
            foreach (var shard in IndexedShards(Path.Combine(folder, weights)).Where(shard => !Has(shard)))
                yield return shard;
        if (!HuggingFaceFiles.Vocabularies.Any(Has))
            yield return $"a vocabulary ({string.Join(" or ", HuggingFaceFiles.Vocabularies)})";
    }

    /// <summary>Whether what a folder lacks is a vocabulary alone, so that its model can be used.</summary>
    public static bool LacksOnlyVocabulary(IReadOnlyCollection<string> missing) =>
        missing.All(name => name.StartsWith("a vocabulary", StringComparison.Ordinal));

    private static Regex? ShardsOf(string weights) => weights switch
    {
        HuggingFaceFiles.SafetensorsIndex => SafetensorsShard(),
        HuggingFaceFiles.PickledIndex => PickledShard(),
        _ => null,
    };

    /// <summary>The files that an index names; empty if it cannot be read: the reader of the weights reports that.</summary>
    private static List<string> IndexedShards(string index)
    {
        try
        {
            RegularFile.Require(index);
            if (JsonNode.Parse(File.ReadAllText(index)) is JsonObject root && root["weight_map"] is JsonObject map)
                return [.. map.Select(entry => entry.Value?.ToString() ?? "").Where(name => name.Length > 0 && name == Path.GetFileName(name)).Distinct()];
        }
        catch (JsonException)
        {
            // See the summary.
        }
        return [];
    }

    [GeneratedRegex(@"^model-\d+-of-\d+\.safetensors\z")]
    private static partial Regex SafetensorsShard();

    [GeneratedRegex(@"^pytorch_model-\d+-of-\d+\.bin\z")]
    private static partial Regex PickledShard();
}
