// The notebook's own selections on the real reviews.
using System.Text.Json;
using Tlpipe.Tables;
using Tlpipe.Text.Sampling;

namespace Tlpipe.Text.Tests.Sampling;

public sealed class ReviewSplitsTests
{
    private const uint Seed = 271828;

    [Fact]
    public void The_notebooks_selections_come_out_row_for_row()
    {
        var expected = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Shared("goldens", "real", "splits_dataset_reviews.json"))).RootElement;
        var reviews = ParquetTables.Read(TestFiles.Shared("data", "dataset_reviews.parquet"));
        var splits = reviews.Texts("split");
        int[] trainRows = [.. Enumerable.Range(0, reviews.RowCount).Where(i => splits[i] == "train")];
        int[] validRows = [.. Enumerable.Range(0, reviews.RowCount).Where(i => splits[i] == "valid")];

        var drawn = RowSampling.Sample(trainRows.Length, 600, Seed);
        var train = reviews.Take(trainRows);
        var labelled = train.Take(drawn);
        var unlabelled = train.Except(labelled);
        var valid = reviews.Take(validRows);
        var corpus = TrainTestSplit.Plain(reviews.RowCount, SplitSize.Share(0.10), null, Seed);

        Assert.Equal((16938, 11920, 5018), (reviews.RowCount, train.RowCount, valid.RowCount));
        GoldenDraws.AssertPositions(expected.GetProperty("labeled_600"), Array.ConvertAll(drawn, i => trainRows[i]));
        Assert.Equal(expected.GetProperty("labeled_600_review_ids_first").Values<string>(), Head(labelled, expected.GetProperty("labeled_600_review_ids_first").GetArrayLength()));
        Assert.Equal(expected.GetProperty("labeled_600_positive").GetInt32(), labelled.Labels("label", 2).Sum());
        Assert.Equal(expected.GetProperty("unlabeled_rows").GetInt32(), unlabelled.RowCount);
        Assert.Equal(expected.GetProperty("valid_rows").GetInt32(), valid.RowCount);
        Assert.Equal(expected.GetProperty("valid_positive").GetInt32(), valid.Labels("label", 2).Sum());
        Assert.Equal(expected.GetProperty("mlm_train_rows").GetInt32(), corpus.Train.Length);
        Assert.Equal(expected.GetProperty("mlm_test_rows").GetInt32(), corpus.Test.Length);
        Assert.Equal(expected.GetProperty("mlm_train_first_ids").Values<string>(), Head(reviews.Take(corpus.Train), 3));
        Assert.Equal(expected.GetProperty("mlm_test_first_ids").Values<string>(), Head(reviews.Take(corpus.Test), 3));
    }

    private static string[] Head(Table table, int count) => [.. table.PresentTexts("review_id").Take(count)];
}
