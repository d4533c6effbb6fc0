// Event files for TensorBoard: scalars in TFRecords.
using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;

namespace Tlpipe.Report;

/// <summary>A scalar at a step.</summary>
/// <param name="Time">When, in seconds since 1970.</param>
/// <param name="Step">The step.</param>
/// <param name="Tag">Its name, such as <c>train/loss</c>.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct Scalar(double Time, long Step, string Tag, float Value);

/// <summary>
/// Writes TensorBoard's event files: records of the length, its checksum, the data and its checksum (tensorflow/core/lib/io/record_writer.cc), each an
/// Event message (tensorflow/core/util/event.proto).
/// </summary>
internal static class EventFile
{
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>Writes a file with these scalars.</summary>
    public static void Write(string path, double time, IEnumerable<Scalar> scalars)
    {
        using var file = File.Create(path);
        Record(file, Event(time, 0, output =>
        {
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteString("brain.Event:2");
        }));
        foreach (var scalar in scalars)
            Record(file, Event(scalar.Time, scalar.Step, output =>
            {
                output.WriteTag(5, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Summary(scalar)));
            }));
    }

    private static byte[] Event(double time, long step, Action<CodedOutputStream> what) => Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.Fixed64);
        output.WriteDouble(time);
        if (step != 0)
        {
            output.WriteTag(2, WireFormat.WireType.Varint);
            output.WriteInt64(step);
        }
        what(output);
    });

    /// <summary>A Summary message with one value: its tag and its number.</summary>
    private static byte[] Summary(Scalar scalar)
    {
        var value = Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString(scalar.Tag);
            output.WriteTag(2, WireFormat.WireType.Fixed32);
            output.WriteFloat(scalar.Value);
        });
        return Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(value));
        });
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            write(output);
        return bytes.ToArray();
    }

    private static void Record(Stream file, byte[] data)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, data.Length);
        file.Write(length);
        Checksum(file, length);
        file.Write(data);
        Checksum(file, data);
    }

    private static void Checksum(Stream file, ReadOnlySpan<byte> data)
    {
        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Masked(Crc32C(data)));
        file.Write(checksum);
    }

    /// <summary>CRC-32C (RFC 3720, appendix B.4).</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var next in data)
            crc = BitOperations.Crc32C(crc, next);
        return ~crc;
    }

    /// <summary>A CRC of data that contains CRCs is weak, so TFRecord rotates it and adds a constant.</summary>
    private static uint Masked(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;
}
