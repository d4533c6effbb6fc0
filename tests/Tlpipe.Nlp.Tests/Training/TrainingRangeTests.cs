// Which numbers the options of a training take.
using System.Globalization;
using System.Text.Json;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Nlp.Tests.Training;

public sealed class TrainingRangeTests
{
    private const double None = double.NaN;
    private const double Infinite = double.PositiveInfinity;

    // Options that another option must allow are allowed here.
    private static readonly TrainingArguments Plain = new()
    {
        EvalStrategy = IntervalStrategy.Steps,
        SaveStrategy = SaveStrategy.Epoch,
        EarlyStoppingPatience = 3,
    };

    // Values that torch and Hugging Face's Trainer can train with.
    public static TheoryData<string, double[], double[]> Numbers => new()
    {
        { "LearningRate", [0, 5e-5, 1e300], [-1e-9, None, Infinite, -Infinite] },
        { "WeightDecay", [0, 0.1, Infinite], [-1e-9, None] },
        { "NumTrainEpochs", [0.1, 3, 1e300], [0, -1, None, Infinite] },
        { "MaxSteps", [-1, 1, int.MaxValue], [0, -2, int.MinValue] },
        { "PerDeviceTrainBatchSize", [1, int.MaxValue], [0, -1] },
        { "PerDeviceEvalBatchSize", [1, int.MaxValue], [0, -1] },
        { "GradientAccumulationSteps", [1, int.MaxValue], [0, -1] },
        { "MaxGradNorm", [0, 1, Infinite], [-1e-9, None] },
        { "WarmupSteps", [0, 7, int.MaxValue], [-1] },
        { "WarmupRatio", [0, 0.5, 1], [-0.1, 1.0001, None, Infinite] },
        { "AdamBeta1", [0, 0.999], [1, -0.1, None, Infinite] },
        { "AdamBeta2", [0, 0.999], [1, -0.1, None, Infinite] },
        { "AdamEpsilon", [0, 1e-8, Infinite], [-1e-9, None] },
        { "LabelSmoothingFactor", [0, 0.999], [1, -0.1, None, Infinite] },
        { "LoggingSteps", [0.5, 1, 500, int.MaxValue], [0, -1, 1.5, 2147483648, None, Infinite] },
        { "EvalSteps", [0.5, 1, 500, int.MaxValue], [0, -1, 1.5, 2147483648, None, Infinite] },
        { "SaveSteps", [0.5, 1, 500, int.MaxValue], [0, -1, 1.5, 2147483648, None, Infinite] },
        { "SaveTotalLimit", [1, int.MaxValue], [0, -1] },
        { "Seed", [0, int.MaxValue], [-1] },
        { "DataSeed", [0, int.MaxValue], [-1] },
        { "EarlyStoppingPatience", [1, int.MaxValue], [0, -1] },
        { "EarlyStoppingThreshold", [0, 0.1, Infinite], [-1e-9, None] },
        { "MapBatchSize", [1, int.MaxValue], [0, -1] },
        { "PadToMultipleOf", [1, int.MaxValue], [0, -1] },
    };

    public static TheoryData<string, LrSchedulerType, double[], double[]> ScheduleNumbers => new()
    {
        { "NumCycles", LrSchedulerType.Cosine, [0.5, 3, 1e300], [0, -1, None, Infinite] },
        { "NumCycles", LrSchedulerType.CosineWithRestarts, [1, 3], [0, -1, 1.5, None, Infinite] },
        { "LrEnd", LrSchedulerType.Polynomial, [0, 1e-7], [-1e-9, 5e-5, None, Infinite] },
        { "Power", LrSchedulerType.Polynomial, [0.5, 2], [0, -1, None, Infinite] },
        { "Power", LrSchedulerType.Linear, [], [1, 0] },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_is_taken_within_its_range_and_refused_by_name_outside(string property, double[] taken, double[] refused)
    {
        IEnumerable<string> Mistakes(double value) => With(Plain with { }, property, value).Mistakes().Select(mistake => mistake.Option);

        Assert.All(taken, value => Assert.Empty(Mistakes(value)));
        Assert.All(refused, value => Assert.Equal([Option(property)], Mistakes(value)));
    }

    [Theory]
    [MemberData(nameof(ScheduleNumbers))]
    public void A_number_of_a_schedule_is_taken_where_it_counts(string property, LrSchedulerType schedule, double[] taken, double[] refused)
    {
        IEnumerable<string> Mistakes(double value) =>
            (Plain with { LrSchedulerType = schedule, LrSchedulerKwargs = With(new LrSchedulerKwargs(), property, value) }).Mistakes().Select(mistake => mistake.Option);

        Assert.All(taken, value => Assert.Empty(Mistakes(value)));
        Assert.All(refused, value => Assert.Equal([$"lr_scheduler_kwargs.{Option(property)}"], Mistakes(value).Distinct()));
    }

    [Fact]
    public void Every_number_among_the_options_is_tried_here()
    {
        var numbers = typeof(TrainingArguments).GetProperties()
            .Where(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is var type && (type == typeof(int) || type == typeof(double)))
            .Select(property => property.Name);

        Assert.Equal(numbers.Order(StringComparer.Ordinal), Numbers.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("AdamBeta1", 1, "1 is out of range; give a number from 0 to below 1")]
    [InlineData("NumTrainEpochs", 0, "0 is out of range; give a number above 0")]
    [InlineData("Seed", -1, "-1 is out of range; give a number from 0 on")]
    [InlineData("MaxSteps", -2, "-2 is out of range; give a whole number from 1 on, or -1 to go by num_train_epochs")]
    public void A_number_out_of_range_is_refused_with_what_to_give(string property, double value, string expected) =>
        Assert.Equal(expected, Assert.Single(With(Plain with { }, property, value).Mistakes()).Message);

    private static string Option(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    private static T With<T>(T options, string name, double value)
        where T : class
    {
        var property = typeof(T).GetProperty(name)!;
        property.SetValue(options, Convert.ChangeType(value, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, CultureInfo.InvariantCulture));
        return options;
    }
}
