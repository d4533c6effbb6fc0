// How a Parquet file is read: in parts, each word once, and damage told in one line.
using ParquetSharp;
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class ParquetPartsTests
{
    [Fact]
    public void A_large_row_group_is_read_in_parts_whose_rows_follow_each_other()
    {
        const int Rows = 300_001;
        using var folder = new TemporaryFolder();
        Write(folder["t.parquet"], [.. Enumerable.Range(0, Rows).Select(i => i % 3 == 0 ? null : $"row {i}")], Compression.Zstd);

        var parts = ParquetTables.Open(folder["t.parquet"]).Batches().ToList();

        Assert.Equal([131_072, 131_072, 37_857], parts.Select(part => part.RowCount));
        Assert.Equal([0L, 131_072L, 262_144L], parts.Select(part => part.RowLabels[0]));
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => i % 3 == 0 ? null : $"row {i}"), parts.SelectMany(part => part.Texts("text")));
    }

    [Fact]
    public void What_is_written_from_a_table_does_not_depend_on_the_parts_that_it_was_read_in()
    {
        using var folder = new TemporaryFolder();
        string[] texts = [.. Enumerable.Range(0, 140_000).Select(i => $"row {i}")];
        Write(folder["large.parquet"], texts, Compression.Snappy);
        ParquetTables.Write(new Table([Tables.Column.Text("text", texts)]), folder["whole.parquet"]);
        var source = ParquetTables.Open(folder["large.parquet"]);

        using (var writer = new ParquetTableWriter(folder["parts.parquet"], source.Schema, source.RowLabels))
        {
            foreach (var part in source.Batches())
                writer.Add(part);
            writer.Finish();
        }

        Assert.Equal(File.ReadAllBytes(folder["whole.parquet"]), File.ReadAllBytes(folder["parts.parquet"]));
    }

    [Fact]
    public void A_word_that_the_file_stores_once_is_once_in_memory()
    {
        using var folder = new TemporaryFolder();
        Write(folder["t.parquet"], [.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? "train" : "test")], Compression.Uncompressed);

        var texts = ParquetTables.Read(folder["t.parquet"]).Texts("text");

        Assert.Equal(2, texts.Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public void Of_a_file_with_an_encrypted_column_the_others_are_read()
    {
        using var folder = new TemporaryFolder();
        WriteEncrypted(folder["t.parquet"]);

        var refusal = Assert.Throws<InputException>(() => ParquetTables.Read(folder["t.parquet"], ["secret"]));

        Assert.Equal(["a", "b"], ParquetTables.Read(folder["t.parquet"], ["text"]).Texts("text"));
        Assert.Contains("column 'secret'", refusal.Message);
        Assert.Contains("encrypted", refusal.Message);
    }

    [Theory]
    [InlineData("compression-lz4")]
    [InlineData("compression-zstd")]
    [InlineData("delta")]
    [InlineData("pandas-int-index")]
    [InlineData("small-pages")]
    public void A_file_with_flipped_or_missing_bytes_gives_a_table_or_a_refusal_of_one_line(string dress)
    {
        var whole = File.ReadAllBytes(TestFiles.Golden("parquet", dress + ".parquet"));
        using var folder = new TemporaryFolder();
        var random = new Random(24);

        for (var trial = 0; trial < 200; trial++)
        {
            var bytes = whole.ToArray();
            // Half of the damage is in the footer, where the structure is.
            var at = trial % 2 == 0 ? random.Next(bytes.Length) : bytes.Length - 1 - random.Next(Math.Min(3000, bytes.Length));
            bytes[at] ^= (byte)random.Next(1, 256);
            if (trial % 10 == 9)
                bytes.AsSpan(at, Math.Min(40, bytes.Length - at)).Clear();
            File.WriteAllBytes(folder["t.parquet"], bytes);

            var refusal = Record.Exception(() => ParquetTables.Read(folder["t.parquet"]));

            Assert.True(refusal is null or InputException, $"trial {trial}, byte {at}: {refusal}");
            Assert.DoesNotContain('\n', refusal?.Message ?? "");
            Assert.DoesNotContain("(message:", refusal?.Message ?? "");
        }
    }

    private static void Write(string path, string?[] texts, Compression codec)
    {
        using var writer = new ParquetFileWriter(path, [new Column<string?>("text")], codec);
        using var group = writer.AppendRowGroup();
        using var column = group.NextColumn().LogicalWriter<string?>();
        column.WriteBatch(texts);
        column.Dispose();
        group.Close();
        writer.Close();
    }

    private static void WriteEncrypted(string path)
    {
        byte[] key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        using var secretBuilder = new ColumnEncryptionPropertiesBuilder("secret");
        using var secret = secretBuilder.Key(key).Build();
        using var fileBuilder = new FileEncryptionPropertiesBuilder(key);
        using var encryption = fileBuilder.SetPlaintextFooter().EncryptedColumns([secret]).Build();
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder.Encryption(encryption).Build();
        using var writer = new ParquetFileWriter(path, [new Column<string>("text"), new Column<int>("secret")], properties);
        using var group = writer.AppendRowGroup();
        using (var texts = group.NextColumn().LogicalWriter<string>())
            texts.WriteBatch(["a", "b"]);
        using (var numbers = group.NextColumn().LogicalWriter<int>())
            numbers.WriteBatch([1, 2]);
        group.Close();
        writer.Close();
    }
}
