// Models in use give the answers of Hugging Face's pipelines.
using System.Text.Json.Nodes;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Inference;

namespace Tlpipe.Nlp.Tests.Inference;

public sealed class PipelineTests
{
    private const double Tolerance = 1e-6;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(TestFiles.Golden("model", "pipelines.json")))!;

    [Fact]
    public void A_classifier_gives_the_labels_and_scores_of_the_text_classification_pipeline()
    {
        var expected = Golden["text-classification on tiny-classifier"]!.AsObject();
        using var classifier = TextClassifier.Load(TestFiles.Golden("model", "tiny-classifier"), Cpu, ComputeType.Fp32);

        var predictions = classifier.Predict([.. expected.Select(text => text.Key)], stopping: TestContext.Current.CancellationToken);

        Assert.Equal(2, predictions.Count);
        foreach (var (prediction, answers) in predictions.Zip(expected.Select(text => text.Value![0]!.AsArray())))
        {
            Assert.Equal((string?)answers[0]!["label"], classifier.Labels[prediction.Highest]);
            foreach (var answer in answers)
                Assert.Equal((double)answer!["score"]!, prediction.Scores[classifier.Labels.ToList().IndexOf((string)answer["label"]!)], Tolerance);
        }
    }

    [Fact]
    public void A_mask_is_filled_as_by_the_fill_mask_pipeline()
    {
        var expected = Golden["fill-mask on tiny-mlm"]!.AsObject();
        using var filler = MaskFiller.Load(TestFiles.Golden("model", "tiny-mlm"), Cpu, ComputeType.Fp32);

        var filled = filler.Fill([.. expected.Select(text => (text.Key, "text"))], topK: 5);

        foreach (var (masks, answers) in filled.Zip(expected.Select(text => text.Value!.AsArray())))
        {
            var fillings = Assert.Single(masks);
            Assert.Equal(answers.Select(a => (int)a!["token"]!), fillings.Select(f => f.Token));
            Assert.Equal(answers.Select(a => (string?)a!["token_str"]), fillings.Select(f => f.TokenStr));
            Assert.Equal(answers.Select(a => (string?)a!["sequence"]), fillings.Select(f => f.Sequence));
            Assert.All(answers.Zip(fillings), pair => Assert.Equal((double)pair.First!["score"]!, pair.Second.Score, Tolerance));
        }
    }

    [Fact]
    public void Targets_are_chosen_among_and_keep_their_probabilities()
    {
        var answers = Golden["fill-mask on tiny-mlm"]!["muito [MASK], recomendo"]!.AsArray();
        using var filler = MaskFiller.Load(TestFiles.Golden("model", "tiny-mlm"), Cpu, ComputeType.Fp32);
        var replaced = new List<string>();

        var targets = filler.Targets([(string)answers[4]!["token_str"]!, (string)answers[1]!["token_str"]!, "qwyz"], (word, piece) => replaced.Add($"{word} {piece}"));
        var fillings = filler.Fill([("muito [MASK], recomendo", "text")], topK: 2, targets)[0][0];

        Assert.Single(replaced);
        Assert.Equal((int)answers[1]!["token"]!, fillings[0].Token);
        Assert.Equal((double)answers[1]!["score"]!, fillings[0].Score, Tolerance);
    }

    [Fact]
    public void Several_masks_are_each_filled_and_the_others_stay_to_be_seen()
    {
        using var filler = MaskFiller.Load(TestFiles.Golden("model", "tiny-mlm"), Cpu, ComputeType.Fp32);

        var masks = filler.Fill([("[MASK] bom [MASK]", "text")], topK: 1)[0];

        Assert.Equal(2, masks.Count);
        Assert.EndsWith("[MASK] [SEP]", masks[0][0].Sequence, StringComparison.Ordinal);
        Assert.StartsWith("[CLS] [MASK]", masks[1][0].Sequence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_without_a_mask_is_refused_by_its_place()
    {
        using var filler = MaskFiller.Load(TestFiles.Golden("model", "tiny-mlm"), Cpu, ComputeType.Fp32);

        var error = Assert.Throws<InputException>(() => filler.Fill([("[MASK]", "a.txt, text 1"), ("bom", "a.txt, text 2")], topK: 1));

        Assert.StartsWith("a.txt, text 2 has no [MASK] among its first 64 tokens; ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_language_model_is_no_classifier_and_a_classifier_no_language_model()
    {
        var classifier = Assert.Throws<InputException>(() => TextClassifier.Load(TestFiles.Golden("model", "tiny-mlm"), Cpu, ComputeType.Fp32));
        var filler = Assert.Throws<InputException>(() => MaskFiller.Load(TestFiles.Golden("model", "tiny-classifier"), Cpu, ComputeType.Fp32));

        Assert.Contains("is not a classifier: its weights lack bert.pooler.dense.bias", classifier.Message, StringComparison.Ordinal);
        Assert.Contains("is not a masked language model: its weights lack cls.predictions.bias", filler.Message, StringComparison.Ordinal);
    }
}
