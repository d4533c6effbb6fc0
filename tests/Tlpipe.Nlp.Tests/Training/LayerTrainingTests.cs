// Few-label options of a training: which parameters move, by how much, and from what they begin.
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;

namespace Tlpipe.Nlp.Tests.Training;

[Trait(Tier.Name, Tier.All)]
public sealed class LayerTrainingTests
{
    // The model has two layers: embeddings are of depth 0, layers of 1 and 2, pooler and head of 3.
    private const int Layers = 2;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    [Theory]
    [InlineData(true, 0, new[] { 0 })]
    [InlineData(false, 1, new[] { 0, 1 })]
    [InlineData(false, 2, new[] { 0, 1, 2 })]
    public void Frozen_layers_stay_to_the_bit_and_all_others_move(bool embeddings, int frozen, int[] still)
    {
        var moved = Moved(new LayerTraining { FreezeEmbeddings = embeddings, FreezeLayers = frozen }, epochs: 1);

        Assert.All(moved, depth => Assert.Equal(!still.Contains(depth.Key), depth.Value > 0));
    }

    // Adam's first step is the learning rate for every element with a gradient (Kingma and Ba 2015, section 2.1).
    [Fact]
    public void The_first_update_of_each_layer_is_its_own_learning_rate()
    {
        var moved = Moved(new LayerTraining { LayerwiseLrDecay = 0.5 }, new TrainingArguments
        {
            MaxSteps = 1,
            LearningRate = 1e-3,
            LrSchedulerType = LrSchedulerType.Constant,
            MaxGradNorm = 0,
            EvalStrategy = IntervalStrategy.No,
            PerDeviceTrainBatchSize = 32,
        });

        Assert.Equal([1.25e-4, 2.5e-4, 5e-4, 1e-3], moved.Values, (expected, actual) => Math.Abs(expected - actual) < 0.01 * expected);
    }

    // Howard and Ruder 2018, section 3.3: the last layer alone in the first epoch, then one more in each.
    [Theory]
    [InlineData(1, 1, new[] { 3 })]
    [InlineData(1, 2, new[] { 2, 3 })]
    [InlineData(1, 3, new[] { 1, 2, 3 })]
    [InlineData(1, 4, new[] { 0, 1, 2, 3 })]
    [InlineData(2, 2, new[] { 1, 2, 3 })]
    [InlineData(2, 3, new[] { 0, 1, 2, 3 })]
    public void Layers_join_in_from_the_top_epoch_by_epoch(int layersAnEpoch, int epochs, int[] expected)
    {
        var moved = Moved(new LayerTraining { GradualUnfreezing = layersAnEpoch }, epochs);

        Assert.Equal(expected, moved.Where(depth => depth.Value > 0).Select(depth => depth.Key));
    }

    // The paper's formula with T = 100, cut_frac = 0.1, ratio = 32, worked out by hand.
    [Theory]
    [InlineData(0, 1 / 32.0)]
    [InlineData(5, 0.515625)]
    [InlineData(10, 1)]
    [InlineData(55, 0.515625)]
    [InlineData(100, 1 / 32.0)]
    public void Slanted_triangular_rates_rise_fast_and_fall_slowly(long update, double share)
    {
        var schedule = new LearningRateSchedule(new TrainingArguments { LearningRate = 0.01, LrSchedulerType = LrSchedulerType.SlantedTriangular }, 100);

        Assert.Equal(0.01 * share, schedule.Rate(update), 1e-15);
    }

    // transformers 4.57.6 under set_seed(42): from_pretrained with two labels, then pooler and last layer re-initialised as the paper's code does. First and last
    // element, sum, and sum of sizes.
    [Theory]
    [InlineData("classifier.weight", -0.024495750665664673, -0.018543647602200508, 0.07997985597239676, 0.9403456680615818)]
    [InlineData("bert.pooler.dense.weight", 0.0046968222595751286, 0.0013572166208177805, -0.6229143401869806, 15.974300796122407)]
    [InlineData("bert.encoder.layer.1.attention.self.query.weight", -0.010691161267459393, 0.019522065296769142, 0.6573813986778987, 16.48157214835919)]
    [InlineData("bert.encoder.layer.1.output.dense.weight", -0.029294392094016075, -0.0038773836567997932, 0.23317562826582616, 33.15969057971756)]
    public void Reinitialized_parts_have_the_numbers_that_they_have_with_hugging_face(string name, double first, double last, double sum, double sizes)
    {
        using var model = ModelFolder.LoadClassifier(
            TrainerGolden.TinyModel, 2, 42, Cpu, ComputeType.Fp32, reinitialize: new Reinitialization(Pooler: true, TopLayers: 1)).Model;

        var values = Values(model)[name];

        Assert.Equal((first, last), (values[0], values[^1]));
        Assert.Equal(sum, values.Sum(x => (double)x), 1e-9);
        Assert.Equal(sizes, values.Sum(x => Math.Abs((double)x)), 1e-9);
    }

    [Fact]
    public void What_is_not_reinitialized_is_the_folder_s_and_the_report_tells_them_apart()
    {
        using var plain = ModelFolder.LoadClassifier(TrainerGolden.TinyModel, 2, 42, Cpu, ComputeType.Fp32).Model;
        var (model, report) = ModelFolder.LoadClassifier(TrainerGolden.TinyModel, 2, 42, Cpu, ComputeType.Fp32, reinitialize: new Reinitialization(TopLayers: 1));
        using var disposed = model;

        var (before, after) = (Values(plain), Values(model));

        Assert.All(before.Keys, name => Assert.Equal(!name.StartsWith("bert.encoder.layer.1.", StringComparison.Ordinal), before[name].SequenceEqual(after[name])));
        Assert.All(after.Where(p => p.Key.StartsWith("bert.encoder.layer.1.", StringComparison.Ordinal) && p.Key.EndsWith("LayerNorm.weight", StringComparison.Ordinal)), p => Assert.All(p.Value, x => Assert.Equal(1, x)));
        Assert.Equal(16, report.Reinitialized.Count);
        Assert.Contains(report.Table(), line => line.Contains("layer.1", StringComparison.Ordinal) && line.Contains("begins anew", StringComparison.Ordinal));
    }

    [Fact]
    public void More_layers_than_there_are_cannot_begin_anew()
    {
        var error = Assert.Throws<InputException>(() => ModelFolder.LoadClassifier(
            TrainerGolden.TinyModel, 2, 42, Cpu, ComputeType.Fp32, reinitialize: new Reinitialization(TopLayers: 3)));

        Assert.StartsWith("3 layers cannot be re-initialised: the model in", error.Message, StringComparison.Ordinal);
    }

    private static SortedDictionary<int, double> Moved(LayerTraining layers, int epochs) =>
        Moved(layers, new TrainingArguments { NumTrainEpochs = epochs, LearningRate = 1e-3, PerDeviceTrainBatchSize = 32, EvalStrategy = IntervalStrategy.No });

    /// <summary>By depth, the most that an element changes in a training.</summary>
    private static SortedDictionary<int, double> Moved(LayerTraining layers, TrainingArguments arguments)
    {
        using var golden = new TrainerGolden("classify");
        using var model = ModelFolder.LoadClassifier(TrainerGolden.TinyModel, 2, 42, Cpu, ComputeType.Fp32).Model;
        var before = Values(model);
        Trainer.Train(new ClassificationTask(model, golden.TrainRows, golden.EvalRows, arguments) { Layers = layers }, stopping: TestContext.Current.CancellationToken);
        var after = Values(model);
        var changes = before.Keys.GroupBy(Depth).ToDictionary(names => names.Key, names => names.Max(name => before[name].Zip(after[name], (x, y) => Math.Abs((double)x - y)).Max()));
        return new SortedDictionary<int, double>(changes);

        static int Depth(string name) => name.StartsWith("bert.embeddings", StringComparison.Ordinal) ? 0
            : name.StartsWith("bert.encoder.layer.0.", StringComparison.Ordinal) ? 1
            : name.StartsWith("bert.encoder.layer.1.", StringComparison.Ordinal) ? Layers : Layers + 1;
    }

    private static Dictionary<string, float[]> Values(PretrainedBert model) => model.Parameters().ToDictionary(p => p.Name, p => p.Parameter.data<float>().ToArray());
}
