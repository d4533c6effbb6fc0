// A golden case of the model: a padded batch with what Hugging Face computed for it.
using System.Runtime.InteropServices;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Packing;

namespace Tlpipe.Nlp.Tests.Model;

/// <summary>The tensors of a golden file, with the rows of its batch freed from padding.</summary>
internal sealed class GoldenCase(string name) : IDisposable
{
    private readonly SafetensorsFile file = SafetensorsFile.Open(TestFiles.Golden("model", name));

    public IEnumerable<string> Names => file.Entries.Keys;

    public int Rows => (int)file.Entries["input_ids"].Shape[0];

    /// <summary>The padded length.</summary>
    public int Length => (int)file.Entries["input_ids"].Shape[1];

    public IReadOnlyList<long> Shape(string tensor) => file.Entries[tensor].Shape;

    public float[] Floats(string tensor) => MemoryMarshal.Cast<byte, float>(file.ReadBytes(tensor)).ToArray();

    public long[] Longs(string tensor) => MemoryMarshal.Cast<byte, long>(file.ReadBytes(tensor)).ToArray();

    /// <summary>The real tokens' values of a padded tensor, row after row.</summary>
    public T[] WithoutPadding<T>(T[] padded)
    {
        var width = padded.Length / (Rows * Length);
        var mask = Longs("attention_mask");
        return [.. mask.SelectMany((real, token) => real == 1 ? padded.Skip(token * width).Take(width) : [])];
    }

    public PackedRows Pack(BertConfig config, ComputeDevice device) =>
        PackedRows.From(Split("input_ids"), config, device, Split("token_type_ids"));

    public void Dispose() => file.Dispose();

    private int[][] Split(string tensor)
    {
        var (values, mask) = (Longs(tensor), Longs("attention_mask"));
        return [.. Enumerable.Range(0, Rows).Select(row => Enumerable.Range(row * Length, Length).Where(i => mask[i] == 1).Select(i => (int)values[i]).ToArray())];
    }
}
