// The digest of a file or folder outside the store: its content is part of a key, but its path is not.
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Identity;
using Tlpipe.Formats;

namespace Tlpipe.Engine.Files;

/// <summary>Digests of files and folders, 64 lower-case hexadecimal digits.</summary>
public static class ContentDigest
{
    /// <summary>The digest of the file or folder at a path.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="patterns">For a folder, which of its files count, as in <see cref="OfFolder"/>.</param>
    /// <param name="location">Where the path was written, for the error.</param>
    /// <param name="cache">Knows the digests of files that have not changed; null reads every file.</param>
    /// <exception cref="PipelineException">Nothing is there, or it cannot be read, or it changed while it was read.</exception>
    public static string Of(string path, IReadOnlyList<string>? patterns = null, SourceLocation? location = null, StatCache? cache = null)
    {
        try
        {
            return Directory.Exists(path) ? OfFolder(path, patterns, location, cache) : OfFile(path, location, cache);
        }
        finally
        {
            cache?.Flush();
        }
    }

    /// <summary>SHA-256 of a file's bytes.</summary>
    /// <exception cref="PipelineException">The file is not there, cannot be read, or changed while it was read.</exception>
    public static string OfFile(string path, SourceLocation? location = null, StatCache? cache = null)
    {
        try
        {
            var before = FileState.Of(path);
            if (RegularFile.OtherThanFile(path) is { } kind)
                throw new PipelineException(location, ErrorCode.MissingFile, $"{path} is no regular file but {kind}; give the path of a file");
            if (cache?.Find(before) is { } known)
                return known;
            // A program that has the file mapped may write to a page that is not on the disk yet without any change of the times. Once all of
            // it is there, the next write changes them (the kernel's file_update_time at the first write to a clean page).
            var doubtful = cache is null || cache.IsDoubtful(before) || !cache.Settle(path);
            var (sha256, size) = FileHash.Of(path);
            if (FileState.Of(path) != before || size != before.Size)
                throw Changed(path, location);
            if (!doubtful)
                cache!.Remember(before, sha256);
            return sha256;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PipelineException(location, ErrorCode.MissingFile, $"{path} does not exist");
        }
        catch (IOException e) when (e.HResult == Posix.InputOutputError)
        {
            throw new PipelineException(location, ErrorCode.Transient, $"{path} cannot be read: {e.Message.TrimEnd('.')}; check its disk, or run again");
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
    /// <param name="cache">Knows the digests of files that have not changed; null reads every file.</param>
    /// <exception cref="PipelineException">The folder is not there, or a file cannot be read or changed while it was read.</exception>
    public static string OfFolder(string path, IReadOnlyList<string>? patterns = null, SourceLocation? location = null, StatCache? cache = null)
    {
        if (!Directory.Exists(path))
            throw new PipelineException(location, ErrorCode.MissingFile, $"the folder {path} does not exist");
        try
        {
            return OfNames(NamesIn(path, patterns).ToList().Select(name => (name, OfFile(Path.Combine(path, name), location, cache))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(location, ErrorCode.MissingFile, $"the folder {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>The error for a file that is edited while it is read.</summary>
    internal static PipelineException Changed(string path, SourceLocation? location = null) =>
        new(location, ErrorCode.BadInput, $"{path} changed while it was being read; run again once nothing writes to it");

    /// <summary>The relative names of a folder's files that count.</summary>
    internal static IEnumerable<string> NamesIn(string folder, IReadOnlyList<string>? patterns) =>
        FilesBelow(folder).Where(name => patterns is null || patterns.Any(pattern => Matches(pattern, name)));

    /// <summary>The digest of files given by relative name and SHA-256, in any order: the same as that of a folder with just these files.</summary>
    public static string OfNames(IEnumerable<(string Name, string Sha256)> files)
    {
        var names = new JsonObject();
        foreach (var (name, sha256) in files)
            names.Add(name, sha256);
        return Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(names)));
    }

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
}
