// Random tables that Arrow's writer stores in each encoding, codec and page version are read back equal.
using CsCheck;
using ParquetSharp;
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class ParquetEncodingTests
{
    private static readonly Compression[] Codecs =
        [Compression.Uncompressed, Compression.Snappy, Compression.Gzip, Compression.Brotli, Compression.Zstd, Compression.Lz4, Compression.Lz4Hadoop];

    /// <summary>How a file is stored.</summary>
    /// <param name="Codec">The codec of its pages.</param>
    /// <param name="Pages">The version of its pages.</param>
    /// <param name="Text">The encoding of texts; null for a dictionary.</param>
    /// <param name="Integer">Of whole numbers.</param>
    /// <param name="Number">Of floating-point numbers.</param>
    /// <param name="Boolean">Of truth values.</param>
    /// <param name="PageBytes">The least size of a page.</param>
    /// <param name="GroupRows">The rows of a row group.</param>
    /// <param name="HasChecksums">Whether pages have checksums.</param>
    private sealed record Storage(
        Compression Codec, ParquetDataPageVersion Pages, Encoding? Text, Encoding? Integer, Encoding? Number, Encoding? Boolean, int PageBytes, int GroupRows, bool HasChecksums);

    private static readonly Gen<Storage> Storages =
        from codec in Gen.OneOfConst(Codecs)
        from pages in Gen.OneOfConst(ParquetDataPageVersion.V1, ParquetDataPageVersion.V2)
        from text in Gen.OneOfConst<Encoding?>(null, Encoding.Plain, Encoding.DeltaByteArray, Encoding.DeltaLengthByteArray)
        from integer in Gen.OneOfConst<Encoding?>(null, Encoding.Plain, Encoding.DeltaBinaryPacked, Encoding.ByteStreamSplit)
        from number in Gen.OneOfConst<Encoding?>(null, Encoding.Plain, Encoding.ByteStreamSplit)
        from boolean in Gen.OneOfConst<Encoding?>(Encoding.Plain, Encoding.Rle)
        from pageBytes in Gen.OneOfConst(1, 64, 1 << 20)
        from groupRows in Gen.OneOfConst(1, 3, 1000)
        from hasChecksums in Gen.Bool
        select new Storage(codec, pages, text, integer, number, boolean, pageBytes, groupRows, hasChecksums);

    // Texts that share beginnings, at whose end a letter of several bytes may be cut.
    private static readonly Gen<string> Texts = Gen.OneOfConst("", "n", "não", "não é bom", "não é ruim", "nâo", "😀😀 a", "😀😁 b", "é", "ê", "a\0b").Array[0, 3].Select(string.Concat);

    [Fact]
    public void Every_encoding_codec_and_page_version_is_read_back_equal()
    {
        using var folder = new TemporaryFolder();

        Gen.Select(Storages, Tables(Gen.Int[0, 60])).Sample(
            (storage, table) =>
            {
                var path = folder[$"{Guid.NewGuid()}.parquet"];
                Write(path, table, storage);

                var read = ParquetTables.Read(path);

                Assert.Equal(table.Columns.Select(column => column.Name), read.Columns.Select(column => column.Name));
                foreach (var column in table.Columns)
                    Assert.Equal(Enumerable.Range(0, table.RowCount).Select(row => column[row]), Enumerable.Range(0, read.RowCount).Select(row => read.Value(column.Name, row)));
                File.Delete(path);
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public void Narrow_types_are_widened_and_small_unsigned_numbers_stay_positive()
    {
        using var folder = new TemporaryFolder();
        var path = folder["narrow.parquet"];
        using (var writer = new ParquetFileWriter(
            path,
            [
                new Column<sbyte>("int8"), new Column<byte>("uint8"), new Column<short>("int16"), new Column<ushort>("uint16"), new Column<int>("int32"), new Column<uint>("uint32"),
                new Column<ulong>("uint64"), new Column<float>("float"), new Column<Half>("half"),
            ]))
        {
            using var group = writer.AppendRowGroup();
            Next(group, sbyte.MinValue, sbyte.MaxValue);
            Next(group, byte.MinValue, byte.MaxValue);
            Next(group, short.MinValue, short.MaxValue);
            Next(group, ushort.MinValue, ushort.MaxValue);
            Next(group, int.MinValue, int.MaxValue);
            Next(group, uint.MinValue, uint.MaxValue);
            Next(group, 0ul, (ulong)long.MaxValue);
            Next(group, 0.1f, float.NegativeInfinity);
            Next(group, (Half)0.5, Half.MinValue);
            writer.Close();
        }

        var table = ParquetTables.Read(path);

        Assert.Equal(
            ["-128 127", "0 255", "-32768 32767", "0 65535", "-2147483648 2147483647", "0 4294967295", "0 9223372036854775807", "0.10000000149011612 -Infinity", "0.5 -65504"],
            table.Columns.Select(column => FormattableString.Invariant($"{column[0]} {column[1]}")));
    }

    [Fact]
    public void A_page_that_does_not_fit_its_checksum_is_refused_with_its_column_and_codec()
    {
        using var folder = new TemporaryFolder();
        var path = folder["damaged.parquet"];
        var storage = new Storage(Compression.Uncompressed, ParquetDataPageVersion.V1, Encoding.Plain, Encoding.Plain, Encoding.Plain, Encoding.Plain, 1 << 20, 1000, HasChecksums: true);
        Write(path, new Table([Column.Text("text", ["needle in a haystack"]), Column.Integer("whole", [1]), Column.Number("number", [1.5]), Column.Boolean("flag", [true])]), storage);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("needle"u8)] = (byte)'N';
        File.WriteAllBytes(path, bytes);

        var refusal = Assert.Throws<InputException>(() => ParquetTables.Read(path));

        Assert.Contains("column 'text', codec Uncompressed, encodings ", refusal.Message);
        Assert.Contains("CRC checksum", refusal.Message);
        // A damaged column does not touch the others.
        Assert.Equal(1L, ParquetTables.Read(path, ["whole"]).Value("whole", 0));
    }

    [Theory]
    [InlineData("date", "Date")]
    [InlineData("when", "Timestamp")]
    [InlineData("price", "Decimal")]
    [InlineData("list", "lists or structs")]
    public void What_a_table_does_not_hold_is_refused_by_name_and_does_not_matter_beside(string column, string type)
    {
        using var folder = new TemporaryFolder();
        var path = folder["t.parquet"];
        using (var writer = new ParquetFileWriter(
            path,
            [new Column<string>("text"), new Column<Date>("date"), new Column<DateTime>("when"), new Column<decimal>("price", LogicalType.Decimal(29, 2)), new Column<int[]>("list")]))
        {
            using var group = writer.AppendRowGroup();
            Next(group, "a", "b");
            Next(group, new Date(1), new Date(2));
            Next(group, DateTime.UnixEpoch, DateTime.UnixEpoch);
            Next(group, 1.25m, 2.5m);
            Next<int[]>(group, [1], [2, 3]);
            writer.Close();
        }

        var refusal = Assert.Throws<InputException>(() => ParquetTables.Read(path, [column]));

        Assert.Contains($"column '{column}' of ", refusal.Message);
        Assert.Contains(type, refusal.Message);
        Assert.Equal(["a", "b"], ParquetTables.Read(path, ["text"]).Texts("text"));
    }

    private static Gen<Table> Tables(Gen<int> counts) => counts.SelectMany(rows => Gen.Select(
        Gen.Select(Texts, Gen.Int[0, 4], (text, missing) => missing == 0 ? null : text).Array[rows],
        Gen.OneOf(Gen.Long, Gen.Long[-3, 3]).Nullable().Array[rows],
        Gen.Double.Nullable().Array[rows],
        Gen.Bool.Nullable().Array[rows],
        (texts, integers, numbers, booleans) => new Table(
            [Column.Text("text", texts), Column.Integer("whole", integers), Column.Number("number", numbers), Column.Boolean("flag", booleans)])));

    private static void Write(string path, Table table, Storage storage)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(storage.Codec).Version(ParquetVersion.PARQUET_2_LATEST).DataPageVersion(storage.Pages).DataPagesize(storage.PageBytes).WriteBatchSize(2);
        foreach (var (column, encoding) in new[] { ("text", storage.Text), ("whole", storage.Integer), ("number", storage.Number), ("flag", storage.Boolean) })
            _ = encoding is { } chosen ? builder.DisableDictionary(column).Encoding(column, chosen) : builder.EnableDictionary(column);
        if (storage.HasChecksums)
            builder.EnablePageChecksum();
        using var properties = builder.Build();
        using var writer = new ParquetFileWriter(path, [new Column<string?>("text"), new Column<long?>("whole"), new Column<double?>("number"), new Column<bool?>("flag")], properties);
        for (var start = 0; start < table.RowCount; start += storage.GroupRows)
        {
            using var group = writer.AppendRowGroup();
            var count = Math.Min(storage.GroupRows, table.RowCount - start);
            Next(group, table.Column("text").Values<string?>()[start..(start + count)]);
            Next(group, table.Column("whole").Values<long?>()[start..(start + count)]);
            Next(group, table.Column("number").Values<double?>()[start..(start + count)]);
            Next(group, table.Column("flag").Values<bool?>()[start..(start + count)]);
        }
        writer.Close();
    }

    private static void Next<T>(RowGroupWriter group, params T[] values)
    {
        using var column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values);
    }
}
