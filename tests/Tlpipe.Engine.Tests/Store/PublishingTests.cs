// Publishing results and finding them again.
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

[UnsupportedOSPlatform("windows")]
public sealed class PublishingTests : IDisposable
{
    private readonly TestStore test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_key_that_was_never_published_is_not_found() => Assert.Null(test.Store.Find(TestStore.Document(1).Key));

    [Fact]
    public void A_published_result_is_found_as_it_was()
    {
        test.Publish(1, ("train/rows.parquet", "rows"), ("train/deep/er.bin", "er"), ("test/rows.parquet", "abc"));

        var found = ResultStore.Open(test.Store.Root).Find(TestStore.Document(1).Key);

        Assert.NotNull(found);
        Assert.Equal(TestStore.Document(1).Key, found.Key);
        Assert.Equal(["test", "train"], found.Outputs.Keys.Order());
        Assert.Equal(["deep/er.bin", "rows.parquet"], found.Outputs["train"].Files.Select(f => f.Path));
        // SHA-256 of "abc": FIPS 180-2, appendix B.1.
        Assert.Equal([new StoredFile("rows.parquet", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3)], found.Outputs["test"].Files);
        Assert.Equal(3.0, found.Outputs["test"].Facts["files"]);
        Assert.Equal(12.5, found.Measured["rate"]);
        Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero), found.Provenance.Started);
        Assert.Equal("2.7.1", found.Provenance.Libraries["libtorch"]);
        Assert.Equal(CanonicalJson.Text(TestStore.Document(1).ToJson()), CanonicalJson.Text(found.Document.ToJson()));
    }

    [Fact]
    public void A_result_of_an_integer_that_doubles_round_is_found_again()
    {
        TestStore.Write(test["made/a"], "a");
        var document = new KeyDocument { Stage = "split", Version = 1, Options = new JsonObject { ["seed"] = 9007199254740993 }, Inputs = new Dictionary<string, string>() };

        test.Store.Publish(
            document.Key, document, [new ProducedOutput("made", test["made"], null, new Dictionary<string, double>())], new Dictionary<string, double>(),
            test.Publish(2, ("x/y", "z")).Provenance);

        Assert.Equal(document.Key, test.Store.Find(document.Key)?.Document.Key);
    }

    [Fact]
    public void An_outputs_digest_is_its_folders_content_digest_unless_it_is_given()
    {
        TestStore.Write(test["same/a.json"], "one");
        TestStore.Write(test["same/sub/b.json"], "two");
        TestStore.Write(test["other/a.json"], "three");
        var document = TestStore.Document(1);

        var result = test.Store.Publish(
            document.Key,
            document,
            [
                new ProducedOutput("plain", test["same"], null, new Dictionary<string, double>()),
                new ProducedOutput("meant", test["other"], "its meaning", new Dictionary<string, double>()),
            ],
            new Dictionary<string, double>(),
            test.Publish(2, ("x/y", "z")).Provenance);

        // Computed by Python's hashlib over the canonical text.
        Assert.Equal("d5fa9668a761bcf722916c993e65d7959865531d472feb07a864979dec642143", result.Outputs["plain"].Digest);
        Assert.Equal("its meaning", result.Outputs["meant"].Digest);
    }

    [Fact]
    public void Equal_files_of_different_results_are_stored_once()
    {
        test.Publish(1, ("a/x", "same"));
        test.Publish(2, ("b/y", "same"));

        Assert.Single(test.Files("cas"));
    }

    [Fact]
    public void A_blob_can_be_written_to_by_nobody()
    {
        var result = test.Publish(1, ("a/x", "text"));

        var mode = File.GetUnixFileMode(test.BlobPath(result, "a"));

        Assert.Equal(UnixFileMode.None, mode & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    }

    [Fact]
    public void Publishing_leaves_nothing_in_tmp()
    {
        test.Publish(1, ("a/x", "text"));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(test.Store.Root, "tmp")));
    }

    [Fact]
    public void The_first_whole_result_of_a_key_stays()
    {
        var first = test.Publish(1, ("a/x", "first"));

        var second = test.Publish(1, ("a/x", "second"));

        Assert.Equal(first.Outputs["a"].Digest, second.Outputs["a"].Digest);
        Assert.Equal(first.Outputs["a"].Files, test.Store.Find(first.Key)!.Outputs["a"].Files);
    }

    [Fact]
    public async Task Two_threads_may_publish_the_same_keys_at_once()
    {
        var files = Enumerable.Range(0, 5).Select(i => ($"a/{i}", $"content {i}")).ToArray();
        using var start = new Barrier(2);

        Task<StoredResult[]> PublishAll() => Task.Factory.StartNew(() => Enumerable.Range(0, 20).Select(seed =>
        {
            start.SignalAndWait();
            return test.Publish(seed, files);
        }).ToArray(), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var results = await Task.WhenAll(PublishAll(), PublishAll());

        Assert.Equal(results[0].Select(r => r.Outputs["a"].Digest), results[1].Select(r => r.Outputs["a"].Digest));
        Assert.All(results[0], r => Assert.NotNull(test.Store.Find(r.Key)));
        Assert.Equal(5, test.Files("cas").Count());
        Assert.Empty(test.Files("quarantine"));
    }

    [Fact]
    public void A_link_in_an_output_becomes_a_file_of_its_own()
    {
        TestStore.Write(test["elsewhere"], "text");
        Directory.CreateDirectory(test["made/a"]);
        File.CreateSymbolicLink(test["made/a/x"], test["elsewhere"]);

        var result = test.Publish(1, test["made"], ("a/y", "other"));
        File.WriteAllText(test["elsewhere"], "edited");

        Assert.Equal(["x", "y"], result.Outputs["a"].Files.Select(f => f.Path));
        Assert.Equal("text", File.ReadAllText(test.BlobPath(result, "a")));
    }

    [Fact]
    public void A_file_that_has_another_name_elsewhere_is_copied_rather_than_taken()
    {
        var original = test.Publish(1, ("a/x", "text"));
        new OutputView(test.Store, copyLimit: 0).Show(original, test["made"]);

        test.Publish(2, test["made"], ("b/y", "other"));

        Assert.Equal("text", File.ReadAllText(test["made/a/x"]));
    }

    [Fact]
    public void An_output_on_another_file_system_is_copied_in()
    {
        using var other = TemporaryFolder.OnAnotherFileSystem();

        var result = test.Publish(1, other["made"], ("a/x", "text"));

        Assert.Equal("text", File.ReadAllText(test.BlobPath(test.Store.Find(result.Key)!, "a")));
    }

    [Fact]
    public void A_document_of_another_key_is_refused() =>
        Assert.Throws<ArgumentException>(() => test.Store.Publish(
            TestStore.Document(1).Key, TestStore.Document(2), [], new Dictionary<string, double>(), test.Publish(3, ("a/x", "")).Provenance));

    [Fact]
    public void An_output_is_laid_under_its_files_names()
    {
        var result = test.Publish(1, ("a/x", "text"), ("a/deep/y", "deep"), ("b/z", "other"));

        test.Store.Lay(result, "a", test["input"]);

        Assert.Equal("text", File.ReadAllText(test["input/x"]));
        Assert.Equal("deep", File.ReadAllText(test["input/deep/y"]));
        Assert.Equal(2, Directory.GetFiles(test["input"], "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void An_output_can_be_laid_where_it_was_laid_before()
    {
        var result = test.Publish(1, ("a/x", "text"));
        test.Store.Lay(result, "a", test["input"]);

        test.Store.Lay(result, "a", test["input"]);

        Assert.Equal("text", File.ReadAllText(test["input/x"]));
    }

    [Fact]
    public void A_result_with_an_infinite_measurement_is_found_again()
    {
        var document = TestStore.Document(1);

        test.Store.Publish(document.Key, document, [], new Dictionary<string, double> { ["loss"] = double.PositiveInfinity }, test.Publish(2, ("a/x", "")).Provenance);

        Assert.Equal(double.PositiveInfinity, test.Store.Find(document.Key)!.Measured["loss"]);
    }
}
