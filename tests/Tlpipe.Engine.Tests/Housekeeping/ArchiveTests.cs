// Results carried from one store to another in a file.
using System.Formats.Tar;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Housekeeping;

public sealed class ArchiveTests : IDisposable
{
    private readonly HousekeptStore here = new();
    private readonly HousekeptStore there = new();

    public void Dispose()
    {
        here.Dispose();
        there.Dispose();
    }

    [Fact]
    public void A_result_arrives_with_all_that_it_was_made_from()
    {
        var (table, model, _) = Chain();

        var exported = Export(model);
        var imported = Archive.Import(there.Store, here["archive.tar"]);

        Assert.Equal([table.Key, model.Key], exported.Keys.Select(k => k.Key));
        Assert.Equal((2, 0, 2), (imported.Results, imported.Known, imported.Blobs));
        there.Store.Lay(there.Store.Find(model.Key)!, "rows", there["model"]);
        there.Store.Lay(there.Store.Find(table.Key)!, "rows", there["table"]);
        Assert.Equal("weights", File.ReadAllText(Path.Combine(there["model"], "data.txt")));
        Assert.Equal("rows", File.ReadAllText(Path.Combine(there["table"], "data.txt")));
    }

    [Fact]
    public void Of_two_sources_with_the_same_content_the_one_of_the_same_run_is_taken()
    {
        var table = here.Publish("table", "rows");
        var twin = here.Publish("twin", "rows");
        var model = here.Publish("model", "weights", 1, table.Outputs["rows"].Digest);
        here.Run("other", twin);
        here.Run("mini", table, model);

        var exported = Export(model);

        Assert.Equal([table.Key, model.Key], exported.Keys.Select(k => k.Key));
    }

    [Fact]
    public void What_is_there_already_stays_as_it_is()
    {
        var (_, model, _) = Chain();
        Export(model);
        Archive.Import(there.Store, here["archive.tar"]);

        var again = Archive.Import(there.Store, here["archive.tar"]);

        Assert.Equal((0, 2, 0), (again.Results, again.Known, again.Blobs));
    }

    [Fact]
    public void The_same_results_give_the_same_file()
    {
        var (_, model, _) = Chain();

        Export(model);
        Export(model, "second.tar");

        Assert.Equal(File.ReadAllBytes(here["archive.tar"]), File.ReadAllBytes(here["second.tar"]));
    }

    [Fact]
    public void An_imported_result_counts_as_used()
    {
        var (_, model, _) = Chain();
        Export(model);
        Archive.Import(there.Store, here["archive.tar"]);

        var plan = GarbageCollectionPlan.Of(there.Store, HousekeptStore.Everything);

        Assert.Empty(plan.Results);
    }

    [Fact]
    public void An_archive_cut_off_anywhere_is_refused_and_gives_no_result()
    {
        var (table, model, _) = Chain();
        Export(model);
        var whole = File.ReadAllBytes(here["archive.tar"]);
        // The archive's end is not content: padding of the last block, and two empty blocks.
        var content = whole.Length - 1536;

        Assert.All(Enumerable.Range(0, 40).Select(i => content * i / 40), length =>
        {
            File.WriteAllBytes(here["cut.tar"], whole[..length]);
            var error = Assert.Throws<PipelineException>(() => Archive.Import(there.Store, here["cut.tar"]));
            Assert.Equal(ErrorCode.BadArchive, error.Diagnostics.Single().Code);
            Assert.Null(there.Store.Find(model.Key) ?? there.Store.Find(table.Key));
        });
    }

    [Fact]
    public void A_bit_flipped_anywhere_in_an_archive_is_refused_or_changes_nothing()
    {
        var (table, model, _) = Chain();
        Export(model);
        var whole = File.ReadAllBytes(here["archive.tar"]);
        var refused = 0;

        // Every 97th byte, so that headers, names, contents and padding are hit; the flipped bit rotates.
        for (var at = 0; at < whole.Length; at += 97)
        {
            using var store = new HousekeptStore();
            var bytes = (byte[])whole.Clone();
            bytes[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(store["flipped.tar"], bytes);

            var error = Record.Exception(() => Archive.Import(store.Store, store["flipped.tar"]));

            if (error is null)
            {
                Assert.All([table, model], result => store.Store.Lay(store.Store.Find(result.Key)!, "rows", store[result.Key]));
                Assert.Equal("weights", File.ReadAllText(Path.Combine(store[model.Key], "data.txt")));
                continue;
            }
            refused++;
            Assert.True(error is PipelineException { Diagnostics: [{ Code: ErrorCode.BadArchive }] }, $"byte {at}: {error}");
            Assert.Null(store.Store.Find(model.Key) ?? store.Store.Find(table.Key));
        }

        Assert.True(refused > 10);
    }

    [Fact]
    public void A_file_of_something_else_is_refused()
    {
        File.WriteAllText(here["letter.txt"], "Dear");
        using (var stream = File.Create(here["other.tar"]))
        using (var tar = new TarWriter(stream))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "../../etc/passwd") { DataStream = new MemoryStream([1]) });

        foreach (var name in new[] { "letter.txt", "other.tar", "missing.tar" })
            Assert.Equal(ErrorCode.BadArchive, Assert.Throws<PipelineException>(() => Archive.Import(there.Store, here[name])).Diagnostics[0].Code);
    }

    [Fact]
    public void A_damaged_blob_is_not_exported()
    {
        var (_, model, _) = Chain();
        var blob = here.BlobOf(model);
        File.Delete(blob);
        File.WriteAllText(blob, "weighty");

        Assert.Throws<DamagedResultException>(() => Export(model));

        Assert.False(File.Exists(here["archive.tar"]));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(here["archive.tar"])!, "*.part"));
        Assert.Null(here.Store.Find(model.Key));
    }

    private (StoredResult Table, StoredResult Model, StoredResult Other) Chain()
    {
        var table = here.Publish("table", "rows");
        return (table, here.Publish("model", "weights", 1, table.Outputs["rows"].Digest), here.Publish("other", "unrelated"));
    }

    private ArchiveOutcome Export(StoredResult result, string name = "archive.tar")
    {
        var inventory = Inventory.Of(here.Store);
        var lineage = new ResultLineage(inventory);
        return Archive.Export(here.Store, lineage.WithSources([lineage.Named(result.Key[..12])]), here[name]);
    }
}
