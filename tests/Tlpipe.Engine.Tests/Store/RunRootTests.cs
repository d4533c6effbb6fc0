// The store records the results that a run uses, during the run and afterwards.
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

public sealed class RunRootTests : IDisposable
{
    private readonly TestStore test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_key_is_recorded_as_soon_as_it_is_added_and_the_run_is_live()
    {
        using var root = test.Store.BeginRun(RunNote.Now("mini", "/configs/mini.yaml", ["seed=1"]));

        root.Add(Key(1), "tokens.labelled");
        root.Add(Key(1), "tokens.labelled");

        var run = Assert.Single(test.Store.Runs());
        Assert.True(run.IsLive);
        Assert.Equal(("mini", "/configs/mini.yaml"), (run.Note.Name, run.Note.Config));
        Assert.Equal(["seed=1"], run.Note.Properties);
        Assert.Equal([new RootedKey(Key(1), "tokens.labelled")], run.Keys);
    }

    [Fact]
    public void A_run_that_is_over_is_recorded_but_not_live()
    {
        using (var root = test.Store.BeginRun(RunNote.Now("mini", "/configs/mini.yaml")))
            root.Add(Key(1), "a");

        var run = Assert.Single(test.Store.Runs());

        Assert.False(run.IsLive);
        Assert.Equal(Key(1), run.Keys.Single().Key);
    }

    [Fact]
    public void The_newest_run_comes_first_whatever_the_clock_says()
    {
        foreach (var (name, day) in new[] { ("first", 9), ("second", 2), ("third", 5) })
            test.Store.BeginRun(new RunNote(name, "/c.yaml", [], new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero), "host")).Dispose();

        Assert.Equal(["third", "second", "first"], test.Store.Runs().Select(r => r.Note.Name));
    }

    [Fact]
    public void A_file_cut_off_anywhere_gives_the_keys_that_are_whole()
    {
        string path;
        using (var root = test.Store.BeginRun(RunNote.Now("mini", "/c.yaml")))
        {
            path = root.Path;
            root.Add(Key(1), "a");
            root.Add(Key(2), "b");
        }
        var whole = File.ReadAllBytes(path);
        var header = Array.IndexOf(whole, (byte)'\n') + 1;
        var line = 64 + " a\n".Length;

        Assert.All(Enumerable.Range(0, whole.Length), length =>
        {
            File.WriteAllBytes(path, whole[..length]);
            var run = test.Store.Runs().SingleOrDefault();
            Assert.Equal(length >= header, run is not null);
            Assert.Equal(Math.Max(0, length - header) / line, run?.Keys.Count ?? 0);
        });
    }

    private static string Key(int seed) => TestStore.Document(seed).Key;
}
