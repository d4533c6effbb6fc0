// Samples, splits and folds against pandas' and scikit-learn's own.
using System.Text.Json;
using Tlpipe.Formats;
using Tlpipe.Tables;
using Tlpipe.Text.Sampling;

namespace Tlpipe.Text.Tests.Sampling;

public sealed class SamplingTests
{
    public static TheoryData<string> Samples => GoldenDraws.Keys("pandas_sample_positions");

    public static TheoryData<string> Splits => GoldenDraws.Keys("sklearn_train_test_split");

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_takes_the_rows_that_pandas_takes(string key)
    {
        // such as 1000,{'frac': 0.25},3
        var parts = key.Split(',', 2);
        var last = parts[1].LastIndexOf(',');
        var arguments = JsonDocument.Parse(parts[1][..last].Replace('\'', '"').Replace("True", "true")).RootElement;
        var (count, seed) = (int.Parse(parts[0]), uint.Parse(parts[1][(last + 1)..]));
        var replace = arguments.TryGetProperty("replace", out var value) && value.GetBoolean();

        var rows = arguments.TryGetProperty("n", out var n)
            ? RowSampling.Sample(count, n.GetInt32(), seed, replace)
            : RowSampling.Sample(count, arguments.GetProperty("frac").GetDouble(), seed, replace);

        GoldenDraws.AssertPositions(GoldenDraws.Section("pandas_sample_positions").GetProperty(key), rows);
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void A_plain_split_is_that_of_scikit_learn(string key)
    {
        var parts = key.Split(',');

        var split = TrainTestSplit.Plain(int.Parse(parts[0]), Size(parts[1]), null, uint.Parse(parts[2]));

        AssertSplit(GoldenDraws.Section("sklearn_train_test_split").GetProperty(key), split);
    }

    [Theory]
    [InlineData("0*11+1*5+2*4,7,0")]
    [InlineData("(0,1)*10,0.3,1")]
    public void A_stratified_split_is_that_of_scikit_learn(string key)
    {
        int[] classes = key.StartsWith('(') ? [.. Enumerable.Range(0, 20).Select(i => i % 2)] : ElevenFiveFour;
        var parts = key[(key.LastIndexOf('*') + 1)..].Split(',');

        var split = TrainTestSplit.Stratified(classes, Size(parts[1]), null, uint.Parse(parts[2]));

        AssertSplit(GoldenDraws.Section("sklearn_train_test_split_stratified").GetProperty(key), split);
    }

    [Fact]
    public void A_stratified_split_of_the_reviews_is_that_of_scikit_learn()
    {
        var reviews = ParquetTables.Read(TestFiles.Shared("data", "dataset_reviews.parquet"), ["label"]);

        var split = TrainTestSplit.Stratified(reviews.Labels("label", 2), SplitSize.Share(0.1), null, 271828);

        AssertSplit(GoldenDraws.Section("sklearn_train_test_split_stratified").GetProperty("dataset_reviews.label,0.1,271828"), split);
    }

    [Fact]
    public void Folds_are_those_of_scikit_learn()
    {
        var folds = Folds.Plain(12, 5, seed: 0);

        Assert.Equal(GoldenDraws.Section("sklearn_kfold_5_seed0_n12").Values<int[]>(), folds);
    }

    [Fact]
    public void Stratified_folds_are_those_of_scikit_learn()
    {
        var folds = Folds.Stratified(ElevenFiveFour, 5, seed: 0);

        Assert.Equal(GoldenDraws.Section("sklearn_stratified_kfold_5_seed0_0*11+1*5+2*4").Values<int[]>(), folds);
    }

    [Fact]
    public void Without_a_seed_splits_and_folds_keep_the_order()
    {
        var split = TrainTestSplit.Plain(5, SplitSize.Rows(2), null, seed: null);
        var folds = Folds.Plain(5, 2, seed: null);

        Assert.Equal([0, 1, 2], split.Train);
        Assert.Equal([3, 4], split.Test);
        Assert.Equal([[0, 1, 2], [3, 4]], folds);
    }

    [Fact]
    public void A_training_size_alone_leaves_the_rest_to_test()
    {
        var split = TrainTestSplit.Plain(10, null, SplitSize.Share(0.75), seed: 42);

        // floor(0.75 · 10) to train; the permutation of docs/hf-parity.md 4.2, whose head is the test side.
        Assert.Equal([8, 1, 5], split.Test);
        Assert.Equal([0, 7, 2, 9, 4, 3, 6], split.Train);
    }

    [Fact]
    public void A_sample_by_weight_inverts_the_cumulative_weights()
    {
        // NumPy's first doubles for seed 42 are 0.3745, 0.9507, 0.7320, 0.5987 (random.json); the cumulative weights are
        // 0.1, 0.1, 0.6, 1: a draw falls on the first row whose cumulative weight lies above it.
        var rows = RowSampling.Sample(4, 4, seed: 42, replace: true, weights: [1, double.NaN, 5, 4]);

        Assert.Equal([2, 3, 3, 2], rows);
    }

    [Fact]
    public void A_sample_by_weight_without_replacement_draws_again_for_what_came_twice()
    {
        // Draws 0.3745, 0.9507 and 0.7320 fall on rows 2, 3 and 3. One more, 0.5987, with rows 2 and 3 out: row 0.
        var rows = RowSampling.Sample(4, 3, seed: 42, weights: [1, 0, 5, 4]);

        Assert.Equal([2, 3, 0], rows);
    }

    [Fact]
    public void Requests_that_cannot_be_met_name_the_remedy()
    {
        Refused("ask for at most 5", () => RowSampling.Sample(5, 6, 0));
        Refused("ask for at most 1", () => RowSampling.Sample(5, 1.5, 0));
        Refused("give each row one", () => RowSampling.Sample(5, 2, 0, weights: [1, 2]));
        Refused("row 1 has the weight -2", () => RowSampling.Sample(2, 1, 0, weights: [1, -2]));
        Refused("only 1 have a weight above zero", () => RowSampling.Sample(2, 2, 0, weights: [1, 0]));
        Refused("all weights are zero", () => RowSampling.Sample(2, 1, 0, weights: [0, 0]));
        Refused("above 0 and below 1", () => SplitSize.Share(1));
        Refused("both sides need at least one", () => TrainTestSplit.Plain(1, SplitSize.Share(0.5), null, 0));
        Refused("make one of them smaller", () => TrainTestSplit.Plain(10, SplitSize.Rows(6), SplitSize.Rows(5), 0));
        Refused("class 7 has a single row (row 2)", () => TrainTestSplit.Stratified([1, 1, 7], SplitSize.Rows(1), null, 0));
        Refused("2 classes do not fit into 1 rows", () => TrainTestSplit.Stratified([1, 1, 0, 0], SplitSize.Rows(1), null, 0));
        Refused("use at most 3", () => Folds.Plain(3, 4, 0));
        Refused("use 2 or more", () => Folds.Plain(3, 1, 0));
        Refused("use at most 2 folds", () => Folds.Stratified([0, 0, 1, 1], 3, 0));
    }

    private static int[] ElevenFiveFour =>
        [.. Enumerable.Repeat(0, 11), .. Enumerable.Repeat(1, 5), .. Enumerable.Repeat(2, 4)];

    private static SplitSize? Size(string text) => text switch
    {
        "None" => null,
        _ when text.Contains('.') => SplitSize.Share(double.Parse(text)),
        _ => SplitSize.Rows(int.Parse(text)),
    };

    private static void AssertSplit(JsonElement expected, TrainTestSplit split)
    {
        GoldenDraws.AssertPositions(expected.GetProperty("train"), split.Train);
        GoldenDraws.AssertPositions(expected.GetProperty("test"), split.Test);
    }

    private static void Refused(string part, Func<object> call) =>
        Assert.Contains(part, Assert.Throws<InputException>(() => { call(); }).Message);
}
