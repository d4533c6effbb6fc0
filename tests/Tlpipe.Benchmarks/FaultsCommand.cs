// Damages stores at random and checks that every later run gives the right results and computes again only what was touched.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tlpipe.Benchmarks;

/// <summary><c>faults N</c>: no wrong result, no exception shown and nothing computed in vain after N faults.</summary>
internal static class FaultsCommand
{
    public static Command Create()
    {
        var faults = new Argument<int>("N") { Description = "How many faults" };
        var seed = new Option<int>("--seed") { Description = "Of all draws. Default: 1", DefaultValueFactory = _ => 1 };
        var minutes = new Option<double>("--minutes") { Description = "Ends after this time; with --state the next call goes on. Default: 10", DefaultValueFactory = _ => 10 };
        var state = new Option<string?>("--state") { Description = "A file that keeps how far it has come" };
        var command = new Command("faults", "Damages files of stores, archives and a shared store at random, and checks what runs make of it") { faults, seed, minutes, state };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(faults), parsed.GetValue(seed), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(state)));
        return command;
    }

    private static int Run(int faults, int seed, TimeSpan most, string? statePath)
    {
        var counts = Read(statePath, seed);
        var clock = Stopwatch.StartNew();
        var before = counts.Seconds;
        using var experiments = new FaultedExperiments(seed);
        while (counts.Faults < faults && clock.Elapsed < most)
        {
            // Each round has a seed of its own, so that a round can be repeated without those before it.
            experiments.Round(HashCode(seed, counts.Rounds), counts);
            counts.Rounds++;
            counts.Seconds = before + clock.Elapsed.TotalSeconds;
            if (counts.Rounds % 100 == 0)
                Tell(counts, statePath);
        }
        Tell(counts, statePath);
        return counts.Bad == 0 ? 0 : 1;
    }

    private static int HashCode(int seed, int round) => unchecked((seed * 1_000_003) + round);

    private static FaultCounts Read(string? path, int seed)
    {
        if (path is null || !File.Exists(path))
            return new FaultCounts { Seed = seed };
        var counts = JsonSerializer.Deserialize<FaultCounts>(File.ReadAllText(path))!;
        return counts.Seed == seed ? counts : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{path} is of the seed {counts.Seed}"));
    }

    private static void Tell(FaultCounts counts, string? path)
    {
        var line = JsonSerializer.Serialize(counts);
        Console.WriteLine(line);
        if (path is not null)
            File.WriteAllText(path, line);
    }
}

/// <summary>What has happened so far; a piece of a campaign goes on from it.</summary>
internal sealed class FaultCounts
{
    public int Seed { get; set; }

    public int Rounds { get; set; }

    public int Faults { get; set; }

    public int WrongResults { get; set; }

    public int Exceptions { get; set; }

    public int ComputedInVain { get; set; }

    public int ComputedAgain { get; set; }

    public int Refused { get; set; }

    public double Seconds { get; set; }

    /// <summary>What must not happen.</summary>
    internal int Bad => WrongResults + Exceptions + ComputedInVain;
}
