// Nearest centroid against figures worked out by hand, and mean pooling against the hidden states it pools.
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Inference;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Tests.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Baselines;

namespace Tlpipe.Nlp.Tests.Inference;

public sealed class NearestCentroidTests
{
    // Means (1, 0) and (4, 4); squared distances to them 1, 1, 1, 1 over 4 - 2 degrees of freedom and 2 elements: a variance of 1.
    [Fact]
    public void Scores_are_those_of_gaussians_around_the_means()
    {
        var centroids = NearestCentroid.Fit(new float[,] { { 0, 0 }, { 2, 0 }, { 4, 3 }, { 4, 5 } }, [0, 0, 1, 1]);

        var logits = centroids.Logits(new float[,] { { 1, 0 }, { 4, 0 }, { 3, 3 } });

        Assert.Equal([[1, 0], [4, 4]], centroids.Centroids);
        // Squared distances 0 and 25, 9 and 16, 13 and 2.
        Assert.Equal([0, -12.5f, 0, -3.5f, -5.5f, 0], logits.Cast<float>());
    }

    [Fact]
    public void A_class_without_rows_is_refused()
    {
        var error = Assert.Throws<InputException>(() => NearestCentroid.Fit(new float[,] { { 0 }, { 1 } }, [0, 2]));

        Assert.StartsWith("class 1 has no rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_row_is_the_mean_of_its_last_hidden_states_whatever_it_is_batched_with()
    {
        using var golden = new TrainerGolden("classify");
        using var model = ModelFolder.LoadMaskedLM(TrainerGolden.TinyModel, 42, ComputeDevice.Open("cpu", 2), ComputeType.Fp32).Model;

        var vectors = MeanPooling.Embed(model, golden.EvalRows, stopping: TestContext.Current.CancellationToken);

        Assert.All([0, 17, 106], row =>
        {
            using var alone = PackedRows.From([golden.EvalRows.Row(row).ToArray()], model.Config, model.Device);
            var expected = model.HiddenStates(alone)[^1].detach().mean([0]).data<float>().ToArray();
            Assert.All(Enumerable.Range(0, expected.Length), i => Assert.Equal(expected[i], vectors[row, i], 1e-5f));
        });
    }
}
