// Opens text files of tables: compressed or not, in their encoding.
using System.IO.Compression;
using System.Text;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>The encodings that text files can be read in.</summary>
public static class TextFileEncodings
{
    /// <summary>Their names, which are Python's.</summary>
    public static readonly IReadOnlyList<string> Names = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"];
}

/// <summary>Opens CSV, JSON lines and plain text files.</summary>
internal static class TextFiles
{
    /// <summary>Replaces bytes that are invalid in the encoding. It is not a Unicode character.</summary>
    internal const string Undecodable = "\uFFFE";

    /// <summary>Opens a file; one whose name ends in .gz is decompressed.</summary>
    /// <exception cref="InputException">The file is missing or cannot be read.</exception>
    public static Stream Open(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"{path} is a folder; name the file in it");
        if (!File.Exists(path))
            throw new InputException($"{path} does not exist; check the path");
        try
        {
            var file = File.OpenRead(path);
            return RowFormats.IsCompressed(path) ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{path} may not be read by this user; change its permissions", e);
        }
    }

    /// <summary>Opens a file as text; a byte-order mark is skipped.</summary>
    /// <exception cref="InputException">As for <see cref="Open"/>, or the encoding is not known.</exception>
    public static StreamReader OpenText(string path, string encoding) => OpenText(Open(path), encoding);

    /// <summary>A stream as text; a byte-order mark is skipped.</summary>
    /// <exception cref="InputException">The encoding is not known.</exception>
    public static StreamReader OpenText(Stream stream, string encoding) =>
        new(stream, Of(encoding), detectEncodingFromByteOrderMarks: encoding is "utf-8" or "utf-8-sig" or "utf-16", bufferSize: 64 * 1024);

    private static Encoding Of(string name)
    {
        var encoding = name switch
        {
            "utf-8" or "utf-8-sig" => Encoding.UTF8,
            "utf-16" or "utf-16-le" => Encoding.Unicode,
            "utf-16-be" => Encoding.BigEndianUnicode,
            "latin-1" => Encoding.Latin1,
            "cp1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
            _ => throw new InputException($"the encoding {name} is not known; give one of {string.Join(", ", TextFileEncodings.Names)}"),
        };
        var replacing = (Encoding)encoding.Clone();
        replacing.DecoderFallback = new DecoderReplacementFallback(Undecodable);
        return replacing;
    }
}
