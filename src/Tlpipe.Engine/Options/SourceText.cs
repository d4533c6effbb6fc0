// The text of a config file.
using System.Text;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>Reads the text of a config: UTF-8, or UTF-16 with a byte order mark.</summary>
internal static class SourceText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file.</summary>
    /// <param name="shown">The file's path as messages show it.</param>
    /// <param name="fullPath">Its absolute path.</param>
    /// <exception cref="PipelineException">It cannot be read, or is not text.</exception>
    public static string Read(string shown, string fullPath)
    {
        var bytes = Bytes(shown, fullPath);
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return (bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes, 2, bytes.Length - 2);
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

    private static byte[] Bytes(string shown, string fullPath)
    {
        try
        {
            return File.ReadAllBytes(fullPath);
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(fullPath))
        {
            throw new PipelineException(null, ErrorCode.Syntax, $"'{shown}' is a folder; give the path of a YAML file");
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
