// The hashes by which the hub names content: SHA-256 for files in LFS, git's for the others.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tlpipe.Stages.Hub;

/// <summary>Hashes of a file's bytes.</summary>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">SHA-256, 64 lower-case hexadecimal digits: the etag of a file in LFS.</param>
/// <param name="GitSha1">SHA-1 of <c>blob SIZE\0</c> and the bytes, 40 digits: the etag of any other file.</param>
internal sealed record ContentHash(long Size, string Sha256, string GitSha1)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Whether an etag is one of the two hashes, and not a server's own invention.</summary>
    public static bool IsHash(string etag) => etag.Length is 40 or 64 && etag.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether an etag is the SHA-256 of the content.</summary>
    public static bool IsSha256(string etag) => etag.Length == 64 && IsHash(etag);

    /// <summary>Whether these are the bytes that an etag names.</summary>
    public bool Is(string etag) => etag == (IsSha256(etag) ? Sha256 : GitSha1);

    /// <summary>Reads a file.</summary>
    public static ContentHash Of(string path) => Copy(path, target: null, CancellationToken.None);

    /// <summary>Copies a file and hashes it on the way.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The new file; null to hash alone.</param>
    /// <param name="stopping">Ends the copying.</param>
    public static ContentHash Copy(string path, string? target, CancellationToken stopping)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        using var copy = target is null ? null : new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        var size = source.Length;
        sha1.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        var buffer = new byte[BufferBytes];
        var copied = 0L;
        for (int read; (read = source.Read(buffer)) > 0; copied += read)
        {
            stopping.ThrowIfCancellationRequested();
            sha256.AppendData(buffer, 0, read);
            sha1.AppendData(buffer, 0, read);
            copy?.Write(buffer, 0, read);
        }
        return new ContentHash(copied, Convert.ToHexStringLower(sha256.GetHashAndReset()), Convert.ToHexStringLower(sha1.GetHashAndReset()));
    }
}
