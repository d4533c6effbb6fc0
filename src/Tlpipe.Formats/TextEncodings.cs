// The encodings of text files, by Python's names.
using System.Text;

namespace Tlpipe.Formats;

/// <summary>Encodings that text files can be read in.</summary>
internal static class TextEncodings
{
    /// <summary>Their names, which are Python's.</summary>
    public static readonly IReadOnlyList<string> Names = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"];

    /// <summary>Longer marks first: UTF-32's begins with UTF-16's.</summary>
    private static readonly Encoding[] WithMarks = [Encoding.UTF32, new UTF32Encoding(bigEndian: true, byteOrderMark: true), Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode];

    /// <summary>The encoding of a name.</summary>
    /// <exception cref="InputException">The name is not known.</exception>
    public static Encoding Find(string name) => name switch
    {
        "utf-8" or "utf-8-sig" => Encoding.UTF8,
        "utf-16" or "utf-16-le" => Encoding.Unicode,
        "utf-16-be" => Encoding.BigEndianUnicode,
        "latin-1" => Encoding.Latin1,
        "cp1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        _ => throw new InputException($"the encoding {name} is not known; give one of {string.Join(", ", Names)}"),
    };

    /// <summary>The encoding that a byte-order mark tells; null without one.</summary>
    public static Encoding? Marked(ReadOnlySpan<byte> start)
    {
        foreach (var encoding in WithMarks)
            if (start.StartsWith(encoding.Preamble))
                return encoding;
        return null;
    }
}
