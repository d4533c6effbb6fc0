// Checkpoints: the newest whole one counts.
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Store;

public sealed class CheckpointTests : IDisposable
{
    private static readonly string Key = TestStore.Document(1).Key;
    private readonly TestStore test = new();

    public void Dispose() => test.Dispose();

    private ICheckpoints Checkpoints => test.Store.Checkpoints(Key, TimeSpan.FromMinutes(5));

    private string Folder => Path.Combine(test.Store.Root, "partial", Key);

    [Fact]
    public void There_is_none_before_one_is_saved() => Assert.Null(Checkpoints.Newest);

    [Fact]
    public void The_interval_is_the_one_given() => Assert.Equal(TimeSpan.FromMinutes(5), Checkpoints.Interval);

    [Fact]
    public void A_saved_checkpoint_is_the_newest()
    {
        Save(123, "weights");

        var newest = Checkpoints.Newest;

        Assert.Equal(Path.Combine(Folder, "step-000000123"), newest);
        Assert.Equal("weights", File.ReadAllText(Path.Combine(newest!, "sub", "model.bin")));
    }

    [Fact]
    public void Steps_are_ordered_as_numbers()
    {
        Save(999_999_999, "older");
        Save(1_000_000_000, "newer");

        Assert.Equal(Path.Combine(Folder, "step-1000000000"), Checkpoints.Newest);
    }

    [Fact]
    public void The_newest_two_are_kept()
    {
        Save(1, "one");
        Save(2, "two");
        Save(3, "three");

        Assert.Equal(["step-000000002", "step-000000003"], Entries());
    }

    [Fact]
    public void A_step_saved_again_replaces_the_first()
    {
        Save(1, "one");
        Save(2, "two");
        Save(2, "two again");

        Assert.Equal("two again", File.ReadAllText(Path.Combine(Checkpoints.Newest!, "sub", "model.bin")));
        Assert.Equal(["step-000000001", "step-000000002"], Entries());
    }

    [Fact]
    public void A_checkpoint_whose_writing_fails_does_not_count_and_leaves_nothing()
    {
        Save(1, "one");

        Assert.Throws<InvalidOperationException>(() => Checkpoints.Save(2, folder =>
        {
            TestStore.Write(Path.Combine(folder, "model.bin"), "hal");
            throw new InvalidOperationException("stopped");
        }));

        Assert.EndsWith("step-000000001", Checkpoints.Newest, StringComparison.Ordinal);
        Assert.Equal(["step-000000001"], Entries());
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("sub/model.bin")]
    public void A_checkpoint_that_lacks_a_file_is_skipped(string name)
    {
        Save(1, "one");
        Save(2, "two");
        File.Delete(Path.Combine(Folder, "step-000000002", name));

        Assert.EndsWith("step-000000001", Checkpoints.Newest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("sub/model.bin")]
    public void A_checkpoint_with_a_truncated_file_is_skipped(string name)
    {
        Save(1, "one");
        Save(2, "two");
        TestStore.Truncate(Path.Combine(Folder, "step-000000002", name));

        Assert.EndsWith("step-000000001", Checkpoints.Newest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_with_a_flipped_bit_is_skipped()
    {
        Save(1, "one");
        Save(2, "two");
        TestStore.FlipBit(Path.Combine(Folder, "step-000000002", "sub", "model.bin"));

        Assert.EndsWith("step-000000001", Checkpoints.Newest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_under_the_name_of_another_step_is_skipped()
    {
        Save(1, "one");
        Directory.Move(Path.Combine(Folder, "step-000000001"), Path.Combine(Folder, "step-000000009"));

        Assert.Null(Checkpoints.Newest);
    }

    [Fact]
    public void There_is_none_where_all_are_damaged()
    {
        Save(1, "one");
        Save(2, "two");
        foreach (var model in Directory.GetFiles(Folder, "model.bin", SearchOption.AllDirectories))
            TestStore.FlipBit(model);

        Assert.Null(Checkpoints.Newest);
    }

    [Fact]
    public void A_damaged_later_checkpoint_does_not_push_out_a_whole_one()
    {
        Save(5, "five");
        Save(10, "ten");
        TestStore.FlipBit(Path.Combine(Folder, "step-000000010", "sub", "model.bin"));

        Save(6, "six");

        Assert.Equal(["step-000000005", "step-000000006"], Entries());
    }

    [Fact]
    public void What_a_killed_process_had_half_written_does_not_count_and_goes_with_the_next_save()
    {
        Save(1, "one");
        TestStore.Write(Path.Combine(Folder, "draft-0123", "sub", "model.bin"), "hal");

        var newest = Checkpoints.Newest;
        Save(2, "two");

        Assert.EndsWith("step-000000001", newest, StringComparison.Ordinal);
        Assert.Equal(["step-000000001", "step-000000002"], Entries());
    }

    [Fact]
    public void A_file_called_like_the_manifest_is_refused() =>
        Assert.Throws<ArgumentException>(() => Checkpoints.Save(1, folder => TestStore.Write(Path.Combine(folder, "manifest.json"), "{}")));

    [Fact]
    public void Discarding_removes_the_checkpoints_of_that_key_only()
    {
        Save(1, "one");
        test.Store.Checkpoints(TestStore.Document(2).Key, TimeSpan.Zero).Save(1, folder => TestStore.Write(Path.Combine(folder, "model.bin"), "other"));

        test.Store.Discard(Key);

        Assert.Null(Checkpoints.Newest);
        Assert.False(Directory.Exists(Folder));
        Assert.NotNull(test.Store.Checkpoints(TestStore.Document(2).Key, TimeSpan.Zero).Newest);
    }

    private void Save(long step, string content) => Checkpoints.Save(step, folder => TestStore.Write(Path.Combine(folder, "sub", "model.bin"), content));

    private IEnumerable<string> Entries() => Directory.GetFileSystemEntries(Folder).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal);
}
