// Processes that die at each point where a crash could leave something half done, and at random moments.
using System.Reflection;
using Tlpipe.Engine.Files;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class CrashTests
{
    internal static readonly Lazy<IReadOnlyList<string>> Undisturbed = new(() => KilledRuns.Undisturbed().Results);

    /// <summary>Every point of publishing, of checkpoints and of views; collections and imports have tests of their own.</summary>
    public static TheoryData<string> Points { get; } = [.. typeof(CrashPoint).GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(f => f.IsLiteral)
        .Select(f => (string)f.GetRawConstantValue()!)
        .Where(p => p.Split('.')[0] is "publish" or "checkpoint" or "view")];

    [Theory]
    [MemberData(nameof(Points))]
    public void After_a_crash_the_store_is_whole_and_the_next_run_ends_as_an_undisturbed_one(string point)
    {
        using var runs = new KilledRuns();

        var crashed = runs.Run($"{point}:2");
        var left = runs.Results();
        var (exitCode, output) = runs.Run();

        Assert.True(crashed.ExitCode != 0, $"it passed {point} and lived\n{crashed.Output}");
        Assert.Empty(left.Except(Undisturbed.Value));
        Assert.True(exitCode == 0, output);
        Assert.Equal(Undisturbed.Value, runs.Results());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(60, Explicit = true, Traits = [Tier.Name, Tier.Crash])]
    public void Kills_at_random_moments_lose_nothing_and_change_nothing(int kills)
    {
        var ended = Soak.Run(kills, seed: 20, (_, _) => { });

        Assert.True(ended > 0);
    }
}
