// Event files for TensorBoard, read by an independent parser.
using System.Buffers.Binary;
using System.Text.Json;
using Tlpipe.Report;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class TensorBoardTests
{
    [Fact]
    public void Every_training_has_an_event_file_with_what_it_logged()
    {
        using var experiment = TinyExperiment.Completed();

        foreach (var stage in new[] { "domain", "random", "finetuned" })
        {
            var file = Assert.Single(Directory.GetFiles(experiment["outputs", "tiny", "tensorboard", stage], "events.out.tfevents.*"));
            var read = Read(file).Where(e => e.Summary is not null).Select(e => (e.Step, e.Summary.Value[0].Tag, e.Summary.Value[0].SimpleValue)).ToHashSet();

            using var state = JsonDocument.Parse(File.ReadAllText(experiment["outputs", "tiny", stage, "log", "trainer_state.json"]));
            var logged = 0;
            foreach (var entry in state.RootElement.GetProperty("log_history").EnumerateArray())
                foreach (var (name, tag) in new[] { ("loss", "train/loss"), ("learning_rate", "train/learning_rate"), ("grad_norm", "train/grad_norm"), ("eval_loss", "eval/loss"), ("eval_accuracy", "eval/accuracy") })
                    if (entry.TryGetProperty(name, out var value))
                    {
                        logged++;
                        Assert.Contains((entry.GetProperty("step").GetInt64(), tag, (float)value.GetDouble()), read);
                    }
            Assert.True(logged > 1, $"{stage} logged {logged} figures");
        }
    }

    [Fact]
    public void The_same_run_again_leaves_the_files_as_they_are_and_deleted_ones_come_back()
    {
        using var experiment = TinyExperiment.Completed();
        var file = Assert.Single(Directory.GetFiles(experiment["outputs", "tiny", "tensorboard", "domain"]));
        var before = File.ReadAllBytes(file);
        File.Delete(file);

        experiment.Run();

        Assert.Equal(before, File.ReadAllBytes(Assert.Single(Directory.GetFiles(experiment["outputs", "tiny", "tensorboard", "domain"]))));
    }

    [Fact]
    public void A_full_disk_while_they_are_written_is_a_warning_and_the_run_stays_one_that_ended_well()
    {
        using var experiment = TinyExperiment.Completed();
        Directory.Delete(experiment["outputs", "tiny", "tensorboard"], recursive: true);

        var ended = TlpipeProcess.RunShell(experiment.Folder, $"unshare -rm bash -c '{WithFullDisk("outputs/tiny/tensorboard")} tlpipe run {TinyExperiment.ConfigPath}'");
        Assert.SkipWhen(ended.ExitCode == 77 || ended.Errors.StartsWith("unshare", StringComparison.Ordinal), "no file system can be mounted here");
        var again = experiment.Run();

        Assert.Equal(0, ended.ExitCode);
        Assert.StartsWith("warning: no event files for TensorBoard: No space left on device", Assert.Single(ended.ErrorLines));
        Assert.Contains("eval_accuracy", ended.Output);
        Assert.Empty(again.Errors);
        Assert.Single(Directory.GetFiles(experiment["outputs", "tiny", "tensorboard", "domain"]));
    }

    [Fact]
    public void Where_no_folder_can_be_made_for_them_it_is_the_same_warning()
    {
        using var experiment = TinyExperiment.Completed();
        Directory.Delete(experiment["outputs", "tiny", "tensorboard"], recursive: true);
        File.WriteAllText(experiment["outputs", "tiny", "tensorboard"], "a file");

        var ended = experiment.Run();

        Assert.StartsWith("warning: no event files for TensorBoard: ", Assert.Single(ended.ErrorLines));
    }

    /// <summary>Makes a folder a file system of its own, of a few pages that are all taken.</summary>
    private static string WithFullDisk(string folder) =>
        $"mkdir -p {folder} && mount -t tmpfs -o size=16k tmpfs {folder} || exit 77; head -c 64k /dev/zero > {folder}/full 2>/dev/null;";

    // RFC 3720, appendix B.4, and the check value of CRC-32C over the digits 1 to 9.
    [Theory]
    [InlineData("313233343536373839", 0xe3069283)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8a9136aa)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 0x62a8ab43)]
    public void Checksums_are_CRC_32C(string data, uint expected) => Assert.Equal(expected, EventFile.Crc32C(Convert.FromHexString(data)));

    /// <summary>TFRecords as their format says, checksums bit by bit; events by the classes that TorchSharp generated from TensorFlow's definitions.</summary>
    private static List<Tensorboard.Event> Read(string path)
    {
        var events = new List<Tensorboard.Event>();
        var bytes = File.ReadAllBytes(path).AsSpan();
        while (bytes.Length > 0)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(Masked(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            var data = bytes.Slice(12, length);
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            events.Add(Tensorboard.Event.Parser.ParseFrom(data.ToArray()));
            bytes = bytes[(16 + length)..];
        }
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        return events;
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var next in data)
        {
            crc ^= next;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82f63b78;
        }
        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8);
    }
}
