// Reads a safetensors file, refusing every header that does not describe the file exactly.
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Tlpipe.Formats.Safetensors;

/// <summary>One tensor's place in a safetensors file.</summary>
/// <param name="Name">The tensor's name, such as <c>bert.pooler.dense.weight</c>.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Offset">The offset of its bytes in the file.</param>
/// <param name="Length">How many bytes it has.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Offset, long Length);

/// <summary>
/// An open safetensors file: little-endian, row-major tensors behind a JSON header. The rules of docs/hf-parity.md 14.1 hold:
/// tensors fill the file without holes, overlaps or trailing bytes.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int MaxHeaderBytes = 100_000_000;
    private const int MaxDepth = 16;
    private readonly Dictionary<string, SafetensorsEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly FileStream stream;
    private readonly string path;

    private SafetensorsFile(string path)
    {
        this.path = path;
        stream = RegularFile.Open(path);
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => entries;

    /// <summary>The header's <c>__metadata__</c>; empty if it is missing.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InputException">The file is missing, is not a safetensors file, or its header contradicts its size.</exception>
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

    /// <summary>Reads one tensor's bytes into the caller's memory, which must have the tensor's size.</summary>
    public void Read(SafetensorsEntry entry, Span<byte> destination)
    {
        if (destination.Length != entry.Length)
            throw new ArgumentException($"{entry.Name} has {entry.Length} bytes, not {destination.Length}");
        stream.Position = entry.Offset;
        stream.ReadExactly(destination);
    }

    /// <summary>An int32 tensor's values, for any shape.</summary>
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
        entries.TryGetValue(name, out var entry) ? entry : throw Refuse($"it has no tensor {OneLine.Quote(name)}");

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
            // Token by token: a document in memory would take many times the bytes of a header that is all brackets.
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
        var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = MaxDepth });
        Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        var hasMetadata = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "__metadata__")
            {
                Require(!hasMetadata);
                hasMetadata = true;
                ReadMetadata(ref reader);
                continue;
            }
            Require(entries.TryAdd(name, ReadEntry(ref reader, name, 8 + header.Length)));
        }
        // The reader throws if anything but white space follows the object.
        Require(!reader.Read());
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return;
        Require(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Refuse("its metadata holds a value that is not text");
            Require(metadata.TryAdd(name, reader.GetString()!));
        }
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, int bodyStart)
    {
        Require(reader.TokenType == JsonTokenType.StartObject);
        string? typeName = null;
        long[]? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "dtype":
                    Require(typeName is null && reader.TokenType == JsonTokenType.String);
                    typeName = reader.GetString();
                    break;
                case "shape":
                    Require(shape is null);
                    shape = ReadNumbers(ref reader);
                    break;
                case "data_offsets":
                    Require(offsets is null);
                    offsets = ReadNumbers(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (typeName is null || shape is null || offsets is null)
            throw new JsonException("a tensor lacks its dtype, shape or data_offsets");
        return Entry(name, typeName, shape, offsets, bodyStart);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartArray);
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            numbers.Add(reader.GetInt64());
        return [.. numbers];
    }

    private SafetensorsEntry Entry(string name, string typeName, long[] shape, long[] offsets, int bodyStart)
    {
        var type = SafetensorsTypes.Parse(typeName) ?? throw Refuse($"{OneLine.Quote(name)} has the element type {OneLine.Quote(typeName)}, which tlpipe does not read");
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > stream.Length)
            throw Refuse($"{OneLine.Quote(name)} has offsets outside the file");
        if (shape.Any(d => d < 0) || !TryMultiply(shape, type.Size(), out var bytes) || bytes != offsets[1] - offsets[0])
            throw Refuse($"the shape of {OneLine.Quote(name)} does not fit its offsets");
        return new SafetensorsEntry(name, type, shape, bodyStart + offsets[0], bytes);
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new JsonException("the header has another form than safetensors gives it");
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
                throw Refuse(entry.Offset < end ? $"{OneLine.Quote(entry.Name)} overlaps another tensor" : $"there is a hole before {OneLine.Quote(entry.Name)}");
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
