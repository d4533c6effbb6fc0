// The worth of labels, worked out by hand.
using Tlpipe.Text.Statistics;

namespace Tlpipe.Text.Tests.Statistics;

public sealed class LearningCurveTests
{
    private static readonly LearningCurve Curve = new("a", [new CurvePoint(400, [0.9, 0.9]), new CurvePoint(100, [0.6, 0.8]), new CurvePoint(200, [0.8])]);

    [Fact]
    public void A_label_s_gain_is_the_slope_between_two_means()
    {
        Assert.Equal([null, 0.001, 0.0005], Enumerable.Range(0, 3).Select(i => Curve.GainALabel(i) is { } gain ? Math.Round(gain, 12) : (double?)null));
    }

    // Half way from 0.8 to 0.9 is half way from 200 to 400 in logarithms: 200 times the root of 2.
    [Theory]
    [InlineData(0.85, 282.8427124746)]
    [InlineData(0.9, 400)]
    [InlineData(0.8, 200)]
    [InlineData(0.7, 100)]
    public void Labels_for_a_figure_lie_on_the_line_over_their_logarithms(double figure, double expected) =>
        Assert.Equal(expected, Curve.LabelsFor(figure)!.Value, 1e-9);

    [Theory]
    [InlineData(0.69)]
    [InlineData(0.91)]
    public void Outside_of_what_was_measured_nothing_is_said(double figure) => Assert.Null(Curve.LabelsFor(figure));

    [Fact]
    public void Of_a_loss_less_is_better()
    {
        var loss = new LearningCurve("a", [new CurvePoint(100, [0.4]), new CurvePoint(400, [0.2])], lessIsBetter: true);

        Assert.Equal((200, 0.2 / 300), (Math.Round(loss.LabelsFor(0.3)!.Value, 9), loss.GainALabel(1)!.Value));
    }
}
