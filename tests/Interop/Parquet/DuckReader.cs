// DuckDB as the second reader of a Parquet file.
using System.Collections;
using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;

namespace Tlpipe.Interop.Parquet;

/// <summary>Reads a file's columns as objects that can be compared: string, byte[], BigInteger, double, bool, or null where a value is missing.</summary>
internal sealed class DuckReader : IDisposable
{
    private readonly DuckDBConnection connection = new("Data Source=:memory:");

    public DuckReader()
    {
        connection.Open();
        Execute("SET threads = 2; SET preserve_insertion_order = true");
    }

    /// <summary>The columns' names in order, as the file has them and as DuckDB calls them; it renames those that differ in case alone.</summary>
    public IReadOnlyList<(string Name, string DuckName)> Columns(string path)
    {
        var elements = Rows($"SELECT name, coalesce(num_children, 0) FROM parquet_schema({Text(path)})", reader => (Name: reader.GetString(0), Children: reader.GetInt64(1)));
        var names = new List<string>();
        for (var at = 1; at < elements.Count;)
        {
            names.Add(elements[at].Name);
            for (var left = 1L; left > 0; at++)
                left += elements[at].Children - 1;
        }
        var called = Rows($"DESCRIBE SELECT * FROM {Table(path)}", reader => reader.GetString(0));
        return names.Count == called.Count ? [.. names.Zip(called)] : [.. called.Select(name => (name, name))];
    }

    /// <summary>A column's values in the rows' order, and DuckDB's name of its type.</summary>
    public (string Type, IReadOnlyList<object?> Values) Read(string path, string column)
    {
        using var command = Command($"SELECT \"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\" FROM {Table(path)}");
        using var reader = command.ExecuteReader();
        var values = new List<object?>();
        while (reader.Read())
            values.Add(reader.IsDBNull(0) ? null : Comparable(reader.GetValue(0)));
        return (reader.GetDataTypeName(0), values);
    }

    public void Dispose() => connection.Dispose();

    private static object Comparable(object value) => value switch
    {
        string or bool or double => value,
        float number => (double)number,
        sbyte or byte or short or ushort or int or uint or long or ulong => BigInteger.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture),
        BigInteger => value,
        Stream bytes => Bytes(bytes),
        IEnumerable => "a nested value",
        _ => value,
    };

    private static byte[] Bytes(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        stream.Dispose();
        return copy.ToArray();
    }

    private static string Table(string path) => $"read_parquet({Text(path)}, hive_partitioning = false)";

    private static string Text(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";

    private List<T> Rows<T>(string sql, Func<DuckDBDataReader, T> row)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private DuckDBCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
