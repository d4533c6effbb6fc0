// Compares each column of each Parquet file below some folders, as tlpipe reads it, with what DuckDB reads.
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Tlpipe.Formats;
using Tlpipe.Interop.Parquet;
using Tlpipe.Tables;

var (files, filesRead, equal, alone, failures, neither) = (0, 0, 0, 0, 0, 0);
var values = 0L;
var refused = new SortedDictionary<string, int>(StringComparer.Ordinal);
foreach (var path in args.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
{
    if (!path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
        continue;
    files++;
    // One for each file: a damaged one can make a connection unusable.
    using var duck = new DuckReader();
    IReadOnlyList<(string Name, string DuckName)>? columns = null;
    try
    {
        columns = duck.Columns(path);
    }
    catch (DuckDBException)
    {
    }
    var readBefore = equal + alone;
    if (columns is null)
        WithoutDuck(path);
    else
        foreach (var (column, duckName) in columns)
            Compare(duck, path, column, duckName);
    filesRead += equal + alone > readBefore ? 1 : 0;
}

Console.WriteLine($"files: {files}, of {filesRead} a column was read");
Console.WriteLine($"columns: {equal} equal in {values} values, {alone} that DuckDB refuses, {refused.Values.Sum()} refused");
foreach (var (reason, count) in refused.OrderByDescending(reason => reason.Value))
    Console.WriteLine($"  {count,5}  {reason}");
Console.WriteLine($"files that neither opens: {neither}");
Console.WriteLine($"wrong columns, exceptions and refusals that name nothing: {failures}");
return Math.Min(failures, 100);

void Compare(DuckReader duck, string path, string column, string duckName)
{
    object?[] ours;
    try
    {
        ours = Ours(path, column);
    }
    catch (InputException refusal)
    {
        Refused(duck, path, column, duckName, refusal.Message);
        return;
    }
    catch (Exception e)
    {
        Fail(path, column, $"{e.GetType().Name}: {e.Message}");
        return;
    }

    try
    {
        var (type, theirs) = duck.Read(path, duckName);
        var different = ours.Length == theirs.Count ? Enumerable.Range(0, ours.Length).FirstOrDefault(row => !Same(ours[row], theirs[row]), -1) : Math.Min(ours.Length, theirs.Count);
        if (different >= 0)
        {
            Fail(path, column, $"row {different} is {Shown(ours.ElementAtOrDefault(different))}, DuckDB's ({type}) {Shown(theirs.ElementAtOrDefault(different))}; {ours.Length} and {theirs.Count} rows");
            return;
        }
        equal++;
        values += ours.Length;
    }
    catch (DuckDBException e)
    {
        alone++;
        Console.WriteLine($"DuckDB refuses {path} '{column}', read here in {ours.Length} rows: {e.Message.Split('\n')[0]}");
    }
}

void WithoutDuck(string path)
{
    try
    {
        var table = ParquetTables.Read(path);
        alone += table.Columns.Count;
        Console.WriteLine($"DuckDB refuses {path}, read here in {table.RowCount} rows and {table.Columns.Count} columns");
    }
    catch (InputException refusal)
    {
        neither++;
        Console.WriteLine($"neither opens {path}: {refusal.Message}");
    }
    catch (Exception e)
    {
        Fail(path, "", $"{e.GetType().Name}: {e.Message}");
    }
}

// A column that pandas notes as the index is the rows' labels.
static object?[] Ours(string path, string column)
{
    try
    {
        var table = ParquetTables.Open(path, [column]).ReadAll();
        return [.. Enumerable.Range(0, table.RowCount).Select(row => Comparable(table.Value(column, row)))];
    }
    catch (InputException refusal) when (refusal.Message.StartsWith($"there is no column '{column}'", StringComparison.Ordinal))
    {
        var labels = ParquetTables.Read(path, []).RowLabels;
        return [.. Enumerable.Range(0, labels.Count).Select(row => Comparable(labels[row]))];
    }
}

static object? Comparable(object? value) => value is long integer ? new BigInteger(integer) : value;

static bool Same(object? ours, object? theirs) => (ours, theirs) switch
{
    (string text, byte[] bytes) => Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes),
    (double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b)),
    (BigInteger a, BigInteger b) => a == b,
    _ => Equals(ours, theirs),
};

static string Shown(object? value) => value switch
{
    null => "missing",
    byte[] bytes => $"bytes {Convert.ToHexString(bytes)}",
    string text => $"'{text}'",
    _ => $"{value} ({value.GetType().Name})",
};

void Refused(DuckReader duck, string path, string column, string duckName, string message)
{
    // Of a refusal the place is left out, so that equal reasons count together.
    var reason = message.Replace(path, "FILE", StringComparison.Ordinal).Replace($"'{column}'", "COLUMN", StringComparison.Ordinal).Split("; ")[0];
    if (!reason.Contains("COLUMN", StringComparison.Ordinal) && !reason.Contains("codec", StringComparison.Ordinal) && !reason.Contains("encrypted", StringComparison.Ordinal))
        Fail(path, column, $"refused without a name: {message}");
    reason = Regex.Replace(reason, @"\d{4,}", "N");
    refused[reason] = refused.GetValueOrDefault(reason) + 1;
    if (!reason.StartsWith("column COLUMN", StringComparison.Ordinal))
        Console.WriteLine($"refused {path} '{column}', {(DuckReads(duck, path, duckName) ? "which DuckDB reads" : "as DuckDB does")}: {message.Replace(path, "FILE", StringComparison.Ordinal)}");
}

static bool DuckReads(DuckReader duck, string path, string column)
{
    try
    {
        duck.Read(path, column);
        return true;
    }
    catch (DuckDBException)
    {
        return false;
    }
}

void Fail(string path, string column, string what)
{
    failures++;
    Console.WriteLine($"FAIL {path} '{column}': {what}");
}
