// Valid model files with bytes changed or cut off at random: they are read or refused, never anything else.
using System.Diagnostics;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Pickle;

namespace Tlpipe.Nlp.Tests.Pickle;

[Trait(Tier.Name, Tier.All)]
public sealed class MutatedFilesTests : IDisposable
{
    private const int Mutations = 3000;

    /// <summary>Far above what the tensors of these files take, about 0.3 MB; far below what a claimed length could.</summary>
    private const long MostMemory = 40 << 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The ranges are those of the parts that describe the tensors, where a changed byte matters most.</summary>
    [Theory]
    [InlineData("tiny-pretraining/pytorch_model.bin", 5400, 8000)]
    [InlineData("tiny-pretraining.legacy.bin", 7000, 0)]
    [InlineData("tiny-pretraining.gamma-beta.legacy.bin", 7300, 0)]
    [InlineData("mixed-dtypes.bin", 5800, 4200)]
    public void A_mutated_state_dict_is_read_or_refused(string name, int headBytes, int tailBytes)
    {
        var (read, refused) = Mutate(name, headBytes, tailBytes, path =>
        {
            using var tensors = PickledTensors.Open(path);
            foreach (var tensor in tensors.Names)
                tensors.Read(tensor);
        });

        Assert.True(read > 0 && refused > Mutations / 10, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_mutated_safetensors_file_is_read_or_refused()
    {
        var (read, refused) = Mutate("mixed-dtypes.as-float32.safetensors", 5000, 0, path =>
        {
            using var file = SafetensorsFile.Open(path);
            foreach (var tensor in file.Entries.Keys)
                file.ReadBytes(tensor);
        });

        Assert.True(read > 0 && refused > Mutations / 10, $"{read} read, {refused} refused");
    }

    private (int Read, int Refused) Mutate(string name, int headBytes, int tailBytes, Action<string> readAll)
    {
        var original = File.ReadAllBytes(TestFiles.Golden(["model", .. name.Split('/')]));
        var random = new System.Random(20240611);
        var (read, refused) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            File.WriteAllBytes(folder["model"], Mutant(original, random, headBytes, tailBytes));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            try
            {
                readAll(folder["model"]);
                read++;
            }
            catch (InputException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
            // Not a measure of speed: a hang takes longer on any machine.
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        }
        return (read, refused);
    }

    private static byte[] Mutant(byte[] original, System.Random random, int headBytes, int tailBytes)
    {
        if (random.Next(10) == 0)
            return original[..random.Next(original.Length)];
        var mutant = (byte[])original.Clone();
        for (var flips = random.Next(1, 5); flips > 0; flips--)
        {
            var at = random.Next(8) == 0 ? random.Next(mutant.Length) : random.Next(headBytes + tailBytes);
            if (at >= headBytes && at < headBytes + tailBytes)
                at = mutant.Length - 1 - (at - headBytes);
            mutant[at] = random.Next(3) switch
            {
                0 => (byte)(mutant[at] ^ 1 << random.Next(8)),
                1 => (byte)random.Next(256),
                _ => random.Next(2) == 0 ? (byte)0xff : (byte)0,
            };
        }
        return mutant;
    }
}
