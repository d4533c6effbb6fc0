// Opens text files of tables: compressed or not, in their encoding.
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>Opens CSV, JSON lines and plain text files.</summary>
internal static class TextFiles
{
    /// <summary>Opens a file; one whose name ends in .gz is decompressed.</summary>
    /// <exception cref="InputException">The file is missing, is no regular file or cannot be read.</exception>
    public static Stream Open(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"{path} is a folder; name the file in it");
        if (!Path.Exists(path))
            throw new InputException($"{path} does not exist; check the path");
        try
        {
            var file = RegularFile.Open(path);
            return RowFormats.IsCompressed(path) ? new GzipContent(file, path) : file;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{path} may not be read by this user; change its permissions", e);
        }
    }

    /// <summary>Opens a file as text; a byte-order mark is skipped.</summary>
    /// <exception cref="InputException">As for <see cref="Open"/>, or the encoding is not known.</exception>
    public static DecodedText OpenText(string path, string encoding) => new(Open(path), path, encoding);
}
