// Writes safetensors files, byte for byte as the Python package does for the same tensors.
using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tlpipe.Formats.Safetensors;

/// <summary>A tensor to be written: its bytes are asked for once, when their turn comes.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Bytes">Gives its elements, little-endian and row-major.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, Func<ReadOnlyMemory<byte>> Bytes)
{
    /// <summary>An int32 tensor of one dimension.</summary>
    public static SafetensorsTensor Int32(string name, int[] values) =>
        new(name, SafetensorsType.I32, [values.Length], () => System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(values).ToArray());

    internal long Length => Shape.Aggregate((long)Type.Size(), (product, dimension) => checked(product * dimension));
}

/// <summary>
/// Writes tensors ordered by element type, then name, behind a compact header padded to a multiple of eight bytes
/// (docs/hf-parity.md 14.2).
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file, through a temporary one in the same folder; a file of that name is replaced.</summary>
    /// <returns>The digest of the tensors (<see cref="Digest"/>), computed while writing.</returns>
    public static string Write(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.OrderByDescending(t => t.Type).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        using var digest = new TensorDigest();
        using (var stream = File.Create(unfinished))
        {
            stream.Write(Header(ordered, metadata));
            foreach (var tensor in ordered)
            {
                var bytes = tensor.Bytes();
                if (bytes.Length != tensor.Length)
                    throw new ArgumentException($"{tensor.Name} gave {bytes.Length} bytes where its shape needs {tensor.Length}");
                stream.Write(bytes.Span);
                digest.Add(tensor.Name, tensor.Type, tensor.Shape, bytes.Span);
            }
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
        return digest.Finish();
    }

    /// <summary>
    /// A digest of a file's tensors (names, types, shapes, values), the same for two files that differ only in metadata
    /// or layout.
    /// </summary>
    /// <returns>SHA-256 in lower-case hexadecimal.</returns>
    public static string Digest(string path)
    {
        using var file = SafetensorsFile.Open(path);
        using var digest = new TensorDigest();
        foreach (var entry in file.Entries.Values.OrderByDescending(t => t.Type).ThenBy(t => t.Name, StringComparer.Ordinal))
            digest.Add(entry.Name, entry.Type, entry.Shape, file.ReadBytes(entry.Name));
        return digest.Finish();
    }

    private static byte[] Header(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        // Python writes letters outside ASCII as they are.
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata is not null)
            {
                writer.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    writer.WriteString(key, value);
                writer.WriteEndObject();
            }
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", tensor.Type.Name());
                writer.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape)
                    writer.WriteNumberValue(dimension);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                writer.WriteNumberValue(offset += tensor.Length);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        var padded = (json.WrittenCount + 7) / 8 * 8;
        var header = new byte[8 + padded];
        BitConverter.TryWriteBytes(header, (ulong)padded);
        json.WrittenSpan.CopyTo(header.AsSpan(8));
        header.AsSpan(8 + json.WrittenCount).Fill((byte)' ');
        return header;
    }

    private sealed class TensorDigest : IDisposable
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Add(string name, SafetensorsType type, IReadOnlyList<long> shape, ReadOnlySpan<byte> bytes)
        {
            // The JSON array of a head keeps two different heads from having one spelling.
            var head = JsonSerializer.Serialize(new object[] { name, type.Name(), shape });
            hash.AppendData(Encoding.UTF8.GetBytes(head));
            hash.AppendData(bytes);
        }

        public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

        public void Dispose() => hash.Dispose();
    }
}
