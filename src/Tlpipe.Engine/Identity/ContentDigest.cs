// The digest of a file or folder outside the store: its content is part of a key, its place is not.
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Identity;

/// <summary>Digests of files and folders, 64 lower-case hexadecimal digits.</summary>
public static class ContentDigest
{
    /// <summary>The digest of whatever is at a path.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="patterns">For a folder, which of its files count, as in <see cref="OfFolder"/>.</param>
    /// <param name="location">Where the path was written, for the error.</param>
    /// <exception cref="PipelineException">Nothing is there, or it cannot be read, or it changed while it was read.</exception>
    public static string Of(string path, IReadOnlyList<string>? patterns = null, SourceLocation? location = null) =>
        Directory.Exists(path) ? OfFolder(path, patterns, location) : OfFile(path, location);

    /// <summary>SHA-256 of a file's bytes.</summary>
    /// <exception cref="PipelineException">The file is not there, cannot be read, or changed while it was read.</exception>
    public static string OfFile(string path, SourceLocation? location = null)
    {
        try
        {
            var before = State(path);
            var (sha256, size) = FileHash.Of(path);
            if (State(path) != before || size != before.Size)
                throw new PipelineException(location, ErrorCode.BadInput, $"{path} changed while it was being read; run again once nothing writes to it");
            return sha256;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PipelineException(location, ErrorCode.MissingFile, $"{path} does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(location, ErrorCode.MissingFile, $"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>SHA-256 over the names and digests of a folder's files.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="patterns">
    /// Names relative to the folder, with '/' between folders, in which '*' stands for any characters but '/'.
    /// Null counts every file below the folder.
    /// </param>
    /// <param name="location">Where the path was written, for the error.</param>
    /// <exception cref="PipelineException">The folder is not there, or a file cannot be read or changed while it was read.</exception>
    public static string OfFolder(string path, IReadOnlyList<string>? patterns = null, SourceLocation? location = null)
    {
        if (!Directory.Exists(path))
            throw new PipelineException(location, ErrorCode.MissingFile, $"the folder {path} does not exist");
        try
        {
            var names = FilesBelow(path).Where(name => patterns is null || patterns.Any(pattern => Matches(pattern, name))).ToList();
            return OfNames(names.Select(name => (name, OfFile(Path.Combine(path, name), location))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(location, ErrorCode.MissingFile, $"the folder {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>The digest of files known by relative name and SHA-256, whatever their order: that of a folder with just these files.</summary>
    public static string OfNames(IEnumerable<(string Name, string Sha256)> files) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(
            new JsonObject(files.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Sha256))))));

    /// <summary>The relative names of all files below a folder, with '/', sorted by UTF-16 code units.</summary>
    internal static IEnumerable<string> FilesBelow(string folder)
    {
        // The defaults would leave out hidden files and those that cannot be read.
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };
        return Directory.EnumerateFiles(folder, "*", everything)
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);
    }

    private static bool Matches(string pattern, string name)
    {
        var parts = pattern.Split('/');
        var names = name.Split('/');
        return parts.Length == names.Length
            && parts.Zip(names).All(p => FileSystemName.MatchesSimpleExpression(Escape(p.First), p.Second, ignoreCase: false));
    }

    // '?' is a wildcard to .NET, but part of a name here; '\' is its escape character.
    private static string Escape(string pattern) =>
        pattern.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);

    /// <summary>Size and time of the file that a path names now; opened anew, so that a file put in its place is noticed too.</summary>
    private static (long Size, DateTime Written) State(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
    }
}
