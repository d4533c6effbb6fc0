// Creating and opening a store.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_store_is_created_where_there_is_none()
    {
        ResultStore.Open(folder["a/store"]);

        Assert.Equal("tlpipe store 1\n", File.ReadAllText(folder["a/store/FORMAT"]));
        Assert.Equal(["cas", "lease", "partial", "quarantine", "results", "roots", "tmp"],
            Directory.GetDirectories(folder["a/store"]).Select(d => Path.GetFileName(d)).Order());
    }

    [Fact]
    public void A_store_that_is_there_is_opened_again()
    {
        ResultStore.Open(folder["store"]);
        var written = File.GetLastWriteTimeUtc(folder["store/FORMAT"]);

        ResultStore.Open(folder["store"]);

        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["store/FORMAT"]));
    }

    [Fact]
    public void A_store_of_a_newer_format_is_refused()
    {
        ResultStore.Open(folder["store"]);
        File.WriteAllText(folder["store/FORMAT"], "tlpipe store 2\n");

        var error = Assert.Throws<PipelineException>(() => ResultStore.Open(folder["store"]));

        Assert.Equal(
            $"error TL0404: the store {folder["store"]} has format 2, and this tlpipe knows formats up to 1; update tlpipe or use another store",
            error.Message);
    }

    [Fact]
    public void A_folder_that_holds_other_things_is_refused_and_left_alone()
    {
        File.WriteAllText(folder["letter.txt"], "Dear");

        var error = Assert.Throws<PipelineException>(() => ResultStore.Open(folder.Path));

        Assert.Contains("holds other things ('letter.txt')", error.Message, StringComparison.Ordinal);
        Assert.Equal([folder["letter.txt"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_FORMAT_that_tlpipe_did_not_write_is_refused()
    {
        File.WriteAllText(folder["FORMAT"], "A4");

        var error = Assert.Throws<PipelineException>(() => ResultStore.Open(folder.Path));

        Assert.Equal(ErrorCode.Store, error.Diagnostics.Single().Code);
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused()
    {
        File.WriteAllText(folder["file"], "");

        var error = Assert.Throws<PipelineException>(() => ResultStore.Open(folder["file"]));

        Assert.Equal(ErrorCode.Store, error.Diagnostics.Single().Code);
    }

    [Fact]
    public void Opening_goes_on_where_a_killed_process_had_only_begun_to_create_the_store()
    {
        Directory.CreateDirectory(folder["store"]);
        File.WriteAllText(folder["store/FORMAT.0123456789abcdef"], "tlpi");

        var store = ResultStore.Open(folder["store"]);

        Assert.Null(store.Find(new string('0', 64)));
    }

    [Fact]
    public void What_a_killed_process_left_in_tmp_is_cleared_away()
    {
        var store = ResultStore.Open(folder["store"]);
        TestStore.Write(Path.Combine(store.Root, "tmp", "left", "model", "half.bin"), "hal");

        ResultStore.Open(folder["store"]);

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Root, "tmp")));
    }

    [Fact]
    public void What_a_running_process_has_in_tmp_stays()
    {
        var store = ResultStore.Open(folder["store"]);
        using var scratch = store.CreateScratch();
        TestStore.Write(Path.Combine(scratch.Path, "half.bin"), "hal");

        ResultStore.Open(folder["store"]);

        Assert.Equal("hal", File.ReadAllText(Path.Combine(scratch.Path, "half.bin")));
    }

    [Fact]
    public void A_scratch_folder_is_gone_once_disposed()
    {
        var scratch = ResultStore.Open(folder["store"]).CreateScratch();

        scratch.Dispose();

        Assert.False(Directory.Exists(scratch.Path));
    }
}
