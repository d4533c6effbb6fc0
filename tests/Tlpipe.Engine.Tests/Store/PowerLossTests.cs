// A power loss after any step: unsynced data is lost, or kept in part. Everything that was reported as done is kept.
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

public sealed class PowerLossTests : IDisposable
{
    private static readonly (string, string)[] Files = [("a/x", "some text"), ("a/deep/y", "other text"), ("b/z", "some text")];
    private readonly TemporaryFolder folder = new();
    private int losses;

    public static TheoryData<Kept> AllKept { get; } = [.. Enum.GetValues<Kept>()];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(AllKept))]
    public void Publishing_leaves_whole_results_and_loses_none_that_was_published(Kept kept)
    {
        var disk = new ForgetfulDisk(folder["disk"]);
        var published = new List<StoredResult>();
        disk.AfterStep = d => AfterLoss(d, kept, store =>
        {
            foreach (var result in published)
                AssertWhole(store, store.Find(result.Key) ?? throw new InvalidOperationException("a published result is lost"), result);
            // A result that was being published is either complete or absent, and can be published again.
            foreach (var seed in Enumerable.Range(1, 4))
                if (store.Find(TestStore.Document(seed).Key) is { } found)
                    Use(store, found);
        });
        var store = new TestStore(folder["disk/deep/store"], disk);

        foreach (var seed in Enumerable.Range(1, 3))
            published.Add(store.Publish(seed, [.. Files, ($"c/{seed}", $"text {seed}")]));

        Assert.InRange(losses, 60, 1000);
    }

    /// <summary>Every sync is needed: without any one of them the tests above would fail.</summary>
    [Theory]
    [InlineData("^store$")]
    [InlineData("^store/FORMAT")]
    [InlineData("^store/tmp/.*/a/x$")]
    [InlineData("^store/cas/..$")]
    [InlineData("^store/cas$")]
    [InlineData("^store/tmp/.*/record-.*$")]
    [InlineData("^store/results$")]
    [InlineData("^store/results/..$")]
    public void Publishing_without_one_of_its_syncs_would_lose_a_result(string sync)
    {
        var disk = new ForgetfulDisk(folder["disk"]) { Ignores = path => System.Text.RegularExpressions.Regex.IsMatch(path, sync) };
        var store = new TestStore(folder["disk/store"], disk);
        var result = store.Publish(1, ("a/x", "some text"));

        disk.LosePower(folder["left"], Kept.Nothing, new Random(1));

        var found = Record.Exception(() => Use(ResultStore.Open(folder["left/store"]), result));
        var lost = found is not null || ResultStore.Open(folder["left/store"]).Find(result.Key) is null;
        Assert.True(lost);
    }

    [Theory]
    [MemberData(nameof(AllKept))]
    public void A_checkpoint_once_saved_is_there_or_a_later_one(Kept kept)
    {
        var disk = new ForgetfulDisk(folder["disk"]);
        var saved = 0L;
        var key = TestStore.Document(1).Key;
        disk.AfterStep = d => AfterLoss(d, kept, store =>
        {
            var newest = store.Checkpoints(key, TimeSpan.Zero).Newest;
            if (saved > 0)
                Assert.NotNull(newest);
            if (newest is null)
                return;
            Assert.InRange(PartialFolder.StepOf(newest), saved, saved + 1);
            Assert.Equal($"model {PartialFolder.StepOf(newest)}", File.ReadAllText(Path.Combine(newest, "sub", "model")));
        });
        var checkpoints = ResultStore.Open(folder["disk/store"], disk).Checkpoints(key, TimeSpan.Zero);

        for (var step = 1; step <= 4; step++)
        {
            checkpoints.Save(step, draft => TestStore.Write(Path.Combine(draft, "sub", "model"), $"model {step}"));
            saved = step;
        }

        Assert.InRange(losses, 30, 1000);
    }

    [Fact]
    public void Checkpoints_go_only_after_the_result_that_they_led_to_is_safe()
    {
        var disk = new ForgetfulDisk(folder["disk"]);
        var key = TestStore.Document(1).Key;
        var store = new TestStore(folder["disk/store"], disk);
        store.Store.Checkpoints(key, TimeSpan.Zero).Save(1, draft => TestStore.Write(Path.Combine(draft, "model"), "model"));
        foreach (var kept in Enum.GetValues<Kept>())
        {
            disk.AfterStep += d => AfterLoss(d, kept, left => Assert.True(
                left.Find(key) is not null || left.Checkpoints(key, TimeSpan.Zero).Newest is not null));
        }

        store.Publish(1, Files);
        store.Store.Discard(key);

        Assert.InRange(losses, 20, 1000);
    }

    private void AfterLoss(ForgetfulDisk disk, Kept kept, Action<ResultStore> check)
    {
        losses++;
        var chance = new Random(losses);
        foreach (var attempt in Enumerable.Range(0, kept == Kept.Some ? 3 : 1))
        {
            var left = folder[$"left-{losses}-{attempt}"];
            disk.LosePower(left, kept, chance);
            var place = Path.Combine(left, Directory.Exists(Path.Combine(left, "deep")) ? "deep/store" : "store");
            check(Opened(place));
            Directory.Delete(left, recursive: true);
        }
    }

    private static ResultStore Opened(string place)
    {
        var store = ResultStore.Open(place, FaultyFiles.Never);
        Assert.NotNull(store);
        return store;
    }

    private static void AssertWhole(ResultStore store, StoredResult result, StoredResult like)
    {
        Assert.Equal(like.Outputs.Select(o => o.Value.Digest).Order(), result.Outputs.Select(o => o.Value.Digest).Order());
        Use(store, result);
    }

    private static void Use(ResultStore store, StoredResult result)
    {
        foreach (var (name, output) in result.Outputs)
            foreach (var file in output.Files)
                store.Verify(result.Key, name, file);
    }
}
