// The user's view of a result, which harms neither the store nor the user's own files.
using System.Runtime.Versioning;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

[UnsupportedOSPlatform("windows")]
public sealed class OutputViewTests : IDisposable
{
    private readonly TestStore test = new();

    public void Dispose() => test.Dispose();

    private OutputView View => new(test.Store);

    private string Folder => test["outputs/americanas/domain"];

    [Fact]
    public void Each_output_is_shown_in_a_folder_of_its_name()
    {
        var result = test.Publish(1, ("model/deep/x", "text"), ("log/y", "other"));

        Assert.True(View.Show(result, Folder));

        Assert.Equal("text", Shown("model/deep/x"));
        Assert.Equal(["log/y", "model/deep/x"], Files());
    }

    [Fact]
    public void Showing_again_what_is_shown_already_touches_nothing()
    {
        var result = test.Publish(1, ("model/x", "text"), ("log/y", "other"));
        View.Show(result, Folder);
        var before = Times();

        Assert.False(View.Show(test.Store.Find(result.Key)!, Folder));

        Assert.Equal(before, Times());
    }

    [Fact]
    public void Another_result_takes_the_place_of_the_first()
    {
        View.Show(test.Publish(1, ("model/x", "old"), ("model/only/old", "old"), ("log/y", "other")), Folder);

        Assert.True(View.Show(test.Publish(2, ("model/x", "new"), ("report/z", "z")), Folder));

        Assert.Equal("new", Shown("model/x"));
        Assert.Equal(["model/x", "report/z"], Files());
        Assert.False(Directory.Exists(Path.Combine(Folder, "log")));
    }

    [Fact]
    public void A_file_that_both_results_have_is_left_where_it_is()
    {
        View.Show(test.Publish(1, ("model/x", "same"), ("log/y", "old")), Folder);
        File.SetUnixFileMode(Path.Combine(Folder, "model/x"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        View.Show(test.Publish(2, ("model/x", "same"), ("log/y", "new")), Folder);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Folder, "model/x")));
        Assert.Equal("new", Shown("log/y"));
    }

    [Fact]
    public void Editing_a_shown_file_does_not_change_the_store()
    {
        var result = test.Publish(1, ("model/x", "text"));
        View.Show(result, Folder);

        File.WriteAllText(Path.Combine(Folder, "model/x"), "edited");

        Assert.Equal("text", File.ReadAllText(test.BlobPath(result, "model")));
    }

    [Fact]
    public void An_edited_file_is_kept_beside_the_one_that_takes_its_place()
    {
        var result = test.Publish(1, ("model/x", "text"));
        View.Show(result, Folder);
        File.WriteAllText(Path.Combine(Folder, "model/x"), "edited");

        Assert.True(View.Show(result, Folder));

        Assert.Equal("text", Shown("model/x"));
        Assert.Equal("edited", Shown("model/x.edited"));
    }

    [Fact]
    public void Every_edit_is_kept()
    {
        var result = test.Publish(1, ("model/x", "text"));
        foreach (var edit in (string[])["first", "second", "third"])
        {
            View.Show(result, Folder);
            File.WriteAllText(Path.Combine(Folder, "model/x"), edit);
        }

        View.Show(result, Folder);

        Assert.Equal(["model/x", "model/x.edited", "model/x.edited-2", "model/x.edited-3"], Files());
    }

    [Fact]
    public void An_edited_file_stays_when_the_next_result_has_none_of_that_name()
    {
        View.Show(test.Publish(1, ("model/x", "text"), ("log/y", "y")), Folder);
        File.WriteAllText(Path.Combine(Folder, "log/y"), "edited");

        View.Show(test.Publish(2, ("model/x", "text")), Folder);

        Assert.Equal("edited", Shown("log/y"));
    }

    [Fact]
    public void A_persons_own_files_stay()
    {
        TestStore.Write(Path.Combine(Folder, "model/notes.txt"), "notes");
        TestStore.Write(Path.Combine(Folder, "model/x"), "mine");

        View.Show(test.Publish(1, ("model/x", "text")), Folder);
        View.Show(test.Publish(2, ("log/y", "y")), Folder);

        Assert.Equal("notes", Shown("model/notes.txt"));
        Assert.Equal("mine", Shown("model/x.edited"));
        Assert.Equal(["log/y", "model/notes.txt", "model/x.edited"], Files());
    }

    [Fact]
    public void A_deleted_file_is_shown_again()
    {
        var result = test.Publish(1, ("model/x", "text"), ("log/y", "other"));
        View.Show(result, Folder);
        File.Delete(Path.Combine(Folder, "model/x"));

        Assert.True(View.Show(result, Folder));

        Assert.Equal("text", Shown("model/x"));
    }

    [Fact]
    public void A_link_in_the_way_is_set_aside_and_what_it_leads_to_is_left_alone()
    {
        TestStore.Write(test["elsewhere/x"], "mine");
        Directory.CreateDirectory(Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "model"), test["elsewhere"]);

        View.Show(test.Publish(1, ("model/x", "text")), Folder);

        Assert.Equal("mine", File.ReadAllText(test["elsewhere/x"]));
        Assert.Equal("text", Shown("model/x"));
        Assert.Equal(test["elsewhere"], new FileInfo(Path.Combine(Folder, "model.edited")).LinkTarget);
    }

    [Fact]
    public void A_shown_folder_that_was_moved_away_and_linked_to_is_the_persons()
    {
        View.Show(test.Publish(1, ("model/x", "text")), Folder);
        Directory.Move(Path.Combine(Folder, "model"), test["elsewhere"]);
        File.CreateSymbolicLink(Path.Combine(Folder, "model"), test["elsewhere"]);

        View.Show(test.Publish(2, ("log/y", "y")), Folder);

        Assert.Equal("text", File.ReadAllText(test["elsewhere/x"]));
    }

    [Fact]
    public void A_large_result_is_shown_without_a_copy_and_read_only_where_it_is_linked()
    {
        var result = test.Publish(1, ("model/x", "text"));

        new OutputView(test.Store, copyLimit: 3).Show(result, Folder);
        File.SetUnixFileMode(Path.Combine(Folder, "model/x"), UnixFileMode.UserRead | UnixFileMode.OtherExecute);
        var isLinked = File.GetUnixFileMode(test.BlobPath(result, "model")).HasFlag(UnixFileMode.OtherExecute);

        // On a file system with clones it is one of those instead.
        Assert.Equal("text", Shown("model/x"));
        Assert.SkipUnless(isLinked, "this file system clones");
    }

    [Fact]
    public void A_change_through_a_hard_link_is_noticed_and_nothing_of_it_is_lost()
    {
        var result = test.Publish(1, ("model/x", "text"));
        var view = new OutputView(test.Store, copyLimit: 0);
        view.Show(result, Folder);
        var shown = Path.Combine(Folder, "model/x");
        File.SetUnixFileMode(shown, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(shown, "mine");
        Assert.SkipUnless(File.ReadAllText(test.BlobPath(result, "model")) == "mine", "this file system clones");

        Assert.Throws<DamagedResultException>(() => view.Show(result, Folder));
        view.Show(test.Publish(1, ("model/x", "text")), Folder);

        Assert.Equal("text", Shown("model/x"));
        Assert.Equal("mine", Shown("model/x.edited"));
    }

    [Fact]
    public void A_damaged_result_is_not_shown_in_place_of_a_whole_one()
    {
        View.Show(test.Publish(1, ("model/x", "old")), Folder);
        var damaged = test.Publish(2, ("model/x", "new"));
        TestStore.FlipBit(test.BlobPath(damaged, "model"));

        var error = Assert.Throws<DamagedResultException>(() => View.Show(damaged, Folder));

        Assert.Equal((damaged.Key, "model/x"), (error.Key, error.File));
        Assert.Equal("old", Shown("model/x"));
        Assert.Equal(["model/x"], Files());
    }

    [Fact]
    public void A_view_that_was_interrupted_is_completed_without_taking_its_own_files_for_a_persons()
    {
        var result = test.Publish(1, ("model/x", "text"), ("model/y", "other"));
        View.Show(result, Folder);
        // As after a crash between placing the files and naming them: the marker lost, a draft folder left.
        File.Delete(Path.Combine(Folder, ".tlpipe-view.json"));
        TestStore.Write(Path.Combine(Folder, ".tlpipe-draft-0123/0"), "hal");

        Assert.True(View.Show(result, Folder));

        Assert.Equal(["model/x", "model/y"], Files());
        Assert.Empty(Directory.GetDirectories(Folder, ".tlpipe-draft-*"));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_that_names_it()
    {
        TestStore.Write(test["outputs"], "in the way");

        var error = Assert.Throws<PipelineException>(() => View.Show(test.Publish(1, ("model/x", "text")), Folder));

        Assert.Contains($"cannot be shown in {Folder}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deleting_the_view_loses_nothing()
    {
        var result = test.Publish(1, ("model/x", "text"));
        View.Show(result, Folder);
        Directory.Delete(Folder, recursive: true);

        Assert.True(View.Show(test.Store.Find(result.Key)!, Folder));

        Assert.Equal("text", Shown("model/x"));
    }

    private string Shown(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>The files that the user sees: everything but the view's marker.</summary>
    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f))
            .Where(f => f != ".tlpipe-view.json").Order(StringComparer.Ordinal);

    private List<(string, DateTime)> Times() =>
        [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => (f, File.GetLastWriteTimeUtc(f)))];
}
