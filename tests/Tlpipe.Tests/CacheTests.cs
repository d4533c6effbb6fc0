// The commands about a store: what the user sees, what a crash leaves, and what eight processes do to it at once.
using System.Text.Json;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class CacheTests
{
    public static TheoryData<string> CollectionPoints() =>
        new() { "gc.record-moved", "gc.record-moved:3", "gc.records-moved", "gc.blob-moved", "gc.blob-moved:3", "gc.labelled", "gc.checked", "gc.deleted" };

    public static TheoryData<string> ImportPoints() =>
        new() { "import.blob-added", "import.blob-added:3", "import.blobs-synced", "import.record-named", "import.record-named:3" };

    [Fact]
    public void A_list_names_results_as_the_config_does_and_fits_80_columns()
    {
        using var experiment = QuickExperiment.Completed();

        var list = experiment.Tlpipe("cache", "ls");
        using var json = JsonDocument.Parse(experiment.Tlpipe("cache", "ls", "--json").Output);

        Assert.Equal(QuickExperiment.Stages.Select(s => $"quick/{s}"), list.Lines.Skip(1).SkipLast(1).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]).Order());
        Assert.StartsWith("4 results, ", list.Lines[^1]);
        Assert.All(list.Lines.SkipLast(1), line => Assert.InRange(line.Length, 1, 80));
        Assert.Equal(4, json.RootElement.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public void A_collection_is_a_dry_run_until_it_is_told_otherwise_and_can_be_undone()
    {
        using var experiment = QuickExperiment.Completed("1");
        string[] gc = ["cache", "gc", "--keep-last", "1", "--keep-within", "0s"];

        var dry = experiment.Tlpipe(gc);
        var after = experiment.Tlpipe("cache", "ls");
        var real = experiment.Tlpipe([.. gc, "--yes"]);
        var left = experiment.Tlpipe("cache", "ls");
        var undone = experiment.Tlpipe("cache", "gc", "--undo");
        var old = experiment.Run("-p", "seed=1");

        Assert.Contains("would take 4 results", dry.Output);
        Assert.StartsWith("8 results", after.Lines[^1]);
        Assert.Contains("took 4 results", real.Output);
        Assert.StartsWith("4 results", left.Lines[^1]);
        Assert.StartsWith("put back 4 results", undone.Lines[^1]);
        Assert.Empty(old.Stages("done"));
    }

    [Fact]
    public void A_pinned_result_is_listed_and_kept()
    {
        using var experiment = new QuickExperiment();
        experiment.Run("-p", "seed=1");
        var pinned = experiment.Tlpipe("cache", "pin", "quick/corpus", "--note", "the paper");
        experiment.Run();

        QuickExperiment.Well(experiment.Tlpipe("cache", "gc", "--keep-last", "1", "--keep-within", "0s", "--grace", "0s", "--yes"));
        var list = experiment.Tlpipe("cache", "pin");

        Assert.StartsWith("pinned: ", pinned.Lines[0]);
        Assert.Contains("quick/corpus", list.Output);
        Assert.Contains("the paper", list.Output);
        Assert.StartsWith("5 results", experiment.Tlpipe("cache", "ls").Lines[^1]);
    }

    [Fact]
    public void Damage_is_found_and_repaired_by_computing_again()
    {
        // Run here instead of copied: a repair runs the config at the path in the store's record.
        using var experiment = new QuickExperiment();
        experiment.Run();
        var before = experiment.Outputs();
        var blobs = Directory.GetFiles(Path.Combine(experiment.Store, "cas"), "*", SearchOption.AllDirectories);
        foreach (var blob in blobs)
            Flip(blob);

        var found = experiment.Tlpipe("cache", "verify");
        var repaired = experiment.Tlpipe("cache", "verify", "--repair");
        var again = experiment.Tlpipe("cache", "verify");

        Assert.Equal(1, found.ExitCode);
        Assert.Contains($"{blobs.Length} problems", found.Output);
        QuickExperiment.Well(repaired);
        QuickExperiment.Well(again);
        Assert.Contains("all whole", again.Output);
        Assert.Equal(before, experiment.Outputs());
    }

    [Fact]
    public void A_repair_takes_relative_paths_as_the_run_did_that_it_repeats()
    {
        using var experiment = new QuickExperiment();
        var below = Directory.CreateDirectory(Path.Combine(experiment.Folder, "below")).FullName;
        File.WriteAllText(Path.Combine(below, "texts.csv"), "text\nmuito bom\n");
        File.WriteAllText(Path.Combine(experiment.Folder, QuickExperiment.ConfigPath), "root: ..\nproperties: { data: none.csv }\nstages:\n  texts: { uses: read-table, with: { path: $(data) } }\n");
        QuickExperiment.Well(TlpipeProcess.Run(below, "run", "../" + QuickExperiment.ConfigPath, "-p", "data=texts.csv"));
        foreach (var blob in Directory.GetFiles(Path.Combine(experiment.Store, "cas"), "*", SearchOption.AllDirectories))
            Flip(blob);

        var repaired = experiment.Tlpipe("cache", "verify", "--repair");

        Assert.Contains("1 result computed again", QuickExperiment.Well(repaired).Output);
    }

    [Fact]
    public void A_result_goes_to_another_store_as_one_file()
    {
        using var here = QuickExperiment.Completed();
        using var there = new QuickExperiment();

        var exported = here.Tlpipe("cache", "export", "quick/corpus", "-o", "corpus.tar");
        var imported = there.Tlpipe("cache", "import", Path.Combine(here.Folder, "corpus.tar"), "--store", there.Store);
        var run = there.Run("-t", "corpus");

        QuickExperiment.Well(exported);
        Assert.Contains("3 new results", QuickExperiment.Well(imported).Output);
        Assert.Empty(run.Stages("done"));
    }

    [Theory]
    [InlineData("cache", "ls")]
    [InlineData("cache", "pin", "quick/nothing")]
    [InlineData("cache", "import", "missing.tar", "--store", "new")]
    [InlineData("cache", "gc", "--max-size", "big")]
    public void A_mistake_is_one_line_and_exit_code_2(params string[] arguments)
    {
        using var experiment = new QuickExperiment();
        if (arguments[1] == "pin")
            experiment.Run("-t", "reviews");

        var ended = experiment.Tlpipe(arguments);

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith("error TL", Assert.Single(ended.ErrorLines));
    }

    [Theory]
    [MemberData(nameof(CollectionPoints))]
    public void A_collection_killed_anywhere_loses_nothing_that_is_kept(string point)
    {
        using var experiment = QuickExperiment.Completed("1");
        var before = experiment.Outputs();

        var killed = Crash(experiment, point, "cache", "gc", "--keep-last", "1", "--keep-within", "0s", "--grace", "0s", "--yes");
        var verified = experiment.Tlpipe("cache", "verify");
        var again = experiment.Run();
        var collected = experiment.Tlpipe("cache", "gc", "--keep-last", "1", "--keep-within", "0s", "--grace", "0s", "--yes");

        Assert.Equal(137, killed.ExitCode);
        QuickExperiment.Well(verified);
        Assert.Empty(again.Stages("done"));
        Assert.Equal(before, experiment.Outputs());
        QuickExperiment.Well(collected);
        Assert.StartsWith("4 results", experiment.Tlpipe("cache", "ls").Lines[^1]);
    }

    [Theory]
    [MemberData(nameof(ImportPoints))]
    public void An_import_killed_anywhere_can_be_done_again(string point)
    {
        using var here = QuickExperiment.Completed();
        using var there = new QuickExperiment();
        here.Tlpipe("cache", "export", "quick/corpus", "quick/holdout", "-o", "all.tar");
        string[] import = ["cache", "import", Path.Combine(here.Folder, "all.tar"), "--store", there.Store];

        var killed = Crash(there, point, import);
        var verified = there.Tlpipe("cache", "verify");
        var again = there.Tlpipe(import);
        var run = there.Run();

        Assert.Equal(137, killed.ExitCode);
        QuickExperiment.Well(verified);
        QuickExperiment.Well(again);
        Assert.Empty(run.Stages("done"));
        Assert.Equal(here.Outputs(), there.Outputs());
    }

    [Fact]
    public void Eight_processes_at_once_compute_each_key_once_and_lose_nothing()
    {
        using var experiment = new QuickExperiment();
        string[] gc = ["cache", "gc", "--keep-last", "2", "--keep-within", "0s", "--grace", "0s", "--yes"];
        experiment.Run("-t", "reviews", "-p", "seed=99");

        // Two runs of each of two configs, and four that look after the store meanwhile.
        var computed = new System.Collections.Concurrent.ConcurrentBag<string>();
        var ended = Work(
            () => Computed("seed=1"), () => Computed("seed=1"), () => Computed("seed=2"), () => Computed("seed=2"),
            () => Thrice(gc), () => Thrice(gc), () => Thrice("cache", "verify"), () => Thrice("cache", "pin", "quick/reviews"));
        var verified = experiment.Tlpipe("cache", "verify");
        var last = new[] { "seed=1", "seed=2" }.Select(seed => experiment.Run("-p", seed)).ToList();

        Assert.All(ended, e => Assert.True(e.ExitCode == 0 || e.Errors.Contains("TL0421", StringComparison.Ordinal), e.Output + e.Errors));
        Assert.Equal(computed.Distinct().Count(), computed.Count);
        Assert.Equal(8, computed.Count);
        QuickExperiment.Well(verified);
        Assert.All(last, run => Assert.Empty(run.Stages("done")));

        IEnumerable<Ended> Computed(string seed)
        {
            // Outputs of their own: two runs of one config would otherwise show their results by turns.
            var run = experiment.Tlpipe("run", QuickExperiment.ConfigPath, "-p", seed);
            foreach (var stage in run.Stages("done"))
                computed.Add($"{seed} {stage}");
            return [run];
        }

        IEnumerable<Ended> Thrice(params string[] arguments) => Enumerable.Range(0, 3).Select(_ => experiment.Tlpipe(arguments)).ToList();
    }

    private static IReadOnlyList<Ended> Work(params Func<IEnumerable<Ended>>[] workers)
    {
        var ended = new IEnumerable<Ended>[workers.Length];
        var threads = workers.Select((work, i) => new Thread(() => ended[i] = work())).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return [.. ended.SelectMany(e => e)];
    }

    private static Ended Crash(QuickExperiment experiment, string point, params string[] arguments) =>
        TlpipeProcess.Run(experiment.Folder, new Dictionary<string, string> { [TlpipeProgram.CrashAt] = point }, arguments);

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }
}
