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

    /// <summary>Each ending with the format for texts to predict for, and the format for read-table.</summary>
    // read-table took .txt for CSV and refused .json before there was one table. Either change would change results, so the column goes with its next version.
    private static readonly (string Ending, RowFormat Format, RowFormat? ForReadTable)[] Endings =
    [
        (".txt", RowFormat.Text, RowFormat.Csv),
        (".csv", RowFormat.Csv, RowFormat.Csv),
        (".tsv", RowFormat.Tsv, RowFormat.Tsv),
        (".json", RowFormat.Jsonl, null),
        (".jsonl", RowFormat.Jsonl, RowFormat.Jsonl),
        (".ndjson", RowFormat.Jsonl, RowFormat.Jsonl),
        (".parquet", RowFormat.Parquet, RowFormat.Parquet),
        (".pq", RowFormat.Parquet, RowFormat.Parquet),
    ];

    /// <summary>The format of a file of texts; null where its name does not tell.</summary>
    public static RowFormat? Of(string path)
    {
        var ending = Ending(path);
        return Array.Find(Endings, e => e.Ending == ending) is { Ending: not null } found ? found.Format : null;
    }

    /// <summary>The format that read-table takes a file for; null where its name does not tell.</summary>
    public static RowFormat? OfTable(string path)
    {
        var ending = Ending(path);
        return Array.Find(Endings, e => e.Ending == ending).ForReadTable;
    }

    /// <summary>Whether the file is compressed.</summary>
    internal static bool IsCompressed(string path) => path.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase);

    private static string Ending(string path) =>
        Path.GetExtension(IsCompressed(path) ? path[..^Gzip.Length] : path).ToLowerInvariant();
}
