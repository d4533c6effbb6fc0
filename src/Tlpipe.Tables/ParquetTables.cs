// Tables from and to Parquet files.
using Parquet;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// Reads what pandas, Arrow and fastparquet write: every compression, encoding and page version that Parquet.Net knows. pandas'
/// index becomes the row labels.
/// </summary>
public static class ParquetTables
{
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

    /// <summary>Opens a file to be read a row group at a time.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static ITableSource Open(string path, IReadOnlyList<string>? columns = null)
    {
        if (columns is not null)
            Table.CheckDistinct(columns);
        using var stream = OpenFile(path);
        ParquetFooter.Check(stream, path);
        return Guarded(path, () => ParquetTable.OpenAsync(stream, path, columns).GetAwaiter().GetResult());
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
            throw new InputException($"{path} is damaged or uses a feature of Parquet that tlpipe does not read ({FirstLine(e)}); fetch it or write it again with pandas' to_parquet", e);
        }
    }

    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"{path} is a folder; name the Parquet file in it");
        if (!File.Exists(path))
            throw new InputException($"{path} does not exist; check the path");
        try
        {
            return File.OpenRead(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{path} may not be read by this user; change its permissions", e);
        }
    }

    // A damaged page surfaces as whatever its decoder stumbles over first: errors of the library's own, of its decompressors,
    // and of the runtime. Our own InputException and the machine's troubles pass.
    private static bool IsDamage(Exception e) =>
        e.GetType().Assembly == typeof(ParquetReader).Assembly
        || e is ZstdSharp.ZstdException or IOException or InvalidDataException or FormatException or ArithmeticException
            or ArgumentException or IndexOutOfRangeException or NullReferenceException or InvalidOperationException
            or NotSupportedException or NotImplementedException or KeyNotFoundException or InvalidCastException;

    private static string FirstLine(Exception e) => e.Message.Split('\n', '\r')[0].TrimEnd('.');
}
