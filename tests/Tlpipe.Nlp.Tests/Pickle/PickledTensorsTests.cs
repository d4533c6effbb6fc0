// State dicts that PyTorch wrote, and a few that only old versions did, give the tensors that Python gives.
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Pickle;

namespace Tlpipe.Nlp.Tests.Pickle;

public sealed class PickledTensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The digests were computed with Python's own pickle and zipfile modules.</summary>
    [Theory]
    [InlineData("tiny-pretraining/pytorch_model.bin", 47, "4fdf57b84f35504e6d931fb5a5c48ca2a423e9b1c0dda5a09cf3dd81e595c1e8")]
    [InlineData("tiny-pretraining.legacy.bin", 47, "4fdf57b84f35504e6d931fb5a5c48ca2a423e9b1c0dda5a09cf3dd81e595c1e8")]
    [InlineData("tiny-pretraining.gamma-beta.legacy.bin", 48, "774c4b7dc454a2c0ad3aa92aa4f4cd6ccc04e3536e91bc76d6972408be993e94")]
    public void Each_container_gives_the_tensors_that_Python_reads(string name, int count, string digest)
    {
        using var tensors = PickledTensors.Open(TestFiles.Golden(["model", .. name.Split('/')]));

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors.Names.Order(StringComparer.Ordinal))
        {
            var (_, shape, bytes) = tensors.Read(tensor);
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor} {string.Join(',', shape)}\n"));
            hash.AppendData(bytes);
        }

        Assert.Equal(count, tensors.Names.Count);
        Assert.Equal(digest, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void Old_names_hold_the_same_values_as_new_ones()
    {
        using var renamed = PickledTensors.Open(TestFiles.Golden("model", "tiny-pretraining.gamma-beta.legacy.bin"));
        using var plain = PickledTensors.Open(TestFiles.Golden("model", "tiny-pretraining.legacy.bin"));

        foreach (var name in plain.Names)
        {
            var old = name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta");
            Assert.Equal(plain.Read(name).Shape, renamed.Read(old).Shape);
            Assert.Equal(plain.Read(name).Bytes, renamed.Read(old).Bytes);
        }
        Assert.Equal(["bert.embeddings.position_ids"], renamed.Names.Where(n => renamed.Read(n).Type == SafetensorsType.I64));
    }

    [Theory]
    [InlineData("tiny-pretraining/pytorch_model.bin")]
    [InlineData("tiny-pretraining.legacy.bin")]
    public void Two_tensors_that_share_a_storage_are_both_there(string name)
    {
        using var tensors = PickledTensors.Open(TestFiles.Golden(["model", .. name.Split('/')]));

        var embeddings = tensors.Read("bert.embeddings.word_embeddings.weight");
        var decoder = tensors.Read("cls.predictions.decoder.weight");

        Assert.Equal([360, 32], decoder.Shape);
        Assert.Equal(embeddings.Bytes, decoder.Bytes);
    }

    [Fact]
    public void Types_strides_views_scalars_and_empty_tensors_are_those_of_PyTorch()
    {
        using var tensors = PickledTensors.Open(TestFiles.Golden("model", "mixed-dtypes.bin"));
        using var expected = SafetensorsFile.Open(TestFiles.Golden("model", "mixed-dtypes.as-float32.safetensors"));

        Assert.Equal(expected.Entries.Keys.Order(StringComparer.Ordinal), tensors.Names.Order(StringComparer.Ordinal));
        Assert.Equal(["BF16", "F16", "F32", "I64"], tensors.Names.Select(n => tensors.Read(n).Type.Name()).Distinct().Order());
        foreach (var name in tensors.Names)
        {
            var (type, shape, bytes) = tensors.Read(name);
            Assert.Equal(expected.Entries[name].Shape, shape);
            Assert.Equal(expected.ReadBytes(name), AsFloat32(type, bytes));
        }
    }

    [Fact]
    public void Names_come_in_the_order_of_the_file()
    {
        using var tensors = PickledTensors.Open(TestFiles.Golden("model", "mixed-dtypes.bin"));

        Assert.Equal("bert.embeddings.word_embeddings.weight", tensors.Names.First());
        Assert.Equal(["strided", "view", "scalar", "empty", "int"], tensors.Names.TakeLast(5));
    }

    [Fact]
    public void A_tensor_that_is_not_there_is_named()
    {
        using var tensors = PickledTensors.Open(TestFiles.Golden("model", "mixed-dtypes.bin"));

        var error = Assert.Throws<InputException>(() => tensors.Read("bert.nothing"));

        Assert.Contains("mixed-dtypes.bin", error.Message, StringComparison.Ordinal);
        Assert.Contains("it has no tensor 'bert.nothing'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, new long[] { 2, 3 }, new long[] { 3, 1 }, "0 1 2 3 4 5")]
    [InlineData(0, new long[] { 3, 2 }, new long[] { 1, 3 }, "0 3 1 4 2 5")]
    [InlineData(1, new long[] { 2, 2 }, new long[] { 4, 2 }, "1 3 5 7")]
    [InlineData(7, new long[] { 3 }, new long[] { 0 }, "7 7 7")]
    [InlineData(2, new long[] { 1, 3, 1 }, new long[] { 99, 1, 99 }, "2 3 4")]
    [InlineData(5, new long[] { }, new long[] { }, "5")]
    [InlineData(0, new long[] { 2, 2, 2 }, new long[] { 1, 4, 2 }, "0 2 4 6 1 3 5 7")]
    [InlineData(9, new long[] { 3, 0 }, new long[] { 1, 1 }, "")]
    public void Elements_lie_row_by_row_whatever_the_strides(long offset, long[] shape, long[] strides, string expected)
    {
        var path = Write(PickleBytes.Legacy(PickleBytes.DictOf("t", p => p.Tensor(8, offset, shape, strides)), [0, 1, 2, 3, 4, 5, 6, 7]));

        using var tensors = PickledTensors.Open(path);

        Assert.Equal(shape, tensors.Read("t").Shape);
        Assert.Equal(expected, string.Join(' ', PickleBytes.Floats(tensors.Read("t").Bytes)));
    }

    [Fact]
    public void A_view_of_a_storage_begins_where_the_legacy_stream_says()
    {
        var pickle = PickleBytes.DictOf("t", p => p.Tensor(8, 1, [2], [1], view: (3, 4)));
        var path = Write(PickleBytes.Legacy(pickle, [0, 1, 2, 3, 4, 5, 6, 7]));

        using var tensors = PickledTensors.Open(path);

        Assert.Equal([4f, 5f], PickleBytes.Floats(tensors.Read("t").Bytes));
    }

    [Fact]
    public void A_parameter_is_the_tensor_within()
    {
        var pickle = PickleBytes.DictOf("t", p => p.Global("torch._utils", "_rebuild_parameter").Op('(')
            .Tensor(2, 0, [2], [1]).Op(0x88).EmptyOrderedDict().Op('t').Op('R'));

        using var tensors = PickledTensors.Open(Write(PickleBytes.Legacy(pickle, [3, 4])));

        Assert.Equal([3f, 4f], PickleBytes.Floats(tensors.Read("t").Bytes));
    }

    [Fact]
    public void An_OrderedDict_that_Python_2_wrote_as_a_list_of_pairs_is_read()
    {
        var pickle = PickleBytes.New.Global("collections", "OrderedDict").Op(']').Op('(')
            .Op(']').Op('(').Op((byte)'U', 1, (byte)'a').Tensor(2, 0, [1], [1]).Op('e')
            .Op(']').Op('(').Op((byte)'U', 1, (byte)'b').Tensor(2, 1, [1], [1]).Op('e')
            .Op('e').Op(0x85).Op('R').Stop();

        using var tensors = PickledTensors.Open(Write(PickleBytes.Legacy(pickle, [3, 4])));

        Assert.Equal(["a", "b"], tensors.Names);
        Assert.Equal([4f], PickleBytes.Floats(tensors.Read("b").Bytes));
    }

    [Fact]
    public void Entries_that_are_no_tensors_and_the_metadata_of_modules_are_passed_over()
    {
        var pickle = PickleBytes.New.EmptyOrderedDict().Op('(')
            .Text("epoch").Number(3).Text("loss").Op('G').Op(new byte[8]).Text("nothing").Op('N').Text("t").Tensor(1, 0, [1], [1])
            .Text("_metadata").Op('}').Op('u')
            .Op('}').Text("_metadata").EmptyOrderedDict().Op('s').Op('b').Stop();

        using var tensors = PickledTensors.Open(Write(PickleBytes.Legacy(pickle, [3])));

        Assert.Equal(["t"], tensors.Names);
    }

    [Theory]
    [InlineData("little")]
    [InlineData(null)]
    public void A_zip_archive_of_another_writer_is_read_whatever_its_root_is_called(string? byteOrder)
    {
        var pickle = PickleBytes.DictOf("t", p => p.Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage("0", 2, legacy: false)
            .Number(0).Numbers(2).Numbers(1).Op(0x89).EmptyOrderedDict().Op('t').Op('R'));
        (string, byte[])[] order = byteOrder is null ? [] : [("any root/byteorder", Encoding.UTF8.GetBytes(byteOrder))];
        var path = Write(PickleBytes.Zip(CompressionLevel.NoCompression,
            [("any root/data.pkl", pickle), .. order, ("any root/data/0", [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])]));

        using var tensors = PickledTensors.Open(path);

        Assert.Equal([1f, 2f], PickleBytes.Floats(tensors.Read("t").Bytes));
    }

    [Fact]
    public void Only_what_is_asked_for_is_read_into_memory()
    {
        const long count = 16 << 20;
        var small = PickleBytes.Legacy(PickleBytes.DictOf("corner", p => p.Tensor(count, count - 2, [2], [1])), [1]);
        BitConverter.TryWriteBytes(small.AsSpan(small.Length - 12), count);
        var path = Write(small);
        using (var stream = File.OpenWrite(path))
            stream.SetLength(small.Length - 4 + 4 * count);
        var before = GC.GetAllocatedBytesForCurrentThread();

        using var tensors = PickledTensors.Open(path);
        var corner = tensors.Read("corner").Bytes;

        Assert.Equal(8, corner.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private string Write(byte[] bytes)
    {
        File.WriteAllBytes(folder["model.bin"], bytes);
        return folder["model.bin"];
    }

    private static byte[] AsFloat32(SafetensorsType type, byte[] bytes) => type switch
    {
        SafetensorsType.F16 => [.. bytes.Chunk(2).SelectMany(b => BitConverter.GetBytes((float)BitConverter.ToHalf(b)))],
        SafetensorsType.BF16 => [.. bytes.Chunk(2).SelectMany(b => new byte[] { 0, 0, b[0], b[1] })],
        _ => bytes,
    };
}
