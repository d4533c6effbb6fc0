// Names and shapes of the parameters of Hugging Face's BERT classes, known without making a model.
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Model;

namespace Tlpipe.Nlp.Weights;

/// <summary>A parameter that a class of models has.</summary>
/// <param name="Name">Its name in the class's state dict.</param>
/// <param name="Shape">Its shape.</param>
public sealed record ParameterShape(string Name, IReadOnlyList<long> Shape);

/// <summary>The parameters of a class, in the order of Hugging Face's <c>named_parameters()</c>; a tied one once (docs/hf-parity.md 8.1).</summary>
public static class ParameterShapes
{
    /// <summary>The body alone, whose parameters have no prefix.</summary>
    public const string Body = "BertModel";

    /// <summary>The classes that tlpipe knows.</summary>
    public static readonly IReadOnlyList<string> Architectures =
        [Body, nameof(BertForMaskedLM), nameof(BertForPreTraining), nameof(BertForSequenceClassification)];

    /// <summary>The parameters of a class of models.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="architecture">One of <see cref="Architectures"/>.</param>
    public static IReadOnlyList<ParameterShape> Of(BertConfig config, string architecture)
    {
        var prefix = architecture == Body ? "" : StateNames.Prefix;
        var shapes = new List<ParameterShape>();
        AddBody(shapes, prefix, config);
        if (architecture != nameof(BertForMaskedLM))
            AddLinear(shapes, $"{prefix}pooler.dense", config.HiddenSize, config.HiddenSize);
        switch (architecture)
        {
            case Body:
                break;
            case nameof(BertForMaskedLM):
                AddWordHead(shapes, config);
                break;
            case nameof(BertForPreTraining):
                AddWordHead(shapes, config);
                AddLinear(shapes, "cls.seq_relationship", 2, config.HiddenSize);
                break;
            case nameof(BertForSequenceClassification):
                AddLinear(shapes, "classifier", config.Labels.Count, config.HiddenSize);
                break;
            default:
                throw new ArgumentException($"{architecture} is not one of {string.Join(", ", Architectures)}", nameof(architecture));
        }
        return shapes;
    }

    private static void AddBody(List<ParameterShape> shapes, string prefix, BertConfig config)
    {
        var hidden = config.HiddenSize;
        shapes.Add(new($"{prefix}embeddings.word_embeddings.weight", [config.VocabSize, hidden]));
        shapes.Add(new($"{prefix}embeddings.position_embeddings.weight", [config.MaxPositionEmbeddings, hidden]));
        shapes.Add(new($"{prefix}embeddings.token_type_embeddings.weight", [config.TypeVocabSize, hidden]));
        AddNorm(shapes, $"{prefix}embeddings.LayerNorm", hidden);
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            var layer = $"{prefix}encoder.layer.{i}";
            foreach (var part in (string[])["query", "key", "value"])
                AddLinear(shapes, $"{layer}.attention.self.{part}", hidden, hidden);
            AddLinear(shapes, $"{layer}.attention.output.dense", hidden, hidden);
            AddNorm(shapes, $"{layer}.attention.output.LayerNorm", hidden);
            AddLinear(shapes, $"{layer}.intermediate.dense", config.IntermediateSize, hidden);
            AddLinear(shapes, $"{layer}.output.dense", hidden, config.IntermediateSize);
            AddNorm(shapes, $"{layer}.output.LayerNorm", hidden);
        }
    }

    private static void AddWordHead(List<ParameterShape> shapes, BertConfig config)
    {
        shapes.Add(new("cls.predictions.bias", [config.VocabSize]));
        AddLinear(shapes, "cls.predictions.transform.dense", config.HiddenSize, config.HiddenSize);
        AddNorm(shapes, "cls.predictions.transform.LayerNorm", config.HiddenSize);
    }

    private static void AddLinear(List<ParameterShape> shapes, string name, long outputs, long inputs)
    {
        shapes.Add(new($"{name}.weight", [outputs, inputs]));
        shapes.Add(new($"{name}.bias", [outputs]));
    }

    private static void AddNorm(List<ParameterShape> shapes, string name, long size)
    {
        shapes.Add(new($"{name}.weight", [size]));
        shapes.Add(new($"{name}.bias", [size]));
    }
}
