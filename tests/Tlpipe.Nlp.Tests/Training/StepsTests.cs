// Counts of updates, and the learning rate.
using Tlpipe.Nlp.Training;

namespace Tlpipe.Nlp.Tests.Training;

public sealed class StepsTests
{
    private static readonly TrainingArguments Mlm = new() { PerDeviceTrainBatchSize = 64, GradientAccumulationSteps = 2, NumTrainEpochs = 20 };

    [Fact]
    public void The_experiment_carries_its_odd_micro_batch_over()
    {
        var steps = new Steps(9226, Mlm with { GradientAccumulation = GradientAccumulation.CarryOver });

        Assert.Equal((145, 72, 1440L, 2880L), (steps.MicroBatchesAnEpoch, steps.UpdatesAnEpoch, steps.TotalUpdates, steps.TotalMicroBatches));
        Assert.Equal(19.862, steps.EndEpoch, 0.0005);
        Assert.Equal(20, steps.Evaluations(Mlm));
        Assert.False(steps.CompletesUpdate(0, 144));
        Assert.True(steps.CompletesUpdate(1, 0));
        Assert.Equal(2, steps.GroupSize(144));
    }

    [Fact]
    public void Per_epoch_the_short_last_group_makes_an_update()
    {
        var steps = new Steps(9226, Mlm with { PerDeviceTrainBatchSize = 32 });

        Assert.Equal((289, 145, 2900L), (steps.MicroBatchesAnEpoch, steps.UpdatesAnEpoch, steps.TotalUpdates));
        Assert.Equal(20, steps.EndEpoch);
        Assert.True(steps.CompletesUpdate(7, 288));
        Assert.False(steps.CompletesUpdate(7, 0));
        Assert.Equal((2, 1), (steps.GroupSize(287), steps.GroupSize(288)));
    }

    [Theory]
    [InlineData(600, 64, 1, 5, 50, 5.0)]
    [InlineData(600, 32, 1, 5, 95, 5.0)]
    [InlineData(154, 16, 4, 5, 15, 5.0)]
    [InlineData(100, 10, 4, 0.5, 2, 0.8)]
    [InlineData(3, 8, 4, 2, 2, 2.0)]
    public void Updates_and_the_epoch_at_the_end(int rows, int batch, int accumulation, double epochs, long updates, double endEpoch)
    {
        var steps = new Steps(rows, new TrainingArguments { PerDeviceTrainBatchSize = batch, GradientAccumulationSteps = accumulation, NumTrainEpochs = epochs });

        Assert.Equal((updates, endEpoch), (steps.TotalUpdates, steps.EndEpoch));
    }

    [Theory]
    [InlineData(154, 16, 4, 5, GradientAccumulation.PerEpoch)]
    [InlineData(154, 16, 4, 5, GradientAccumulation.CarryOver)]
    [InlineData(154, 16, 3, 2.4, GradientAccumulation.PerEpoch)]
    [InlineData(154, 16, 3, 2.4, GradientAccumulation.CarryOver)]
    [InlineData(20, 16, 4, 3, GradientAccumulation.CarryOver)]
    public void Walking_the_micro_batches_reaches_the_last_update_at_the_last_micro_batch(int rows, int batch, int accumulation, double epochs, GradientAccumulation way)
    {
        var steps = new Steps(rows, new TrainingArguments
        {
            PerDeviceTrainBatchSize = batch,
            GradientAccumulationSteps = accumulation,
            NumTrainEpochs = epochs,
            GradientAccumulation = way,
        });

        var (updates, walked) = (0L, 0L);
        while (updates < steps.TotalUpdates)
        {
            var (epoch, microBatch) = ((int)(walked / steps.MicroBatchesAnEpoch), (int)(walked % steps.MicroBatchesAnEpoch));
            walked++;
            if (steps.CompletesUpdate(epoch, microBatch))
                updates++;
        }

        Assert.Equal(steps.TotalMicroBatches, walked);
    }

    // docs/hf-parity.md 9.3
    [Theory]
    [InlineData(1, 5e-5)]
    [InlineData(2, 4.9982758620689654e-05)]
    [InlineData(500, 4.1396551724137935e-05)]
    [InlineData(2900, 1.7241379310344825e-08)]
    public void The_linear_schedule_gives_the_reference_rates(int update, double rate)
    {
        var schedule = new LearningRateSchedule(new TrainingArguments { LearningRate = 5e-5 }, 2900);

        Assert.Equal(rate, schedule.Rate(update - 1), 1e-20);
    }

    [Fact]
    public void Warming_up_starts_at_nothing_and_the_ratio_is_rounded_up()
    {
        var schedule = new LearningRateSchedule(new TrainingArguments { LearningRate = 0.01, WarmupRatio = 0.3 }, 15);

        Assert.Equal(5, schedule.WarmupUpdates);
        Assert.Equal([0, 0.006, 0.01, 0.004], new long[] { 0, 3, 5, 11 }.Select(k => Math.Round(schedule.Rate(k), 12)));
    }

    [Fact]
    public void A_constant_rate_stays()
    {
        var schedule = new LearningRateSchedule(new TrainingArguments { LearningRate = 0.01, LrSchedulerType = LrSchedulerType.Constant }, 15);

        Assert.Equal((0.01, 0.01), (schedule.Rate(0), schedule.Rate(14)));
    }

    [Fact]
    public void Options_that_cannot_be_used_are_named()
    {
        var arguments = new TrainingArguments { NumTrainEpochs = 0, LoggingSteps = 0, LearningRate = double.NaN };

        Assert.Equal(["learning_rate", "num_train_epochs", "logging_steps"], arguments.Mistakes().Select(m => m.Option));
        Assert.Empty(new TrainingArguments().Mistakes());
    }
}
