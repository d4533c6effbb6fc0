// Files that are broken, of another kind, or meant to do harm are refused in one line, at once, and nothing happens.
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Pickle;

namespace Tlpipe.Nlp.Tests.Pickle;

public sealed class HostileFilesTests : IDisposable
{
    private const long MostMemory = 50 << 20;
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(100);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("empty.bin", "it is empty")]
    [InlineData("git-lfs-pointer.bin", "it is a Git LFS pointer, not the file itself; run 'git lfs pull'")]
    [InlineData("reads-the-environment.bin", "asks for the global 'os.getenv'")]
    [InlineData("runs-a-command.bin", "asks for the global 'posix.system'")]
    [InlineData("runs-a-command.legacy.bin", "asks for the global 'posix.system'")]
    [InlineData("truncated-legacy.bin", "it is cut off in its storage")]
    [InlineData("truncated-zip.bin", "it is cut off: its zip archive has no directory")]
    public void A_hostile_state_dict_is_refused_at_once(string name, string reason)
    {
        var path = TestFiles.Golden("hostile", name);
        var filesBefore = Directory.GetFiles(Environment.CurrentDirectory);

        // The best of several: the first pays for compilation, and others share the machine.
        var fastest = Enumerable.Range(0, 5).Min(_ => Time(() => Refused(path, reason)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(path, reason);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        Assert.InRange(fastest, TimeSpan.Zero, MostTime);
        Assert.Equal(filesBefore, Directory.GetFiles(Environment.CurrentDirectory));
    }

    [Theory]
    [InlineData("duplicate-key", "its header is not what safetensors writes")]
    [InlineData("header-huge", "its header claims 9223372036854775808 bytes")]
    [InlineData("header-longer-than-file", "its header claims 1000000000 bytes")]
    [InlineData("hole", "there is a hole before 'b'")]
    [InlineData("negative-offset", "'a' has offsets outside the file")]
    [InlineData("not-json", "its header is not a JSON object")]
    [InlineData("overlap", "'b' overlaps another tensor")]
    [InlineData("seven-bytes", "it is shorter than a header")]
    [InlineData("shape-overflow", "the shape of 'a' does not fit its offsets")]
    [InlineData("size-mismatch", "the shape of 'a' does not fit its offsets")]
    [InlineData("trailing-bytes", "bytes follow its last tensor")]
    [InlineData("truncated-body", "it ends before its last tensor does")]
    [InlineData("unknown-dtype", "'a' has the element type 'Q7'")]
    public void A_hostile_safetensors_file_is_refused(string name, string reason)
    {
        var path = TestFiles.Golden("hostile", $"{name}.safetensors");

        var fastest = Enumerable.Range(0, 5).Min(_ => Time(() => Assert.Throws<InputException>(() => SafetensorsFile.Open(path))));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InputException>(() => SafetensorsFile.Open(path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        Assert.InRange(fastest, TimeSpan.Zero, MostTime);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void Every_hostile_file_of_the_goldens_is_among_these_tests()
    {
        var files = Directory.GetFiles(TestFiles.Golden("hostile")).Select(f => Path.GetExtension(f)).CountBy(e => e).OrderBy(e => e.Key);

        Assert.Equal([new(".bin", 7), new(".json", 1), new(".safetensors", 13)], files);
    }

    [Fact]
    public void A_name_that_would_break_the_line_is_made_harmless_in_a_header_too()
    {
        var header = """{"a\u000ab\u001b[31m":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"""u8;
        File.WriteAllBytes(folder["model"], [.. BitConverter.GetBytes((ulong)header.Length), .. header, 0, 0, 0, 0]);

        var error = Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["model"]));

        Assert.Contains("the shape of 'a?b?[31m' does not fit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_all_brackets_takes_no_more_memory_than_its_bytes()
    {
        var header = new byte[16 << 20];
        header.AsSpan().Fill((byte)'[');
        "{\"a\":"u8.CopyTo(header);
        File.WriteAllBytes(folder["model"], [.. BitConverter.GetBytes((ulong)header.Length), .. header]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InputException>(() => SafetensorsFile.Open(folder["model"]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, header.Length + (1 << 20));
    }

    [Fact]
    public void A_file_that_is_missing_is_refused() => Refused(folder["nowhere.bin"], "does not exist");

    [Fact]
    public void A_tar_archive_is_refused_by_name()
    {
        var tar = new byte[1024];
        "storages"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));

        Refused(tar, "it is a tar archive");
    }

    [Fact]
    public void A_file_of_another_kind_is_refused() =>
        Refused("<!DOCTYPE html><title>404</title>"u8.ToArray(), "it is neither the zip archive nor the legacy stream");

    [Fact]
    public void A_TorchScript_archive_is_refused_by_name() =>
        Refused(Zip(("m/data.pkl", Plain()), ("m/constants.pkl", Plain())), "it is a TorchScript archive");

    [Fact]
    public void A_zip_archive_without_a_pickle_is_refused() =>
        Refused(Zip(("word/document.xml", [1])), "it is a zip archive with no data.pkl");

    [Fact]
    public void A_zip_archive_with_two_pickles_is_refused() =>
        Refused(Zip(("a/data.pkl", Plain()), ("b/data.pkl", Plain())), "more than one data.pkl");

    [Fact]
    public void A_zip_archive_with_one_name_twice_is_refused() =>
        Refused(Zip(("a/data.pkl", Plain()), ("a/data.pkl", Plain())), "has 'a/data.pkl' twice");

    [Fact]
    public void Entries_that_overlap_are_refused()
    {
        // A second entry's header and bytes lie within the first entry's; the directory is bent to point there.
        var inner = Zip(("m/data/1", new byte[8]));
        var outer = Zip(("m/data.pkl", Plain()), ("m/data/0", inner), ("m/data/1", new byte[8]));
        var field = outer.AsSpan().LastIndexOf("m/data/1"u8) - 4;
        BitConverter.TryWriteBytes(outer.AsSpan(field), outer.AsSpan().IndexOf("m/data/1"u8) - 30);

        Refused(outer, "entries of its zip archive overlap");
    }

    [Theory]
    [InlineData(20, "its zip archive is broken")]
    [InlineData(8, "is compressed or encrypted")]
    [InlineData(42, "its zip archive is broken")]
    public void A_directory_that_contradicts_its_entries_is_refused(int field, string reason)
    {
        var bytes = Zip(("m/data.pkl", Plain()));
        bytes[bytes.AsSpan().IndexOf("PK\x01\x02"u8) + field] ^= 1;

        Refused(bytes, reason);
    }

    [Fact]
    public void A_compressed_zip_archive_is_refused() =>
        Refused(PickleBytes.Zip(CompressionLevel.SmallestSize, ("m/data.pkl", new byte[1000])), "'m/data.pkl' is compressed");

    [Theory]
    [InlineData("big", "it was written on a big-endian machine")]
    [InlineData("middle", "it names the byte order 'middle'")]
    public void A_zip_archive_of_another_byte_order_is_refused(string order, string reason) =>
        Refused(Zip(("m/data.pkl", Plain()), ("m/byteorder", Encoding.UTF8.GetBytes(order))), reason);

    [Fact]
    public void A_legacy_stream_of_a_big_endian_machine_is_refused()
    {
        var bytes = PickleBytes.Legacy(Plain());
        var flag = bytes.AsSpan().IndexOf("little_endian"u8) + "little_endian"u8.Length;
        bytes[flag] = 0x89;

        Refused(bytes, "it was written on a big-endian machine");
    }

    [Fact]
    public void A_zip_archive_that_lacks_a_storage_is_refused() =>
        Refused(Zip(("m/data.pkl", OneTensor(2)), ("m/data/1", new byte[8])), "it lacks the storage '0'");

    [Fact]
    public void A_storage_of_another_size_is_refused() =>
        Refused(Zip(("m/data.pkl", OneTensor(2)), ("m/data/0", new byte[12])), "its storage '0' has 12 bytes and not 8");

    [Theory]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_tensor")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("collections", "OrderedDict.update")]
    public void A_global_that_no_state_dict_needs_is_named(string module, string name) =>
        Refused(Legacy(PickleBytes.DictOf("t", p => p.Global(module, name))), $"asks for the global '{module}.{name}'");

    [Fact]
    public void A_name_that_would_break_the_line_is_made_harmless() =>
        Refused(Legacy(PickleBytes.DictOf("t", p => p.Global("a\rb", new string('x', 200)))), "the global 'a?b.xxx");

    /// <summary>
    /// INST, OBJ, NEWOBJ, EXT1, PERSID, STACK_GLOBAL, NEXT_BUFFER, FRAME, INT, POP, DUP, LONG4, BINBYTES, MEMOIZE, EMPTY_SET.
    /// </summary>
    [Theory]
    [InlineData('i'), InlineData('o'), InlineData(0x81), InlineData(0x82), InlineData('P'), InlineData(0x93)]
    [InlineData(0x97), InlineData(0x95)]
    [InlineData('I'), InlineData('0'), InlineData('2'), InlineData(0x8b), InlineData('B'), InlineData(0x94), InlineData(0x8f)]
    public void An_opcode_that_no_state_dict_needs_is_refused(int opcode) =>
        Refused(Legacy(PickleBytes.New.Op('}').Op((byte)opcode).Stop()), $"uses the opcode 0x{opcode:x2}");

    [Theory]
    [InlineData(0, 0x80, 4, "has protocol 4")]
    [InlineData(0, 'h', 7, "recalls 7, which it never stored")]
    [InlineData(0, 't', '.', "takes what it never gave")]
    [InlineData(0, 'R', '.', "takes what it never gave")]
    [InlineData('N', 'N', 'R', "calls what is not a function")]
    [InlineData('}', 'N', 'a', "appends to what is not a list")]
    [InlineData(']', 'N', 'b', "gives a state to what is not an OrderedDict")]
    [InlineData('}', 'N', 'Q', "a persistent id that names no storage")]
    [InlineData('}', '}', '.', "ends with other than one object")]
    [InlineData('(', 'N', '.', "ends with other than one object")]
    [InlineData('N', ']', '.', "ends with other than one object")]
    public void A_pickle_that_makes_no_sense_is_refused(int first, int second, int third, string reason) =>
        Refused(Legacy(PickleBytes.New.Op((byte)(first == 0 ? '}' : first)).Op((byte)second, (byte)third).Stop()), reason);

    [Theory]
    [InlineData(2, 0, new long[] { 3 }, new long[] { 1 }, "reaches past the end of its storage '0'")]
    [InlineData(2, 1, new long[] { 2 }, new long[] { 1 }, "reaches past the end of its storage '0'")]
    [InlineData(2, 2, new long[] { }, new long[] { }, "reaches past the end of its storage '0'")]
    [InlineData(2, -1, new long[] { 1 }, new long[] { 1 }, "not a number from 0 up")]
    [InlineData(2, 0, new long[] { -1 }, new long[] { 1 }, "not a number from 0 up")]
    [InlineData(2, 1, new long[] { 2 }, new long[] { -1 }, "not a number from 0 up")]
    [InlineData(2, 0, new long[] { 1 }, new long[] { }, "other arguments than PyTorch writes")]
    [InlineData(2, 0, new long[] { 1L << 62, 1L << 62 }, new long[] { 0, 0 }, "are too large")]
    [InlineData(2, 0, new long[] { 1L << 32, 1 }, new long[] { 1L << 32, 1 }, "are too large")]
    [InlineData(2, long.MaxValue, new long[] { 2 }, new long[] { 1 }, "are too large")]
    [InlineData(2, 0, new long[] { 1L << 40 }, new long[] { 0 }, "more than the file has")]
    [InlineData(1L << 40, 0, new long[] { 1 }, new long[] { 1 }, "more than the file has")]
    [InlineData(-1, 0, new long[] { 0 }, new long[] { 1 }, "more than the file has")]
    [InlineData(3, 0, new long[] { 1 }, new long[] { 1 }, "its storage '0' has another size than its tensors tell")]
    public void A_tensor_outside_of_its_storage_is_refused(long count, long offset, long[] shape, long[] strides, string reason) =>
        Refused(PickleBytes.Legacy(PickleBytes.DictOf("t", p => p.Tensor(count, offset, shape, strides)), [1, 2]), reason);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(-1, 1)]
    [InlineData(3, 0)]
    [InlineData(1, long.MaxValue)]
    public void A_view_outside_of_its_storage_is_refused(long start, long length) =>
        Refused(
            PickleBytes.Legacy(PickleBytes.DictOf("t", p => p.Tensor(2, 0, [1], [1], (start, length))), [1, 2]),
            "a view of the storage '0' lies outside");

    [Fact]
    public void A_dict_within_the_dict_is_refused() =>
        Refused(
            PickleBytes.Legacy(PickleBytes.DictOf("state_dict", p => p.Op('}').Text("t").Tensor(1, 0, [1], [1]).Op('s')), [1]),
            "it holds a dict within its dict, at 'state_dict'");

    [Fact]
    public void A_pickle_of_something_else_is_refused() =>
        Refused(Legacy(PickleBytes.New.Op(']').Stop()), "it holds something else than a dict of tensors");

    [Fact]
    public void A_dict_without_tensors_is_refused() => Refused(Legacy(Plain()), "it holds no tensors");

    [Fact]
    public void A_name_that_is_there_twice_is_refused()
    {
        var pickle = PickleBytes.New.Op('}').Op('(').Text("t").Tensor(1, 0, [1], [1]).Text("t").Tensor(1, 0, [1], [1]).Op('u').Stop();

        Refused(PickleBytes.Legacy(pickle, [1]), "it holds the tensor 't' twice");
    }

    [Fact]
    public void Bytes_after_the_last_storage_are_refused() =>
        Refused([.. PickleBytes.Legacy(PickleBytes.DictOf("t", p => p.Tensor(1, 0, [1], [1])), [1]), 0], "bytes follow its last storage");

    [Fact]
    public void Text_that_claims_four_gigabytes_takes_no_memory() =>
        RefusedInLittleMemory(Legacy(PickleBytes.New.Op('X').Op(0xff, 0xff, 0xff, 0xff).Stop()), "its pickle is cut off");

    [Fact]
    public void A_pickle_that_never_ends_is_refused() =>
        RefusedInLittleMemory(Legacy([0x80, 2, .. Enumerable.Repeat((byte)'}', 3_000_000)]), "takes more than 500000 steps");

    [Fact]
    public void A_list_made_into_a_dict_again_and_again_is_refused()
    {
        // Each round costs six bytes of the pickle and 200,000 pairs of work.
        var bomb = PickleBytes.New.Global("collections", "OrderedDict").Op((byte)'q', 0).Op(']').Op('(')
            .Op('N').Op('N').Op(0x86).Op((byte)'q', 1);
        for (var i = 0; i < 200_000; i++)
            bomb.Op((byte)'h', 1);
        bomb.Op('e').Op((byte)'q', 2);
        for (var i = 0; i < 50_000; i++)
            bomb.Op((byte)'h', 0).Op((byte)'h', 2).Op(0x85).Op('R');

        RefusedInLittleMemory(Legacy(bomb.Stop()), "takes more than 500000 steps");
    }

    [Fact]
    public void Tensors_that_claim_a_storage_a_thousand_times_are_refused()
    {
        var pickle = PickleBytes.New.Op('}').Op('(').Text("t").Tensor(100_000, 0, [100_000], [1]).Op((byte)'q', 0);
        for (var i = 0; i < 1000; i++)
            pickle.Text($"t{i}").Op((byte)'h', 0);

        Refused(PickleBytes.Legacy(pickle.Op('u').Stop(), new float[100_000]), "claim more than 64 times the bytes of the file");
    }

    private static byte[] Plain() => PickleBytes.New.Op('}').Stop();

    private static byte[] OneTensor(long count) =>
        PickleBytes.DictOf("t", p => p.Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage("0", count, legacy: false)
            .Number(0).Numbers(count).Numbers(1).Op(0x89).EmptyOrderedDict().Op('t').Op('R'));

    private static byte[] Legacy(byte[] pickle) => PickleBytes.Legacy(pickle);

    private static byte[] Zip(params (string, byte[])[] entries) => PickleBytes.Zip(CompressionLevel.NoCompression, entries);

    private static TimeSpan Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed;
    }

    private void RefusedInLittleMemory(byte[] bytes, string reason)
    {
        var path = Write(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();

        Refused(path, reason);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
        // Not a measure of speed: a hang takes longer on any machine.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    private void Refused(byte[] bytes, string reason) => Refused(Write(bytes), reason);

    private static void Refused(string path, string reason)
    {
        var error = Assert.Throws<InputException>(() => PickledTensors.Open(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("; ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    private string Write(byte[] bytes)
    {
        File.WriteAllBytes(folder["model.bin"], bytes);
        return folder["model.bin"];
    }
}
