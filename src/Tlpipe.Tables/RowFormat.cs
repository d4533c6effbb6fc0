// The formats of files of rows, and the file names that stand for them.
namespace Tlpipe.Tables;

/// <summary>How the rows of a file are written.</summary>
public enum RowFormat
{
    /// <summary>A text a line.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    Jsonl,

    /// <summary>Comma-separated, with a line of names.</summary>
    Csv,

    /// <summary>Tab-separated, with a line of names.</summary>
    Tsv,

    /// <summary>Parquet.</summary>
    Parquet,
}

/// <summary>Finds a file's format from the ending of its name, ignoring case.</summary>
public static class RowFormats
{
    /// <summary>The ending of a compressed file, behind the format's own: <c>reviews.csv.gz</c>.</summary>
    private const string Gzip = ".gz";

    private static readonly Dictionary<string, RowFormat> Endings = new(StringComparer.Ordinal)
    {
        [".txt"] = RowFormat.Text,
        [".csv"] = RowFormat.Csv,
        [".tsv"] = RowFormat.Tsv,
        [".json"] = RowFormat.Jsonl,
        [".jsonl"] = RowFormat.Jsonl,
        [".ndjson"] = RowFormat.Jsonl,
        [".parquet"] = RowFormat.Parquet,
        [".pq"] = RowFormat.Parquet,
    };

    /// <summary>The format of a file; null where its name does not tell.</summary>
    public static RowFormat? Of(string path) => Endings.TryGetValue(Ending(path), out var format) ? format : null;

    /// <summary>Whether the file is compressed.</summary>
    internal static bool IsCompressed(string path) => path.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase);

    private static string Ending(string path) =>
        Path.GetExtension(IsCompressed(path) ? path[..^Gzip.Length] : path).ToLowerInvariant();
}
