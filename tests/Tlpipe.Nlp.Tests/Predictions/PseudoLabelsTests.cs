// Which answers are sure enough to be learnt from.
using Tlpipe.Nlp.Predictions;

namespace Tlpipe.Nlp.Tests.Predictions;

public sealed class PseudoLabelsTests
{
    private static readonly double[][] Probabilities = [[0.95, 0.05], [0.2, 0.8], [0.1, 0.9], [0.03, 0.97], [0.99, 0.01], [0.05, 0.95]];

    [Fact]
    public void Rows_at_or_above_the_confidence_are_taken_with_their_likeliest_class_in_their_order()
    {
        var chosen = PseudoLabels.Choose(Probabilities, 0.9);

        Assert.Equal([(0, 0), (2, 1), (3, 1), (4, 0), (5, 1)], chosen.Select(label => (label.Row, label.Label)));
    }

    [Fact]
    public void Of_each_class_only_the_surest_are_taken()
    {
        var chosen = PseudoLabels.Choose(Probabilities, 0.5, perClass: 1);

        Assert.Equal([(3, 1, 0.97), (4, 0, 0.99)], chosen.Select(label => (label.Row, label.Label, label.Confidence)));
    }
}
