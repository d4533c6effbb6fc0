// Every kind of object, damaged in every way: found by a verification, and never used.
using System.Runtime.Versioning;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Housekeeping;

[SupportedOSPlatform("linux")]
public sealed class VerificationTests : IDisposable
{
    private readonly HousekeptStore test = new();

    public static TheoryData<string, string> Damages()
    {
        var data = new TheoryData<string, string>();
        foreach (var kind in new[] { "blob", "record", "checkpoint", "run" })
            foreach (var damage in new[] { "flipped", "truncated", "emptied", "swapped" })
                data.Add(kind, damage);
        return data;
    }

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_whole_store_has_no_problems()
    {
        Fill();

        var report = Verify();

        Assert.Empty(report.Problems);
        Assert.Empty(report.Lost);
        Assert.Equal((2, 2), (report.Results, report.Blobs));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_found_and_set_aside(string kind, string damage)
    {
        var (first, second) = Fill();
        var (path, other) = Objects(kind, first, second);
        Damage(path, other, damage);

        var report = Verify();
        var again = Verify();

        if (kind == "run" && damage is "swapped")
        {
            // Two runs with swapped files are still two runs.
            Assert.Empty(report.Problems);
            return;
        }
        // An incomplete line of a run is ignored, and the file stays.
        if (kind != "run" || damage == "emptied")
            Assert.Contains(report.Problems, p => Path.GetRelativePath(test.Store.Root, path).StartsWith(p.Name, StringComparison.Ordinal));
        Assert.Equal(kind is "blob" or "record", report.Lost.Any(l => l.Key == first.Key));
        if (kind is "blob" or "record")
            Assert.Null(test.Store.Find(first.Key));
        Assert.Empty(again.Problems);
    }

    [Theory]
    [InlineData("blob")]
    [InlineData("record")]
    public void A_file_that_its_owner_cannot_read_is_made_readable(string kind)
    {
        var (first, second) = Fill();
        var path = Objects(kind, first, second).Path;
        File.SetUnixFileMode(path, UnixFileMode.None);

        var report = Verify();

        Assert.True(Assert.Single(report.Problems).Mended);
        Assert.Empty(report.Lost);
        Assert.NotEqual(UnixFileMode.None, File.GetUnixFileMode(path) & UnixFileMode.UserRead);
    }

    [Theory]
    [InlineData("cas")]
    [InlineData("results")]
    [InlineData("partial")]
    public void A_folder_made_read_only_is_made_writable(string name)
    {
        Fill();
        var folder = Directory.GetDirectories(Path.Combine(test.Store.Root, name))[0];
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var report = Verify();

        Assert.True(Assert.Single(report.Problems).Mended);
        Assert.NotEqual(UnixFileMode.None, File.GetUnixFileMode(folder) & UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_blob_that_could_be_written_to_is_made_read_only()
    {
        var blob = test.BlobOf(Fill().First);
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var report = Verify();

        Assert.True(Assert.Single(report.Problems).Mended);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(blob));
    }

    [Fact]
    public void A_missing_blob_is_a_lost_result_under_the_name_of_its_last_run()
    {
        var (first, _) = Fill();
        File.Delete(test.BlobOf(first));

        var report = Verify();

        Assert.Equal([new RootedKey(first.Key, "mini/stage-first")], report.Lost);
    }

    [Fact]
    public void A_pinned_result_that_is_gone_is_a_problem()
    {
        var (first, _) = Fill();
        PinnedResults.Add(test.Store, new Pin(first.Key, DateTimeOffset.UtcNow));
        File.Delete(test.Store.RecordPath(first.Key));

        var report = Verify();

        Assert.Contains(report.Lost, l => l.Key == first.Key);
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("truncated")]
    [InlineData("emptied")]
    [InlineData("swapped")]
    public void A_damaged_pin_pins_no_less(string damage)
    {
        var (first, second) = Fill();
        PinnedResults.Add(test.Store, new Pin(first.Key, DateTimeOffset.UtcNow, "for the paper"));
        PinnedResults.Add(test.Store, new Pin(second.Key, DateTimeOffset.UtcNow, "for the talk"));
        var (path, other) = Pair(Directory.GetFiles(Path.Combine(test.Store.Root, "roots", "pins")));

        Damage(path, other, damage);
        var report = Verify();
        test.Collect(HousekeptStore.Everything with { KeepLast = 0, Grace = TimeSpan.Zero });

        Assert.Empty(report.Lost);
        Assert.Equal(new[] { first.Key, second.Key }.Order(), PinnedResults.All(test.Store).Select(p => p.Key).Order());
        Assert.True(test.IsStored(first) && test.IsStored(second));
    }

    [Fact]
    public void Objects_made_read_only_are_used_replaced_and_collected_as_before()
    {
        var (first, second) = Fill();
        PinnedResults.Add(test.Store, new Pin(first.Key, DateTimeOffset.UtcNow));
        foreach (var file in Directory.GetFiles(test.Store.Root, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/lease/", StringComparison.Ordinal)))
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
        var checkpoints = test.Store.Checkpoints(HousekeptStore.Document("third").Key, TimeSpan.Zero);

        var report = Verify();
        var newest = checkpoints.Newest;
        checkpoints.Save(3, folder => File.WriteAllText(Path.Combine(folder, "weights"), "best trained"));
        var saved = File.ReadAllText(Path.Combine(checkpoints.Newest!, "weights"));
        PinnedResults.Add(test.Store, new Pin(first.Key, DateTimeOffset.UtcNow, "again"));
        test.Store.Lay(test.Store.Find(first.Key)!, "rows", test["rows"]);
        test.Collect(HousekeptStore.Everything with { KeepLast = 0, Grace = TimeSpan.Zero });

        Assert.Empty(report.Problems);
        Assert.EndsWith("step-000000002", newest);
        Assert.Equal("best trained", saved);
        Assert.Equal("again", Assert.Single(PinnedResults.All(test.Store)).Note);
        Assert.Equal((true, false), (test.IsStored(first), test.IsStored(second)));
    }

    [Fact]
    public void Files_that_are_no_part_of_a_store_are_set_aside()
    {
        Fill();
        File.WriteAllText(Path.Combine(test.Store.Root, "cas", "note.txt"), "mine");

        var report = Verify();

        Assert.Equal("cas/note.txt", Assert.Single(report.Problems).Name);
    }

    [Fact]
    public void What_was_set_aside_is_whole_again_once_it_is_computed_again()
    {
        var (first, second) = Fill();
        Damage(test.BlobOf(first), test.BlobOf(second), "flipped");
        Verify();

        test.Publish("first", "one text");
        var report = Verify();

        Assert.Empty(report.Lost);
        Assert.NotNull(test.Store.Find(first.Key));
    }

    private VerificationReport Verify() => Verification.Run(test.Store, _ => { }, TestContext.Current.CancellationToken);

    private (StoredResult First, StoredResult Second) Fill()
    {
        var first = test.Publish("first", "one text");
        var second = test.Publish("second", "another text");
        test.Run("mini", first);
        test.Run("mini", first, second);
        var checkpoints = test.Store.Checkpoints(HousekeptStore.Document("third").Key, TimeSpan.Zero);
        checkpoints.Save(1, folder => File.WriteAllText(Path.Combine(folder, "weights"), "half trained"));
        checkpoints.Save(2, folder => File.WriteAllText(Path.Combine(folder, "weights"), "well trained"));
        return (first, second);
    }

    private (string Path, string Other) Objects(string kind, StoredResult first, StoredResult second) => kind switch
    {
        "blob" => (test.BlobOf(first), test.BlobOf(second)),
        "record" => (test.Store.RecordPath(first.Key), test.Store.RecordPath(second.Key)),
        "checkpoint" => Pair(Directory.GetDirectories(Path.Combine(test.Store.Root, "partial", HousekeptStore.Document("third").Key)).Order().Select(d => Path.Combine(d, "weights"))),
        _ => Pair(Directory.GetFiles(Path.Combine(test.Store.Root, "roots", "runs")).Order()),
    };

    private static (string, string) Pair(IEnumerable<string> paths) => paths.ToArray() is [var one, var two] ? (one, two) : throw new InvalidOperationException("there are not two");

    private static void Damage(string path, string other, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        var others = File.ReadAllBytes(other);
        File.Delete(path);
        switch (damage)
        {
            case "flipped":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "truncated":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "emptied":
                File.WriteAllBytes(path, []);
                break;
            default:
                File.Delete(other);
                File.WriteAllBytes(path, others);
                File.WriteAllBytes(other, bytes);
                break;
        }
        foreach (var written in new[] { path, other }.Where(p => p.Contains("/cas/", StringComparison.Ordinal)))
            File.SetUnixFileMode(written, UnixFileMode.UserRead);
    }
}
