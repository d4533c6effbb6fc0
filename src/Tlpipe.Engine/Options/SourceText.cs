// The text of a config file.
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Formats;

namespace Tlpipe.Engine.Options;

/// <summary>Reads the text of a config: UTF-8, or UTF-16 with a byte order mark.</summary>
internal static class SourceText
{
    private const long Largest = 64 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file.</summary>
    /// <param name="shown">The file's path as messages show it.</param>
    /// <param name="fullPath">Its absolute path.</param>
    /// <exception cref="PipelineException">It cannot be read, or is not text.</exception>
    public static string Read(string shown, string fullPath)
    {
        var bytes = Bytes(shown, fullPath);
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return Utf16(shown, bytes);
        var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        try
        {
            return Strict.GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException problem)
        {
            var before = Encoding.UTF8.GetString(bytes, start, problem.Index);
            var place = new SourceLocation(shown, before.Count(letter => letter == '\n') + 1, before.Length - before.LastIndexOf('\n'));
            throw new PipelineException(place, ErrorCode.Syntax, "the letter here is not UTF-8; save the file as UTF-8");
        }
    }

    private static string Utf16(string shown, byte[] bytes)
    {
        try
        {
            return new UnicodeEncoding(bigEndian: bytes[0] == 0xFE, byteOrderMark: true, throwOnInvalidBytes: true).GetString(bytes, 2, bytes.Length - 2);
        }
        catch (ArgumentException)
        {
            throw new PipelineException(new SourceLocation(shown, 1, 1), ErrorCode.Syntax, "the file begins as UTF-16, and some of it is not; save the file as UTF-8");
        }
    }

    private static byte[] Bytes(string shown, string fullPath)
    {
        if (Directory.Exists(fullPath))
            throw new PipelineException(null, ErrorCode.Syntax, $"'{shown}' is a folder; give the path of a YAML file");
        if (RegularFile.OtherThanFile(fullPath) is { } kind)
            throw new PipelineException(null, ErrorCode.Syntax, $"'{shown}' is no regular file but {kind}; give the path of a YAML file");
        try
        {
            if (new FileInfo(fullPath) is { Exists: true, Length: > Largest })
                throw new PipelineException(null, ErrorCode.Syntax, $"'{shown}' has more than {Largest >> 20} MiB, which no config has; give the path of a YAML file");
            return File.ReadAllBytes(fullPath);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PipelineException(null, ErrorCode.Syntax, $"there is no config '{shown}'; {Remedy(fullPath)}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.Syntax, $"the config '{shown}' cannot be read; look at its permissions");
        }
    }

    private static string Remedy(string fullPath)
    {
        var folder = Path.GetDirectoryName(fullPath);
        if (!Directory.Exists(folder))
            return "give the path of a YAML file";
        var near = DidYouMean.Nearest(
            Path.GetFileName(fullPath), Directory.EnumerateFiles(folder, "*.y*ml").Select(file => Path.GetFileName(file)));
        return near is null ? "give the path of a YAML file" : $"did you mean '{near}'?";
    }
}
