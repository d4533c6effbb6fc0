// The same config in two terminals at once.

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class TwoTerminalsTests
{
    [Fact]
    public async Task Each_result_is_computed_once_the_other_waits_and_both_end_with_the_table()
    {
        using var experiment = new TinyExperiment();
        string[] arguments = ["run", TinyExperiment.ConfigPath, "-p", "mlm_epochs=2"];
        var release = experiment["released"];
        Task<Ended>? second = null;

        // The first process waits in the second epoch of its training until the second waits for it.
        var first = TlpipeProcess.RunAndAct(
            experiment.Folder, line => line.TrimStart().StartsWith("1.00 ", StringComparison.Ordinal), _ => second = Task.Run(Second, TestContext.Current.CancellationToken),
            new Dictionary<string, string> { [TlpipeProgram.HoldAt] = $"30:{release}" }, arguments);
        Ended[] terminals = [first, await second!];

        Assert.All(terminals, ended => Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors));
        Assert.All(terminals, ended => Assert.Contains(ended.Lines, line => line.Contains("eval_loss") && line.Contains("eval_accuracy")));
        Assert.Empty(terminals[0].Stages("done").Intersect(terminals[1].Stages("done")));
        Assert.Equal(24, terminals[0].Stages("done").Count + terminals[1].Stages("done").Count);
        Assert.Contains("domain", terminals[1].Stages("waiting"));

        Ended Second() => TlpipeProcess.RunAndAct(experiment.Folder, line => line.StartsWith("  domain ", StringComparison.Ordinal) && line.Contains(" waiting ", StringComparison.Ordinal), _ => File.WriteAllText(release, ""), environment: null, arguments);
    }
}
