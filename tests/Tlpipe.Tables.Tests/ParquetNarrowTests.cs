// Narrow types and columns that have a value in each row, in each encoding that they can have.
using CsCheck;
using ParquetSharp;

namespace Tlpipe.Tables.Tests;

public sealed class ParquetNarrowTests
{
    [Fact]
    public void Narrow_types_with_and_without_gaps_are_read_back_equal_in_every_encoding()
    {
        using var folder = new TemporaryFolder();
        var path = folder["t.parquet"];

        Gen.Select(
            Gen.OneOfConst<Encoding?>(null, Encoding.Plain, Encoding.DeltaBinaryPacked, Encoding.ByteStreamSplit),
            Gen.OneOfConst<Encoding?>(null, Encoding.Plain, Encoding.ByteStreamSplit),
            Gen.OneOfConst(ParquetDataPageVersion.V1, ParquetDataPageVersion.V2),
            Gen.OneOfConst(Compression.Uncompressed, Compression.Snappy, Compression.Lz4Hadoop),
            Gen.Select(Gen.SByte, Gen.UShort, Gen.UInt, Gen.Float, Gen.Bool).Array[0, 300]).Sample(
            (whole, number, pages, codec, rows) =>
            {
                Write(path, rows, whole, number, pages, codec);

                var table = ParquetTables.Read(path);

                Assert.Equal(rows.Select(row => (object)(long)row.Item1), Values(table, "int8"));
                Assert.Equal(rows.Select(row => (object)(long)row.Item2), Values(table, "uint16"));
                Assert.Equal(rows.Select(row => row.Item5 ? (object)(long)row.Item3 : null), Values(table, "uint32"));
                Assert.Equal(rows.Select(row => (object)(double)row.Item4), Values(table, "float"));
                Assert.Equal(rows.Select(row => row.Item5 ? (object)(double)(Half)row.Item4 : null), Values(table, "half"));
            },
            iter: 150,
            threads: 1);
    }

    private static IEnumerable<object?> Values(Table table, string column) => Enumerable.Range(0, table.RowCount).Select(row => table.Value(column, row));

    private static void Write(string path, (sbyte, ushort, uint, float, bool)[] rows, Encoding? whole, Encoding? number, ParquetDataPageVersion pages, Compression codec)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(codec).Version(ParquetVersion.PARQUET_2_LATEST).DataPageVersion(pages).DataPagesize(100).WriteBatchSize(7);
        foreach (var (column, encoding) in new[] { ("int8", whole), ("uint16", whole), ("uint32", whole), ("float", number), ("half", number) })
            _ = encoding is { } chosen ? builder.DisableDictionary(column).Encoding(column, chosen) : builder.EnableDictionary(column);
        using var properties = builder.Build();
        using var writer = new ParquetFileWriter(
            path, [new Column<sbyte>("int8"), new Column<ushort>("uint16"), new Column<uint?>("uint32"), new Column<float>("float"), new Column<Half?>("half")], properties);
        using var group = writer.AppendRowGroup();
        Next(group, rows.Select(row => row.Item1));
        Next(group, rows.Select(row => row.Item2));
        Next(group, rows.Select(row => row.Item5 ? row.Item3 : (uint?)null));
        Next(group, rows.Select(row => row.Item4));
        Next(group, rows.Select(row => row.Item5 ? (Half)row.Item4 : (Half?)null));
        group.Close();
        writer.Close();
    }

    private static void Next<T>(RowGroupWriter group, IEnumerable<T> values)
    {
        using var column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values.ToArray());
    }
}
