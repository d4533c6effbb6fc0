// SHA-256 of a file's bytes, read or written.
using System.Security.Cryptography;

namespace Tlpipe.Engine.Files;

internal static class FileHash
{
    private const int BufferBytes = 1 << 20;

    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits, and its size.</summary>
    public static (string Sha256, long Size) Of(string path) => Read(path, _ => { });

    /// <summary>Copies a file to a new one in one pass, and returns the SHA-256 and size of the bytes written.</summary>
    public static (string Sha256, long Size) OfCopy(string from, string to)
    {
        using var copy = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        return Read(from, bytes => copy.Write(bytes.Span));
    }

    private static (string Sha256, long Size) Read(string path, Action<ReadOnlyMemory<byte>> each)
    {
        // A FileStream with a buffer of its own would copy every byte once more.
        using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        var size = 0L;
        for (int read; (read = stream.Read(buffer)) > 0; size += read)
        {
            hash.AppendData(buffer, 0, read);
            each(buffer.AsMemory(0, read));
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }
}
