// Writes config.json as Python's json.dumps(indent=2, sort_keys=True) does.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tlpipe.Nlp.Config;

internal static class ConfigWriter
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's text. Values that did not change keep the spelling in which they were read.</summary>
    public static string Text(BertConfig config)
    {
        var root = config.Source.DeepClone().AsObject();
        // The element type under its older name would contradict what is written.
        root.Remove("torch_dtype");
        root.Remove("num_labels");
        foreach (var (key, value) in Fields(config))
            if (!JsonNode.DeepEquals(root[key], value) || !root.ContainsKey(key))
                root[key] = value;
        SetLabels(root, config.Labels);
        SetOrRemove(root, "problem_type", config.ProblemType);
        if (config.TieWordEmbeddings)
            root.Remove("tie_word_embeddings");
        return Ascii(Sorted(root).ToJsonString(Layout)) + "\n";
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Fields(BertConfig config) => new Dictionary<string, JsonNode?>
    {
        ["architectures"] = config.Architecture is null ? null : new JsonArray(config.Architecture),
        ["attention_probs_dropout_prob"] = Float(config.AttentionProbsDropoutProb),
        ["classifier_dropout"] = config.ClassifierDropout is { } p ? Float(p) : null,
        ["dtype"] = config.Dtype,
        ["hidden_act"] = config.HiddenAct,
        ["hidden_dropout_prob"] = Float(config.HiddenDropoutProb),
        ["hidden_size"] = config.HiddenSize,
        ["initializer_range"] = Float(config.InitializerRange),
        ["intermediate_size"] = config.IntermediateSize,
        ["layer_norm_eps"] = Float(config.LayerNormEps),
        ["max_position_embeddings"] = config.MaxPositionEmbeddings,
        ["model_type"] = "bert",
        ["num_attention_heads"] = config.NumAttentionHeads,
        ["num_hidden_layers"] = config.NumHiddenLayers,
        ["pad_token_id"] = config.PadTokenId,
        ["position_embedding_type"] = "absolute",
        ["type_vocab_size"] = config.TypeVocabSize,
        ["use_cache"] = config.Source["use_cache"]?.DeepClone() ?? true,
        ["vocab_size"] = config.VocabSize,
    };

    // Two classes without names of their own are Hugging Face's default, which it leaves out.
    private static void SetLabels(JsonObject root, IReadOnlyList<string> labels)
    {
        root.Remove("id2label");
        root.Remove("label2id");
        if (labels.SequenceEqual(BertConfig.DefaultLabels(2)))
            return;
        var (names, indices) = (new JsonObject(), new JsonObject());
        for (var i = 0; i < labels.Count; i++)
        {
            names[$"{i}"] = labels[i];
            indices[labels[i]] = i;
        }
        root["id2label"] = names;
        root["label2id"] = indices;
    }

    private static void SetOrRemove(JsonObject root, string key, string? value)
    {
        if (value is null)
            root.Remove(key);
        else
            root[key] = value;
    }

    // Keys that are numbers (id2label) are numbers to Python, and sorted as such.
    private static JsonNode Sorted(JsonNode node) => node is not JsonObject members
        ? node.DeepClone()
        : new JsonObject(members
            .OrderBy(m => int.TryParse(m.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue)
            .ThenBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : Sorted(m.Value))));

    /// <summary>A number in Python's spelling: 0.0 and 1e-12 where .NET writes 0 and 1E-12.</summary>
    private static JsonNode? Float(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return JsonNode.Parse(text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0");
    }

    private static string Ascii(string text)
    {
        var ascii = new StringBuilder(text.Length);
        foreach (var c in text)
            _ = char.IsAscii(c) ? ascii.Append(c) : ascii.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        return ascii.ToString();
    }
}
