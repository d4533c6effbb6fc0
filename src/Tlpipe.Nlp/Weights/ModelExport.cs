// Exports a model folder: one form of weights, one element type, the parameters of one class.
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Config;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Weights;

/// <summary>The form of an export.</summary>
public sealed record ModelExportOptions
{
    /// <summary>One of <see cref="ParameterShapes.Architectures"/>. Default null: the folder's own.</summary>
    public string? Architecture { get; init; }

    /// <summary>F32, F16 or BF16. Default F32.</summary>
    public SafetensorsType Type { get; init; } = SafetensorsType.F32;

    /// <summary>The most bytes of tensors in one file; more make several with an index. Default 5 GB, as in <c>save_pretrained</c>.</summary>
    public long MaxShardBytes { get; init; } = 5_000_000_000;
}

/// <summary>Exports models. It computes nothing and holds one tensor at a time.</summary>
public static class ModelExport
{
    /// <summary>Writes config.json, the weights as safetensors and the tokenizer's files into a new folder.</summary>
    /// <param name="source">A BERT's folder, whatever form its weights have.</param>
    /// <param name="target">A folder that exists and is empty.</param>
    /// <param name="options">What the export shall be.</param>
    /// <returns>What was taken and what was left out; nothing is ever made fresh.</returns>
    /// <exception cref="InputException">The folder holds no such model.</exception>
    public static LoadReport Write(string source, string target, ModelExportOptions options)
    {
        var config = BertConfig.Load(source);
        var architecture = options.Architecture ?? config.Architecture
            ?? throw new InputException($"{Path.Combine(source, HuggingFaceFiles.Config)} does not say what model it is of (architectures); give --as and one of {string.Join(", ", ParameterShapes.Architectures)}");
        if (!ParameterShapes.Architectures.Contains(architecture))
            throw new InputException($"{source} is a {OneLine.Quote(architecture)}, which tlpipe does not know; give --as and one of {string.Join(", ", ParameterShapes.Architectures)}");
        using var tensors = WeightFiles.Open(source);
        var plan = LoadPlan.Make(config, architecture, tensors, source, seed: null);
        if (plan.Report.Missing.Count > 0)
            throw new InputException($"{source} is not a whole {architecture}: it lacks {string.Join(", ", plan.Report.Missing.Take(10))}{(plan.Report.Missing.Count > 10 ? ", …" : "")}; give --as and a class that it is, such as {ParameterShapes.Body}");

        config = config with { Architecture = architecture, Dtype = NameOf(options.Type) };
        File.WriteAllText(Path.Combine(target, HuggingFaceFiles.Config), config.ToJson());
        WriteWeights(target, [.. plan.Parameters.Select(p => new SafetensorsTensor(p.Name, options.Type, p.Shape, () => Elements(tensors, p.Stored!, options.Type)))], options);
        if (TokenizerFiles.Exist(source))
            TokenizerFiles.CopyTo(target, BertTokenizer.Load(source));
        return plan.Report;
    }

    private static void WriteWeights(string target, IReadOnlyList<SafetensorsTensor> tensors, ModelExportOptions options)
    {
        var shards = Shards(tensors, options.MaxShardBytes);
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        if (shards.Count == 1)
        {
            SafetensorsWriter.Write(Path.Combine(target, HuggingFaceFiles.Safetensors), tensors, metadata);
            return;
        }
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < shards.Count; i++)
        {
            var name = HuggingFaceFiles.Shard(i + 1, shards.Count);
            SafetensorsWriter.Write(Path.Combine(target, name), shards[i], metadata);
            foreach (var tensor in shards[i])
                map[tensor.Name] = name;
        }
        var index = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["total_parameters"] = tensors.Sum(tensor => tensor.Length / tensor.Type.Size()),
                ["total_size"] = tensors.Sum(tensor => tensor.Length),
            },
            ["weight_map"] = new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
        };
        File.WriteAllText(
            Path.Combine(target, HuggingFaceFiles.SafetensorsIndex), index.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n", new UTF8Encoding(false));
    }

    /// <summary>Fills one file after another, in the model's order; a tensor that is larger than a file has one of its own.</summary>
    private static List<List<SafetensorsTensor>> Shards(IReadOnlyList<SafetensorsTensor> tensors, long most)
    {
        var shards = new List<List<SafetensorsTensor>> { new() };
        var size = 0L;
        foreach (var tensor in tensors)
        {
            if (shards[^1].Count > 0 && size + tensor.Length > most)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(tensor);
            size += tensor.Length;
        }
        return shards;
    }

    private static string NameOf(SafetensorsType type) => type switch
    {
        SafetensorsType.F16 => "float16",
        SafetensorsType.BF16 => "bfloat16",
        _ => "float32",
    };

    private static byte[] Elements(ITensorSource source, string name, SafetensorsType type)
    {
        var bytes = source.ReadBytes(name);
        var stored = source.Describe(name).Type;
        if (stored == type)
            return bytes;
        var numbers = new float[bytes.Length / stored.Size()];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = stored switch
            {
                SafetensorsType.F16 => (float)MemoryMarshal.Read<Half>(bytes.AsSpan(2 * i)),
                SafetensorsType.BF16 => BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(bytes.AsSpan(2 * i)) << 16),
                SafetensorsType.F64 => (float)MemoryMarshal.Read<double>(bytes.AsSpan(8 * i)),
                _ => MemoryMarshal.Read<float>(bytes.AsSpan(4 * i)),
            };
        return type switch
        {
            SafetensorsType.F16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(numbers, x => (Half)x)).ToArray(),
            SafetensorsType.BF16 => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(numbers, ToBrain)).ToArray(),
            _ => MemoryMarshal.AsBytes<float>(numbers).ToArray(),
        };
    }

    /// <summary>The upper half of a float32, rounded to the nearest, of two equally near to the even one.</summary>
    private static ushort ToBrain(float number)
    {
        if (float.IsNaN(number))
            return 0x7fc0;
        var bits = BitConverter.SingleToUInt32Bits(number);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
