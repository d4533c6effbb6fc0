// Small models that tests make for themselves.
using System.Text.Json.Nodes;
using Tlpipe.Nlp.Config;

namespace Tlpipe.Nlp.Tests.Model;

/// <summary>A folder with the config of a small BERT; weights are made from a seed.</summary>
internal sealed class TemporaryModel : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <param name="changes">Values that replace those of the small config; null removes a key.</param>
    public TemporaryModel(params (string Key, JsonNode? Value)[] changes)
    {
        var config = JsonNode.Parse("""
            {
              "model_type": "bert", "vocab_size": 97, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40,
              "max_position_embeddings": 48, "initializer_range": 0.3, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1
            }
            """)?.AsObject() ?? [];
        foreach (var (key, value) in changes)
            if (value is null)
                config.Remove(key);
            else
                config[key] = value.DeepClone();
        File.WriteAllText(folder[BertConfig.FileName], config.ToJsonString());
    }

    public string Folder => folder.Path;

    /// <summary>Rows of random tokens, none of them padding.</summary>
    public static int[][] Rows(int seed, params int[] lengths)
    {
        var random = new System.Random(seed);
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(1, 97)).ToArray())];
    }

    public void Dispose() => folder.Dispose();
}
