// Tables from and to Parquet files.
using ParquetSharp;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// Reads with Arrow's own reader what pandas, Arrow, DuckDB and fastparquet write: each codec, encoding and page version is read right or refused by name, and
/// pages are checked against their checksums where they have one. pandas' index becomes the row labels.
/// </summary>
public static class ParquetTables
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The columns to read, in the order wanted; null: all in the file's order.</param>
    /// <exception cref="InputException">
    /// The file is missing, is not a complete Parquet file, lacks a column, or holds what a table does not.
    /// </exception>
    public static Table Read(string path, IReadOnlyList<string>? columns = null)
    {
        var source = Open(path, columns);
        return source.ReadAll();
    }

    /// <summary>Writes a file: <see cref="ParquetTableWriter"/>.</summary>
    /// <exception cref="InputException">A column has the index column's name.</exception>
    public static void Write(Table table, string path)
    {
        using var writer = new ParquetTableWriter(path, [.. table.Columns.Select(column => new ColumnSchema(column.Name, column.Type))], table.RowLabels.AreRange ? null : table.RowLabels);
        writer.Add(table);
        writer.Finish();
    }

    /// <summary>Opens a file to be read row group by row group, and large ones in parts.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static ITableSource Open(string path, IReadOnlyList<string>? columns = null)
    {
        if (columns is not null)
            Table.CheckDistinct(columns);
        using (var stream = OpenFile(path))
            ParquetFooter.Check(stream, path);
        return Guarded(path, () => ParquetTable.Open(path, columns));
    }

    /// <summary>Arrow's reader of a file.</summary>
    internal static ParquetFileReader OpenReader(string path)
    {
        using var properties = ReaderProperties.GetDefaultReaderProperties();
        // Parts of a column at a time, not all of its bytes.
        properties.EnableBufferedStream();
        properties.BufferSize = BufferBytes;
        properties.EnablePageChecksumVerification();
        return new ParquetFileReader(path, properties);
    }

    /// <summary>Runs an action that reads a file, and reports damage in one clear line.</summary>
    internal static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damage(path, "", e);
        }
    }

    /// <summary>Whether this is how a damaged file shows: what the reader says of it, and what the types that wrap it do with a footer that lies.</summary>
    internal static bool IsDamage(Exception e) =>
        e is ParquetException or InvalidDataException or ArgumentException or ArithmeticException or FormatException
            or InvalidCastException or KeyNotFoundException or NotSupportedException or NotImplementedException or IndexOutOfRangeException;

    /// <summary>What is wrong with a file, in one line; or the machine's own trouble, which is no fault of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Where in it, before what the reader says.</param>
    /// <param name="cause">What the reader said.</param>
    internal static Exception Damage(string path, string place, Exception cause) => cause.Message.Contains("[errno ", StringComparison.Ordinal)
        ? new IOException($"{path} cannot be read: {FirstLine(cause)}", cause)
        : new InputException($"{path} is damaged or uses a feature of Parquet that tlpipe does not read ({place}{FirstLine(cause)}); fetch it or write it again with pandas' to_parquet", cause);

    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"{path} is a folder; name the Parquet file in it");
        if (!File.Exists(path))
            throw new InputException($"{path} does not exist; check the path");
        try
        {
            return RegularFile.Open(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{path} may not be read by this user; change its permissions", e);
        }
    }

    // Arrow's own words are inside "class name (message: '…')".
    private static string FirstLine(Exception e)
    {
        const string Opening = "(message: '";
        const string Closing = "')";
        var message = e.Message;
        if (e is ParquetException && message.IndexOf(Opening, StringComparison.Ordinal) is >= 0 and var at && message.EndsWith(Closing, StringComparison.Ordinal))
            message = message[(at + Opening.Length)..^Closing.Length];
        return message.Split('\n', '\r')[0].TrimEnd('.');
    }
}
