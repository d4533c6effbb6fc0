// A garbage collection: the results that it removes, leaves and restores.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Housekeeping;

public sealed class GarbageCollectorTests : IDisposable
{
    private static readonly GarbageCollectionOptions Now = HousekeptStore.Everything with { Grace = TimeSpan.Zero };
    private readonly HousekeptStore test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_plan_changes_nothing()
    {
        test.Publish("old", "text");
        var before = test.Files("");

        var plan = GarbageCollectionPlan.Of(test.Store, HousekeptStore.Everything);

        Assert.Single(plan.Results);
        Assert.Equal(before.Order(), test.Files("").Order());
    }

    [Fact]
    public void What_the_last_runs_of_a_config_used_stays_and_older_results_go()
    {
        var results = Enumerable.Range(0, 4).Select(i => test.Publish($"r{i}", $"text {i}")).ToList();
        foreach (var result in results)
            test.Run("mini", result);

        test.Collect(HousekeptStore.Everything with { KeepLast = 2 });

        Assert.Equal([false, false, true, true], results.Select(test.IsStored));
    }

    [Fact]
    public void Runs_that_used_the_same_results_count_once()
    {
        var first = test.Publish("first", "1");
        var second = test.Publish("second", "2");
        test.Run("mini", first);
        for (var i = 0; i < 9; i++)
            test.Run("mini", second);

        test.Collect(HousekeptStore.Everything with { KeepLast = 2 });

        Assert.True(test.IsStored(first));
    }

    [Fact]
    public void Each_config_has_its_last_runs()
    {
        var rare = test.Publish("rare", "1");
        var often = Enumerable.Range(0, 9).Select(i => test.Publish($"often{i}", $"{i}")).ToList();
        test.Run("rare", rare);
        foreach (var result in often)
            test.Run("often", result);

        test.Collect(HousekeptStore.Everything with { KeepLast = 1 });

        Assert.True(test.IsStored(rare));
        Assert.Equal(1, often.Count(test.IsStored));
    }

    [Fact]
    public void A_run_that_goes_on_keeps_all_that_it_uses()
    {
        var used = test.Publish("used", "1");
        using var run = test.Begin("mini", used);
        test.Run("mini", test.Publish("other", "2"));

        test.Collect(Now with { KeepLast = 0 });

        Assert.True(test.IsStored(used));
    }

    [Fact]
    public void A_pinned_result_stays_until_the_pin_is_taken_away()
    {
        var pinned = test.Publish("pinned", "1");
        PinnedResults.Add(test.Store, new Pin(pinned.Key, DateTimeOffset.UtcNow, "for the paper"));

        test.Collect(Now);
        var kept = test.IsStored(pinned);
        PinnedResults.Remove(test.Store, pinned.Key);
        test.Collect(Now);

        Assert.True(kept);
        Assert.False(test.IsStored(pinned));
    }

    [Fact]
    public void What_was_stored_lately_stays()
    {
        var recent = test.Publish("recent", "1");

        test.Collect(new GarbageCollectionOptions { Grace = TimeSpan.Zero });

        Assert.True(test.IsStored(recent));
    }

    [Fact]
    public void What_costs_the_least_time_a_byte_goes_first_and_no_more_than_is_needed()
    {
        var dear = test.Publish("dear", new string('a', 4000), seconds: 3600);
        var cheap = test.Publish("cheap", new string('b', 4000), seconds: 1);
        var small = test.Publish("small", "c", seconds: 2);
        var middle = test.Publish("middle", new string('d', 8000), seconds: 10);
        var size = Inventory.Of(test.Store).Bytes;

        var plan = GarbageCollectionPlan.Of(test.Store, HousekeptStore.Everything);
        test.Collect(HousekeptStore.Everything with { MaxBytes = size - 4000 });

        // Seconds over bytes, the records' some 500 bytes included: 1/4500, 10/8500, 2/500, 3600/4500.
        Assert.Equal([cheap.Key, middle.Key, small.Key, dear.Key], plan.Results.Select(r => r.Entry.Result.Key));
        Assert.Equal([false, true, true, true], new[] { cheap, middle, small, dear }.Select(test.IsStored));
    }

    [Fact]
    public void A_blob_that_a_kept_result_has_too_stays()
    {
        var kept = test.Publish("kept", "the same text");
        test.Run("mini", kept);
        var gone = test.Publish("gone", "the same text");

        test.Collect(Now);

        Assert.False(test.IsStored(gone));
        Assert.NotNull(test.Store.Find(kept.Key));
        Assert.True(File.Exists(test.BlobOf(kept)));
    }

    [Fact]
    public void What_is_looked_for_comes_back_from_the_trash()
    {
        var result = test.Publish("wanted", "text");
        test.Collect();
        var moved = !test.IsStored(result) && !File.Exists(test.BlobOf(result));

        var found = test.Store.Find(result.Key);
        test.Store.Lay(found!, "rows", test["input"]);

        Assert.True(moved);
        Assert.Equal("text", File.ReadAllText(Path.Combine(test["input"], "data.txt")));
    }

    [Fact]
    public void Undo_puts_back_what_the_last_collection_took()
    {
        var before = test.Publish("a", "1");
        test.Publish("b", "2");
        test.Run("mini", before);
        test.Run("mini", test.Publish("c", "3"));
        var files = test.Files("results").Concat(test.Files("cas")).Concat(test.Files("roots")).Order().ToList();

        var collected = test.Collect(HousekeptStore.Everything with { KeepLast = 1 });
        var undone = GarbageCollector.Undo(test.Store);

        Assert.Equal(2, collected.Results);
        Assert.Equal(2, undone.Results);
        Assert.Equal(files, test.Files("results").Concat(test.Files("cas")).Concat(test.Files("roots")).Order());
        Assert.Equal(ErrorCode.NothingToUndo, Assert.Throws<PipelineException>(() => GarbageCollector.Undo(test.Store)).Diagnostics[0].Code);
    }

    [Fact]
    public void After_the_grace_period_the_bytes_are_gone()
    {
        var result = test.Publish("old", "text");

        var outcome = test.Collect(Now);

        Assert.True(outcome.DeletedBytes > 0);
        Assert.Null(test.Store.Find(result.Key));
        Assert.DoesNotContain(test.Files("trash"), f => f.Contains("results"));
    }

    [Fact]
    public void Before_that_nothing_is_deleted()
    {
        test.Publish("old", "text");

        var outcome = test.Collect(HousekeptStore.Everything with { Grace = TimeSpan.FromHours(1) });
        var next = test.Collect(HousekeptStore.Everything with { Grace = TimeSpan.FromHours(1) });

        Assert.Equal(0, outcome.DeletedBytes + next.DeletedBytes);
        Assert.Equal(outcome.Bytes, outcome.TrashBytes - LabelBytes());
        Assert.NotEmpty(test.Files("trash"));
    }

    [Fact]
    public void A_blob_moved_away_while_its_result_is_being_published_is_not_deleted()
    {
        var blob = Path.Combine(test["store"], "cas", Abc[..2], Abc);
        using (var publisher = test.Store.CreateScratch())
        {
            // The first step of publishing: the blob has its name, and there is no record yet.
            Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
            File.WriteAllText(blob, "abc");
            var held = test.Collect(Now);
            Assert.True(held.HeldBytes > 0);
            Assert.False(File.Exists(blob));
            WriteRecordOfAbc(publisher);
        }
        PinnedResults.Add(test.Store, new Pin(HousekeptStore.Document("abc").Key, DateTimeOffset.UtcNow));

        test.Collect(Now);

        Assert.NotNull(test.Store.Find(HousekeptStore.Document("abc").Key));
        Assert.Equal("abc", File.ReadAllText(blob));
    }

    [Fact]
    public void What_a_killed_collection_had_moved_comes_back_or_goes_with_the_next_one()
    {
        var wanted = test.Publish("wanted", "1");
        test.Publish("unwanted", "2");
        test.Collect();
        foreach (var label in Directory.GetFiles(Path.Combine(test.Store.Root, "trash"), "label.json", SearchOption.AllDirectories))
            File.Delete(label);

        var found = test.Store.Find(wanted.Key);
        test.Run("mini", wanted);
        var outcome = test.Collect(Now);

        Assert.NotNull(found);
        Assert.True(outcome.DeletedBytes > 0);
        Assert.NotNull(test.Store.Find(wanted.Key));
    }

    [Fact]
    public void Checkpoints_stay_while_their_computation_goes_on_or_one_of_the_last_runs_wanted_it()
    {
        var (going, wanted, abandoned) = (HousekeptStore.Document("1").Key, HousekeptStore.Document("2").Key, HousekeptStore.Document("3").Key);
        foreach (var key in new[] { going, wanted, abandoned })
            test.Store.Checkpoints(key, TimeSpan.Zero).Save(1, folder => File.WriteAllText(Path.Combine(folder, "weights"), key));
        using var lease = test.Store.TryTake(going);
        using (var root = test.Store.BeginRun(RunNote.Now("mini", "/mini.yaml")))
            root.Add(wanted, "domain");

        var plan = GarbageCollectionPlan.Of(test.Store, Now);
        test.Collect(Now);

        Assert.Equal([abandoned], plan.Partials.Keys);
        Assert.Equal(
            new[] { going, wanted }.Order(), Directory.GetDirectories(Path.Combine(test.Store.Root, "partial")).Select(p => Path.GetFileName(p)).Order());
    }

    [Fact]
    public void Checkpoints_in_the_trash_come_back_when_the_computation_goes_on()
    {
        var key = HousekeptStore.Document("1").Key;
        test.Store.Checkpoints(key, TimeSpan.Zero).Save(7, folder => File.WriteAllText(Path.Combine(folder, "weights"), "w"));
        test.Collect();

        var newest = test.Store.Checkpoints(key, TimeSpan.Zero).Newest;

        Assert.Equal("w", File.ReadAllText(Path.Combine(newest!, "weights")));
    }

    [Fact]
    public void A_result_that_a_run_begins_to_use_after_the_plan_stays()
    {
        var result = test.Publish("r", "text");
        var plan = GarbageCollectionPlan.Of(test.Store, Now);
        using var run = test.Begin("mini", result);

        var outcome = GarbageCollector.Run(plan);

        Assert.Equal(0, outcome.Results);
        Assert.True(test.IsStored(result));
        Assert.NotNull(test.Store.Find(result.Key));
    }

    /// <summary>The clock of the machine that wrote, or labelled the trash, was wrong by so many days.</summary>
    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public void A_clock_that_jumps_makes_trash_stay_longer_or_shorter_and_takes_nothing_that_is_used(int days)
    {
        var (used, pinned, unused) = (test.Publish("used", "1"), test.Publish("pinned", "2"), test.Publish("unused", "3"));
        PinnedResults.Add(test.Store, new Pin(pinned.Key, DateTimeOffset.UtcNow.AddDays(days)));
        using var run = test.Begin("mini", used);
        foreach (var file in test.Files("results").Concat(test.Files("cas")).Concat(test.Files("roots")))
            File.SetLastWriteTimeUtc(Path.Combine(test.Store.Root, file), DateTime.UtcNow.AddDays(days));

        test.Collect(HousekeptStore.Everything with { KeepLast = 0 });
        foreach (var label in Directory.GetFiles(Path.Combine(test.Store.Root, "trash"), "label.json", SearchOption.AllDirectories))
        {
            var said = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(label))!;
            said["moved"] = DateTimeOffset.UtcNow.AddDays(days);
            File.WriteAllText(label, said.ToJsonString());
        }
        test.Collect(HousekeptStore.Everything with { KeepLast = 0, Grace = TimeSpan.FromHours(1) });

        Assert.True(test.IsStored(used) && test.IsStored(pinned));
        Assert.All([used, pinned], result => test.Store.Lay(test.Store.Find(result.Key)!, "rows", test[result.Key]));
        Assert.Equal(days > 0, test.Store.Find(unused.Key) is not null);
    }

    [Fact]
    public void One_collection_at_a_time()
    {
        test.Publish("r", "text");
        var plan = GarbageCollectionPlan.Of(test.Store, Now);
        Directory.CreateDirectory(Path.Combine(test.Store.Root, "trash"));
        using var other = Posix.OpenForLock(Path.Combine(test.Store.Root, "trash", "lock"));
        Assert.True(Posix.TryLock(other));

        var error = Assert.Throws<PipelineException>(() => GarbageCollector.Run(plan));

        Assert.Equal(ErrorCode.StoreBusy, error.Diagnostics.Single().Code);
    }

    /// <summary>SHA-256 of "abc" (FIPS 180-2, appendix B.1).</summary>
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private long LabelBytes() =>
        Directory.GetFiles(Path.Combine(test.Store.Root, "trash"), "label.json", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);

    private void WriteRecordOfAbc(ScratchFolder scratch)
    {
        var document = HousekeptStore.Document("abc");
        var output = new StoredOutput("digest", [new StoredFile("data.txt", Abc, 3)], new Dictionary<string, double>());
        var provenance = new Provenance(DateTimeOffset.UnixEpoch, 1, "host", "0.1.0", 2, "cpu", new Dictionary<string, string>());
        var result = new StoredResult(
            document.Key, document, new Dictionary<string, StoredOutput> { ["rows"] = output }, new Dictionary<string, double>(), provenance);
        var draft = Path.Combine(scratch.Path, "record");
        File.WriteAllBytes(draft, ResultRecord.Write(result));
        var path = test.Store.RecordPath(document.Key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(draft, path);
    }
}
