// Training while the garbage collector runs all the time.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Nlp.Tests.Training;

/// <summary>Tests that slow every other one down run when those are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

[Collection(Alone.Name)]
[Trait(Tier.Name, Tier.All)]
public sealed class GarbageCollectionTests
{
    // TorchSharp does not keep the numbers of an operation alive while libtorch reads them (Devices/Arithmetic.cs).
    [Theory]
    [InlineData("classify", 15)]
    [InlineData("mlm", 15)]
    [InlineData("classify", -1, Explicit = true, Traits = [Tier.Name, Tier.Crash])]
    [InlineData("mlm", -1, Explicit = true, Traits = [Tier.Name, Tier.Crash])]
    public void Collections_at_any_moment_change_nothing(string name, int maxSteps)
    {
        using var golden = new TrainerGolden(name);
        var arguments = golden.Arguments with { MaxSteps = maxSteps };
        var undisturbed = Weights(golden.Task(ComputeDevice.Open("cpu", 1), arguments));
        using var over = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!over.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();

        float[][] disturbed;
        try
        {
            disturbed = Weights(golden.Task(ComputeDevice.Open("cpu", 1), arguments));
        }
        finally
        {
            over.Cancel();
            collector.Join();
        }

        Assert.Equal(undisturbed, disturbed);
    }

    private static float[][] Weights(ITrainingTask task)
    {
        Trainer.Train(task, stopping: TestContext.Current.CancellationToken);
        return [.. task.Model.Parameters().Select(p => p.Parameter.data<float>().ToArray())];
    }
}
