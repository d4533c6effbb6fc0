// The same config in two terminals at once.
namespace Tlpipe.Tests;

public sealed class TwoTerminalsTests
{
    [Fact]
    public async Task Each_result_is_computed_once_the_other_waits_and_both_end_with_the_table()
    {
        using var experiment = new TinyExperiment();
        string[] arguments = ["run", TinyExperiment.ConfigPath, "-p", "mlm_epochs=1"];

        var terminals = await Task.WhenAll(
            Task.Run(() => TlpipeProcess.Run(experiment.Folder, arguments), TestContext.Current.CancellationToken),
            Task.Run(() => TlpipeProcess.Run(experiment.Folder, arguments), TestContext.Current.CancellationToken));

        Assert.All(terminals, ended => Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors));
        Assert.All(terminals, ended => Assert.Contains(ended.Lines, line => line.Contains("eval_loss") && line.Contains("eval_accuracy")));
        Assert.Empty(terminals[0].Stages("done").Intersect(terminals[1].Stages("done")));
        Assert.Equal(24, terminals[0].Stages("done").Count + terminals[1].Stages("done").Count);
        Assert.Contains(terminals, ended => ended.Stages("waiting").Count > 0);
    }
}
