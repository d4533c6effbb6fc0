// Reads a safetensors file, refusing every header that does not describe the file exactly.
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Tlpipe.Nlp.Safetensors;

/// <summary>One tensor's place in a safetensors file.</summary>
/// <param name="Name">The tensor's name, such as <c>bert.pooler.dense.weight</c>.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Offset">Where its bytes begin in the file.</param>
/// <param name="Length">How many bytes it has.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Offset, long Length);

/// <summary>
/// An open safetensors file: little-endian, row-major tensors behind a JSON header. The rules of hf-parity.md 14.1 hold:
/// tensors fill the file without holes, overlaps or trailing bytes.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int MaxHeaderBytes = 100_000_000;
    private readonly Dictionary<string, SafetensorsEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly FileStream stream;
    private readonly string path;

    private SafetensorsFile(string path)
    {
        this.path = path;
        stream = File.OpenRead(path);
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => entries;

    /// <summary>The header's <c>__metadata__</c>; empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InputException">The file is missing, is no safetensors file, or its header contradicts its size.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"{path} does not exist");
        var file = new SafetensorsFile(path);
        try
        {
            file.ReadHeader();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of one tensor.</summary>
    /// <exception cref="InputException">There is no tensor of that name.</exception>
    public byte[] ReadBytes(string name)
    {
        var entry = Entry(name);
        var bytes = new byte[entry.Length];
        Read(entry, bytes);
        return bytes;
    }

    /// <summary>Reads one tensor's bytes into memory that the caller owns; its size has to be the tensor's.</summary>
    public void Read(SafetensorsEntry entry, Span<byte> destination)
    {
        if (destination.Length != entry.Length)
            throw new ArgumentException($"{entry.Name} has {entry.Length} bytes, not {destination.Length}");
        stream.Position = entry.Offset;
        stream.ReadExactly(destination);
    }

    /// <summary>An int32 tensor's values, whatever its shape.</summary>
    /// <exception cref="InputException">There is no such tensor, or it has another type.</exception>
    public int[] ReadInt32(string name)
    {
        var entry = Entry(name);
        if (entry.Type != SafetensorsType.I32)
            throw Refuse($"'{name}' is {entry.Type.Name()}, not I32");
        var values = new int[entry.Length / sizeof(int)];
        Read(entry, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private SafetensorsEntry Entry(string name) =>
        entries.TryGetValue(name, out var entry) ? entry : throw Refuse($"it has no tensor '{name}'");

    private void ReadHeader()
    {
        if (stream.Length < 8)
            throw Refuse(stream.Length == 0 ? "it is empty" : "it is shorter than a header");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        if ("version "u8.SequenceEqual(prefix))
            throw new InputException($"{path} is a Git LFS pointer, not the file itself; run 'git lfs pull' in its repository");
        var length = BitConverter.ToUInt64(prefix);
        if (length > MaxHeaderBytes || (long)length > stream.Length - 8)
            throw Refuse($"its header claims {length} bytes");

        var header = new byte[(int)length];
        stream.ReadExactly(header);
        if (header.Length == 0 || header[0] != (byte)'{')
            throw Refuse("its header is not a JSON object");
        try
        {
            // A reader of its own and not JsonDocument, which would keep the last of two equal names silently.
            ParseHeader(header);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or DecoderFallbackException)
        {
            throw Refuse("its header is not what safetensors writes", e);
        }
        CheckLayout(8 + header.Length);
    }

    private void ParseHeader(byte[] header)
    {
        using var document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                foreach (var item in property.Value.EnumerateObject())
                    metadata.Add(item.Name, item.Value.GetString() ?? throw Refuse("its metadata holds a value that is not text"));
                continue;
            }
            entries.Add(property.Name, ParseEntry(property.Name, property.Value, 8 + header.Length));
        }
    }

    private SafetensorsEntry ParseEntry(string name, JsonElement value, int bodyStart)
    {
        var typeName = value.GetPropertyOrThrow("dtype").GetString() ?? "";
        var type = SafetensorsTypes.Parse(typeName) ?? throw Refuse($"'{name}' has the element type '{typeName}', which tlpipe does not read");
        var shape = value.GetPropertyOrThrow("shape").EnumerateArray().Select(x => x.GetInt64()).ToArray();
        var offsets = value.GetPropertyOrThrow("data_offsets").EnumerateArray().Select(x => x.GetInt64()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > stream.Length)
            throw Refuse($"'{name}' has offsets outside the file");
        if (shape.Any(d => d < 0) || !TryMultiply(shape, type.Size(), out var bytes) || bytes != offsets[1] - offsets[0])
            throw Refuse($"the shape of '{name}' does not fit its offsets");
        return new SafetensorsEntry(name, type, shape, bodyStart + offsets[0], bytes);
    }

    private static bool TryMultiply(long[] shape, int size, out long product)
    {
        product = size;
        try
        {
            foreach (var dimension in shape)
                product = checked(product * dimension);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private void CheckLayout(long bodyStart)
    {
        var end = bodyStart;
        foreach (var entry in entries.Values.OrderBy(e => e.Offset).ThenBy(e => e.Length))
        {
            if (entry.Offset != end)
                throw Refuse(entry.Offset < end ? $"'{entry.Name}' overlaps another tensor" : $"there is a hole before '{entry.Name}'");
            end += entry.Length;
        }
        if (end != stream.Length)
            throw Refuse(end < stream.Length ? "bytes follow its last tensor" : "it ends before its last tensor does");
    }

    private InputException Refuse(string reason, Exception? cause = null)
    {
        var message = $"{path} is not a usable safetensors file: {reason}; fetch or write it again";
        return cause is null ? new InputException(message) : new InputException(message, cause);
    }
}

internal static class JsonElements
{
    public static JsonElement GetPropertyOrThrow(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value : throw new JsonException($"no '{name}'");
}
