// The store's record of a result: its files, the computation that made it, and how that went.
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Store;

/// <summary>A file of an output.</summary>
/// <param name="Path">Its name relative to the output's folder, with '/' between folders.</param>
/// <param name="Sha256">SHA-256 of its bytes, 64 lower-case hexadecimal digits; the name of its blob.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record StoredFile(string Path, string Sha256, long Size);

/// <summary>A named output of a result.</summary>
/// <param name="Digest">The digest that consumers put into their keys: of its meaning, or of its files' names and bytes.</param>
/// <param name="Files">Its files, sorted by path.</param>
/// <param name="Facts">Counts that describe it.</param>
public sealed record StoredOutput(string Digest, IReadOnlyList<StoredFile> Files, IReadOnlyDictionary<string, double> Facts);

/// <summary>How a result came about. Recorded, never part of a key.</summary>
/// <param name="Started">When its computation began, UTC.</param>
/// <param name="Seconds">How long it took, since the last interruption if there was one.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Version">The version of tlpipe.</param>
/// <param name="Threads">The threads it computed with.</param>
/// <param name="Device">The device it computed on.</param>
/// <param name="Libraries">The versions of the libraries that computed, by name.</param>
public sealed record Provenance(
    DateTimeOffset Started, double Seconds, string Host, string Version, int Threads, string Device, IReadOnlyDictionary<string, string> Libraries)
{
    /// <summary>The steps at which the computation resumed after an interruption, in that order; empty if nothing interrupted it.</summary>
    public IReadOnlyList<long> ResumedAtSteps { get; init; } = [];

    /// <summary>The process's peak memory in bytes, if it computed nothing else; null if unknown.</summary>
    public long? PeakMemory { get; init; }
}

/// <summary>A result in the store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Document">The description of its computation; its hash is the key.</param>
/// <param name="Outputs">Its outputs by name.</param>
/// <param name="Measured">What was measured while it was made.</param>
/// <param name="Provenance">How it came about.</param>
public sealed record StoredResult(
    string Key,
    KeyDocument Document,
    IReadOnlyDictionary<string, StoredOutput> Outputs,
    IReadOnlyDictionary<string, double> Measured,
    Provenance Provenance);

/// <summary>An output that a stage has just made.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Folder">The folder whose files are the output.</param>
/// <param name="Digest">The digest of its meaning; null if it is that of its files' names and bytes.</param>
/// <param name="Facts">Counts that describe it.</param>
public sealed record ProducedOutput(string Name, string Folder, string? Digest, IReadOnlyDictionary<string, double> Facts);

/// <summary>A stored result was found damaged when it was used. The damaged files have been moved aside, so the result can be computed again.</summary>
public sealed class DamagedResultException : Exception
{
    /// <param name="key">The result's key.</param>
    /// <param name="sha256">The damaged blob; empty if it is not known.</param>
    /// <param name="file">The file's name: output, '/', path.</param>
    public DamagedResultException(string key, string sha256, string file)
        : base($"the stored file {file} of result {key[..12]} is damaged; it has to be computed again") => (Key, Sha256, File) = (key, sha256, file);

    /// <summary>What a child process has found.</summary>
    internal DamagedResultException(string message)
        : base(message) => (Key, Sha256, File) = ("", "", "");

    /// <summary>The result's key.</summary>
    public string Key { get; }

    /// <summary>The damaged blob.</summary>
    public string Sha256 { get; }

    /// <summary>The file's name: output, '/', path.</summary>
    public string File { get; }
}

/// <summary>The forms that names in the store have.</summary>
internal static class StoreNames
{
    public static bool IsSha256(string? name) => name is { Length: 64 } && name.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;

    /// <summary>Whether a name with '/' between folders stays below the folder it is relative to.</summary>
    public static bool IsRelative(string name) => !name.Contains('\0') && name.Split('/').All(part => part is not ("" or "." or ".."));

    public static string CheckKey(string key) =>
        IsSha256(key) ? key : throw new ArgumentException($"'{key}' is not a key: a key is 64 lower-case hexadecimal digits", nameof(key));
}
