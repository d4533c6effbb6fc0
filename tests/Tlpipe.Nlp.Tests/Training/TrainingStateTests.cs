// The file in which a checkpoint holds a training's state.
using System.Text.Json;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Nlp.Tests.Training;

public sealed class TrainingStateTests
{
    [Fact]
    public void Its_members_are_those_of_version_2_in_their_order()
    {
        string[] version2 =
        [
            "Version", "Step", "ScheduledUpdates", "Epoch", "MicroBatch", "Streams", "BeforeAhead", "EvaluationDue", "Stopped", "RunningLoss", "TotalLoss",
            "LoggedStep", "LoggedLoss", "History", "Best", "BestMetric", "Patience", "Kept", "KeptBest", "MicroBatches", "LastGradNorm", "LastLearningRate",
            "LossScale", "UpdatesSinceScaleChange", "TotalFlops", "Threads", "Measured",
        ];

        using var json = JsonDocument.Parse(TrainingState.Begin(new([1], [2], null)).Bytes());

        Assert.Equal(version2, json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(2, json.RootElement.GetProperty("Version").GetInt32());
    }

    [Fact]
    public void What_a_checkpoint_holds_is_read_back()
    {
        using var folder = new TemporaryFolder();
        var state = TrainingState.Begin(new([1], [2], [3]));
        (state.Step, state.BestMetric, state.RunningLoss) = (7, double.NegativeInfinity, float.NaN);
        state.Kept.Add(5);
        state.History.Add(new TrainLogEntry(0.5, null, 1e-5, double.NaN, 7));

        TrainingState.Write(folder.Path, state.Bytes());
        var read = TrainingState.Read(folder.Path);

        Assert.Equal((7, double.NegativeInfinity, float.NaN), (read.Step, read.BestMetric, read.RunningLoss));
        Assert.Equal([5L], read.Kept);
        Assert.Equal(state.History, read.History);
        Assert.Equal([3], read.Streams.Private);
    }
}
