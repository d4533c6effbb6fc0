// A result's record as servers of Bazel's remote cache expect it below /ac/.
using Google.Protobuf;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Remote;

/// <summary>
/// The message build.bazel.remote.execution.v2.ActionResult of Bazel's Remote Execution API. <c>output_files</c> (field 2) name the blobs, so
/// that a server that checks entries, such as bazel-remote, answers only while it has all of them; <c>stdout_raw</c> (field 5) is the record itself.
/// </summary>
internal static class ActionResult
{
    private const int OutputFiles = 2;
    private const int StandardOutput = 5;
    private const int FilePath = 1;
    private const int FileDigest = 2;
    private const int DigestHash = 1;
    private const int DigestSize = 2;

    public static byte[] Write(StoredResult result)
    {
        return Message(output =>
        {
            foreach (var (name, stored) in result.Outputs.OrderBy(o => o.Key, StringComparer.Ordinal))
                foreach (var file in stored.Files)
                    WriteBytes(output, OutputFiles, OutputFile($"{name}/{file.Path}", file));
            WriteBytes(output, StandardOutput, ResultRecord.Write(result));
        });
    }

    /// <summary>The record in an entry, which is yet to be checked; null if it has none.</summary>
    public static byte[]? Read(byte[] entry)
    {
        try
        {
            using var input = new CodedInputStream(entry);
            byte[]? record = null;
            while (input.ReadTag() is not 0 and var tag)
            {
                if (tag == WireFormat.MakeTag(StandardOutput, WireFormat.WireType.LengthDelimited))
                    record = input.ReadBytes().ToByteArray();
                else
                    input.SkipLastField();
            }
            return record;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static byte[] OutputFile(string path, StoredFile file) => Message(output =>
    {
        output.WriteTag(FilePath, WireFormat.WireType.LengthDelimited);
        output.WriteString(path);
        WriteBytes(output, FileDigest, Message(digest =>
        {
            digest.WriteTag(DigestHash, WireFormat.WireType.LengthDelimited);
            digest.WriteString(file.Sha256);
            // A field that holds its default is left out.
            if (file.Size == 0)
                return;
            digest.WriteTag(DigestSize, WireFormat.WireType.Varint);
            digest.WriteInt64(file.Size);
        }));
    });

    private static void WriteBytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }
}
