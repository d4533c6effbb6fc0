// Every step that publishing and checkpointing take fails once, in every way: a clear error or a recomputation, never a wrong result.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

public sealed class FaultTests : IDisposable
{
    private static readonly (string, string)[] Files = [("a/x", "some text"), ("a/deep/y", "other text"), ("b/z", "some text")];
    private static readonly string Key = TestStore.Document(1).Key;
    private readonly TemporaryFolder folder = new();

    public static TheoryData<Fault> Faults { get; } = [.. Enum.GetValues<Fault>()];

    public static TheoryData<Fault> FaultsThatAreTold { get; } = [.. Enum.GetValues<Fault>().Where(f => f != Fault.SilentShortWrite)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(FaultsThatAreTold))]
    public void A_publishing_that_fails_at_any_step_leaves_a_whole_result_or_none_and_can_be_repeated(Fault fault)
    {
        var undisturbed = new TestStore(folder["undisturbed"], FaultyFiles.Never).Publish(1, Files);
        var failures = 0;

        for (var step = 0; ; step++)
        {
            var files = new FaultyFiles(step, fault);
            var place = folder[$"store-{step}"];
            var error = Record.Exception(() => new TestStore(place, files).Publish(1, Files));
            if (error is not null)
                Assert.Equal(ErrorCode.Store, Assert.Single(Assert.IsType<PipelineException>(error).Diagnostics).Code);
            var sound = new TestStore(place, FaultyFiles.Never);
            var left = sound.Store.Find(Key);
            if (left is not null)
                AssertWhole(sound.Store, left, undisturbed);

            var again = sound.Publish(1, Files);

            AssertWhole(sound.Store, again, undisturbed);
            failures += files.HasFailed ? 1 : 0;
            if (step >= files.Steps)
                break;
        }
        Assert.True(failures > 0);
    }

    /// <summary>A silent loss of bytes is detected when they are used, not before; the result is computed again.</summary>
    [Fact]
    public void Bytes_lost_without_a_word_are_noticed_on_use()
    {
        var whole = new TestStore(folder["undisturbed"], FaultyFiles.Never).Publish(1, Files);
        var noticed = 0;

        for (var step = 0; ; step++)
        {
            var files = new FaultyFiles(step, Fault.SilentShortWrite);
            var place = folder[$"store-{step}"];
            // Damage to FORMAT is an error at once; damage elsewhere is not an error yet.
            if (Record.Exception(() => new TestStore(place, files).Publish(1, folder[$"elsewhere-{step}"], Files)) is null)
            {
                var sound = ResultStore.Open(place, FaultyFiles.Never);
                if (sound.Find(Key) is { } found && Record.Exception(() => Use(sound, found)) is null)
                    AssertWhole(sound, found, whole);
                else
                    noticed++;
                var again = new TestStore(place, FaultyFiles.Never).Publish(1, Files);
                AssertWhole(sound, again, whole);
            }
            if (step >= files.Steps)
                break;
        }
        Assert.True(noticed > 0);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_checkpoint_that_fails_at_any_step_leaves_the_one_before_it(Fault fault)
    {
        var failures = 0;
        for (var step = 0; ; step++)
        {
            var place = folder[$"store-{step}"];
            var first = ResultStore.Open(place, FaultyFiles.Never);
            Save(first, 1, "one");
            var files = new FaultyFiles(step, fault);
            var error = Record.Exception(() => Save(ResultStore.Open(place, files), 2, "two"));

            var newest = first.Checkpoints(Key, TimeSpan.Zero).Newest;

            Assert.True(error is null or IOException);
            Assert.NotNull(newest);
            var content = File.ReadAllText(Path.Combine(newest, "model"));
            Assert.Equal(newest.EndsWith('2') ? "two" : "one", content);
            if (error is null && fault != Fault.SilentShortWrite)
                Assert.Equal("two", content);
            failures += files.HasFailed ? 1 : 0;
            Save(first, 3, "three");
            Assert.Equal("three", File.ReadAllText(Path.Combine(first.Checkpoints(Key, TimeSpan.Zero).Newest!, "model")));
            if (step >= files.Steps)
                break;
        }
        Assert.True(failures > 0 || fault is Fault.OtherFileSystem);
    }

    [Fact]
    public void A_blob_that_the_disk_cannot_read_is_moved_aside_and_computed_again()
    {
        var sound = new TestStore(folder["store"], FaultyFiles.Never);
        var result = sound.Publish(1, ("a/x", "text"));
        // Reading the record fails, or the step after it; opening takes no steps.
        var broken = ResultStore.Open(folder["store"], new FaultyFiles(0, Fault.InputOutput));

        Assert.Throws<DamagedResultException>(() => broken.Lay(result, "a", folder["input"]));

        Assert.Null(sound.Store.Find(result.Key));
        sound.Publish(1, ("a/x", "text"));
        sound.Store.Lay(sound.Store.Find(result.Key)!, "a", folder["input"]);
        Assert.Equal("text", File.ReadAllText(folder["input/x"]));
    }

    [Fact]
    public void A_store_that_cannot_be_written_to_says_so_in_one_line()
    {
        Directory.CreateDirectory(folder["store"]);

        var error = Assert.Throws<PipelineException>(() => ResultStore.Open(folder["store"], new FaultyFiles(0, Fault.ReadOnly)));

        Assert.Equal($"error TL0404: the store {folder["store"]} cannot be opened: Read-only file system", error.Message);
    }

    private static void Save(ResultStore store, long step, string content) =>
        store.Checkpoints(Key, TimeSpan.Zero).Save(step, folder => File.WriteAllText(Path.Combine(folder, "model"), content));

    private static void AssertWhole(ResultStore store, StoredResult result, StoredResult like)
    {
        Assert.Equal(
            like.Outputs.OrderBy(o => o.Key).Select(o => (o.Key, o.Value.Digest, string.Join(' ', o.Value.Files))),
            result.Outputs.OrderBy(o => o.Key).Select(o => (o.Key, o.Value.Digest, string.Join(' ', o.Value.Files))));
        Use(store, result);
    }

    private static void Use(ResultStore store, StoredResult result)
    {
        foreach (var (name, output) in result.Outputs)
            foreach (var file in output.Files)
                store.Verify(result.Key, name, file);
    }
}
