// The fitted temperature against cases that can be worked out, and against a search of all of them.
using Tlpipe.Text.Statistics;

namespace Tlpipe.Text.Tests.Statistics;

public sealed class TemperatureScalingTests
{
    // Each row is as sure as the others, with logits 3 and 0, and nine in ten are right: the best probability is 0.9 = 1 / (1 + exp(-3 / T)).
    [Fact]
    public void A_classifier_that_is_equally_sure_everywhere_becomes_as_sure_as_it_is_right()
    {
        var logits = new float[10, 2];
        for (var row = 0; row < 10; row++)
            logits[row, row % 2] = 3;
        int[] labels = [.. Enumerable.Range(0, 10).Select(row => row == 4 ? 1 : row % 2)];

        var temperature = TemperatureScaling.Fit(logits, labels);

        Assert.Equal(3 / Math.Log(9), temperature, 1e-9);
    }

    [Fact]
    public void No_other_temperature_has_a_smaller_loss()
    {
        var random = new System.Random(3);
        var logits = new float[60, 3];
        int[] labels = [.. Enumerable.Range(0, 60).Select(_ => random.Next(3))];
        for (var row = 0; row < 60; row++)
            for (var c = 0; c < 3; c++)
                logits[row, c] = (float)(4 * random.NextDouble() + (labels[row] == c ? 1.5 : 0));

        var fitted = Loss(TemperatureScaling.Fit(logits, labels));

        Assert.All(Enumerable.Range(1, 2000), i => Assert.True(Loss(i * 0.005) >= fitted - 1e-12));

        double Loss(double temperature) => Enumerable.Range(0, 60).Average(row =>
        {
            double[] scaled = [.. Enumerable.Range(0, 3).Select(c => logits[row, c] / temperature)];
            return Math.Log(scaled.Sum(Math.Exp)) - scaled[labels[row]];
        });
    }

    [Theory]
    [InlineData(0, 0.01)]
    [InlineData(1, 100)]
    public void Where_all_rows_are_right_or_wrong_it_stops_at_its_bounds(int label, double expected) =>
        Assert.Equal(expected, TemperatureScaling.Fit(new float[,] { { 2, 1 }, { 5, 0 } }, [label, label]));
}
