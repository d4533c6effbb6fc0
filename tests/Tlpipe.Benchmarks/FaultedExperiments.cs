// Small experiments whose stores are damaged, and runs of them in this process.
using System.Globalization;
using System.Security.Cryptography;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;
using Tlpipe.Stages;

namespace Tlpipe.Benchmarks;

/// <summary>A few finished experiments; each round takes a copy of one, damages it and runs it again.</summary>
internal sealed class FaultedExperiments : IDisposable
{
    private const int Templates = 6;
    private const int MostFaults = 8;
    private readonly string folder = Directory.CreateTempSubdirectory("tlpipe-faults-").FullName;
    private readonly List<Template> templates = [];

    public FaultedExperiments(int seed)
    {
        for (var i = 0; i < Templates; i++)
            templates.Add(Make(new Random(unchecked(seed + (i * 7919))), Path.Combine(folder, $"template-{i}")));
    }

    /// <summary>A finished experiment: the digests of each stage's outputs, and the files under outputs/ with their bytes' digests.</summary>
    private sealed record Template(string Folder, IReadOnlyDictionary<string, string> Digests, IReadOnlyDictionary<string, string> Shown, string Archive);

    /// <summary>What a run did.</summary>
    private sealed record Outcome(IReadOnlyDictionary<string, StoredResult>? Results, List<string> Computed, Exception? Problem);

    /// <summary>One store, several faults, and what runs make of it.</summary>
    public void Round(int seed, FaultCounts counts)
    {
        var chance = new Random(seed);
        var template = templates[chance.Next(templates.Count)];
        var place = Path.Combine(folder, $"round-{counts.Rounds}");
        Copy(template.Folder, place);
        try
        {
            var way = chance.Next(10);
            if (way == 0)
                FromArchive(chance, template, place, counts);
            else if (way == 1)
                FromServer(chance, template, place, counts);
            else
                DamagedStore(chance, template, place, counts);
        }
        catch (Exception e)
        {
            counts.Exceptions++;
            Console.WriteLine($"round {counts.Rounds}: {e}");
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void DamagedStore(Random chance, Template template, string place, FaultCounts counts)
    {
        var owners = Owners(place);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        if (chance.Next(2) == 0)
            Directory.Delete(Path.Combine(place, "outputs"), recursive: true);
        var store = Path.Combine(place, "store");
        for (var i = chance.Next(1, MostFaults + 1); i > 0; i--)
        {
            // FORMAT says what the folder is: without it, it is refused, with a remedy.
            var files = Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "FORMAT").Order(StringComparer.Ordinal).ToList();
            foreach (var file in FileFault.Do(chance, files))
                touched.UnionWith(owners.GetValueOrDefault(Path.GetFileName(file), []));
            counts.Faults++;
        }
        Judge(template, Run(place, remote: null), touched, place, counts, "the first run");
        // What no stage read may be damaged still: a verification finds it, and the next run mends it.
        Verification.Run(ResultStore.Open(store, StageKinds.Catalog), _ => { }, CancellationToken.None);
        Judge(template, Run(place, remote: null), touched, place, counts, "the run after a verification");
        Judge(template, Run(place, remote: null), [], place, counts, "the last run");
    }

    private static void FromArchive(Random chance, Template template, string place, FaultCounts counts)
    {
        Directory.Delete(Path.Combine(place, "store"), recursive: true);
        var archive = Path.Combine(place, "a.tar");
        File.Copy(template.Archive, archive);
        FileFault.Change(chance, archive);
        counts.Faults++;
        try
        {
            Archive.Import(ResultStore.Open(Path.Combine(place, "store"), StageKinds.Catalog), archive);
        }
        catch (PipelineException)
        {
            counts.Refused++;
        }
        Judge(template, Run(place, remote: null), null, place, counts, "a run after the import");
    }

    private static void FromServer(Random chance, Template template, string place, FaultCounts counts)
    {
        using var server = new LyingServer(Path.Combine(template.Folder, "store"), chance.Next());
        Directory.Delete(Path.Combine(place, "store"), recursive: true);
        Directory.Delete(Path.Combine(place, "outputs"), recursive: true);
        var outcome = Run(place, new RemoteOptions { Url = server.Address, Download = chance.Next(2) == 0 ? DownloadPolicy.All : DownloadPolicy.Needed });
        counts.Faults += Math.Max(1, server.Lies);
        Judge(template, outcome, null, place, counts, "a run with a server that lies", mayLack: true);
        Judge(template, Run(place, remote: null), null, place, counts, "a run without the server");
    }

    // The stages in touched may be computed again; null means any.
    private static void Judge(
        Template template, Outcome outcome, HashSet<string>? touched, string place, FaultCounts counts, string what, bool mayLack = false)
    {
        if (outcome.Problem is { } problem)
        {
            counts.Exceptions++;
            Console.WriteLine($"round {counts.Rounds}, {what}: {problem}");
            return;
        }
        counts.ComputedAgain += outcome.Computed.Count;
        if (touched is not null && outcome.Computed.Except(touched).ToList() is { Count: > 0 } vain)
        {
            counts.ComputedInVain += vain.Count;
            Console.WriteLine($"round {counts.Rounds}, {what}: computed in vain: {string.Join(", ", vain)}");
        }
        var digests = Digests(outcome.Results!);
        var shown = Shown(place);
        var wrong = template.Digests.Where(d => digests.GetValueOrDefault(d.Key) != d.Value).Select(d => d.Key)
            .Concat(template.Shown.Where(s => shown.TryGetValue(s.Key, out var bytes) ? bytes != s.Value : !mayLack).Select(s => s.Key)).ToList();
        if (wrong.Count == 0)
            return;
        counts.WrongResults++;
        Console.WriteLine($"round {counts.Rounds}, {what}: wrong: {string.Join(", ", wrong)}");
    }

    private static Template Make(Random chance, string place)
    {
        Directory.CreateDirectory(place);
        File.WriteAllLines(Path.Combine(place, "in.csv"), ["id,text,label", .. Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},word{chance.Next(1000)} and {i},{i % 2}"))]);
        File.WriteAllText(Path.Combine(place, "c.yaml"), string.Create(CultureInfo.InvariantCulture, $$"""
            name: faults
            stages:
              file:    { uses: read-table, with: { path: in.csv } }
              made:    { uses: synthesize-reviews, with: { rows: {{chance.Next(20, 60)}}, seed: {{chance.Next(100)}} } }
              some:    { uses: select, with: { table: made, sample: 12, random_state: {{chance.Next(100)}} } }
              few:     { uses: select, with: { table: file, sample: 5, random_state: {{chance.Next(100)}} } }
              parts:   { uses: split, with: { table: made, test_size: 0.3, random_state: {{chance.Next(100)}} } }
              of_few:  { uses: select, with: { table: few, columns: [text] } }
              of_part: { uses: select, with: { table: "parts:test", columns: [text] } }
              last:    { uses: select, with: { table: of_part, sample: 3, random_state: 1 } }
            """));
        var outcome = Run(place, remote: null);
        if (outcome.Problem is { } problem)
            throw new InvalidOperationException("the undamaged run failed", problem);
        var store = ResultStore.Open(Path.Combine(place, "store"), StageKinds.Catalog);
        var archive = $"{place}.tar";
        Archive.Export(store, [.. Inventory.Of(store).Entries], archive);
        return new Template(place, Digests(outcome.Results!), Shown(place), archive);
    }

    private static Outcome Run(string place, RemoteOptions? remote)
    {
        var computed = new List<string>();
        try
        {
            using var never = new Interruption();
            var pipeline = Pipeline.Load(Path.Combine(place, "c.yaml"), [], StageKinds.Catalog, place);
            var runner = new Runner(
                ResultStore.Open(Path.Combine(place, "store"), StageKinds.Catalog), StageKinds.Catalog, new Dictionary<string, string>(), new ChildCommand("false", []),
                e => e is PipelineException { Diagnostics: [var only] } ? new Failed(only.Code, only.Message) : null,
                happened =>
                {
                    if (happened is StageComputed { Stage: var stage })
                        computed.Add(stage.Name);
                },
                Machine.This);
            return new Outcome(runner.Run(pipeline, new RunOptions([], [], Path.Combine(place, "outputs")) { Remote = remote }, never), computed, null);
        }
        catch (Exception e)
        {
            return new Outcome(null, computed, e);
        }
    }

    private static Dictionary<string, string> Digests(IReadOnlyDictionary<string, StoredResult> results) =>
        results.SelectMany(r => r.Value.Outputs.Select(o => ($"{r.Key}:{o.Key}", o.Value.Digest))).ToDictionary(d => d.Item1, d => d.Digest);

    private static Dictionary<string, string> Shown(string place)
    {
        var outputs = Path.Combine(place, "outputs");
        return !Directory.Exists(outputs) ? [] : Directory.EnumerateFiles(outputs, "*", SearchOption.AllDirectories)
            .Where(f => !Path.GetFileName(f).StartsWith('.') && !f.Contains(".edited", StringComparison.Ordinal))
            .ToDictionary(f => Path.GetRelativePath(outputs, f), f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f))));
    }

    /// <summary>The stages whose results need a file of the store, by the file's name.</summary>
    private static Dictionary<string, HashSet<string>> Owners(string place)
    {
        var store = ResultStore.Open(Path.Combine(place, "store"));
        var stages = store.Runs().SelectMany(r => r.Keys).GroupBy(k => k.Key).ToDictionary(g => g.Key, g => g.Select(k => k.Stage).ToHashSet());
        var owners = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (key, names) in stages)
        {
            if (store.Find(key) is not { } result)
                continue;
            foreach (var file in result.Outputs.Values.SelectMany(o => o.Files).Select(f => f.Sha256).Append($"{key}.json"))
            {
                if (!owners.TryGetValue(file, out var of))
                    owners[file] = of = new HashSet<string>(StringComparer.Ordinal);
                of.UnionWith(names);
            }
        }
        return owners;
    }

    private static void Copy(string from, string to)
    {
        foreach (var directory in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(directory.Replace(from, to, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = file.Replace(from, to, StringComparison.Ordinal);
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(file));
        }
    }
}
