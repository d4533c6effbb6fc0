// Copies of models that compute with other kernels.
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Tests.Model;

internal static class TestModels
{
    /// <summary>A copy that computes as the model is written.</summary>
    public static BertForSequenceClassification Plain(this BertForSequenceClassification model) => model.With(PlainKernels(model));

    /// <inheritdoc cref="Plain(BertForSequenceClassification)"/>
    public static BertForMaskedLM Plain(this BertForMaskedLM model) => model.With(PlainKernels(model));

    /// <summary>A copy that computes with these kernels.</summary>
    public static BertForSequenceClassification With(this BertForSequenceClassification model, KernelSet kernels) =>
        Copied(model, new BertForSequenceClassification(model.Config, kernels));

    /// <inheritdoc cref="With(BertForSequenceClassification, KernelSet)"/>
    public static BertForMaskedLM With(this BertForMaskedLM model, KernelSet kernels) => Copied(model, new BertForMaskedLM(model.Config, kernels));

    private static KernelSet PlainKernels(PretrainedBert model) => new(model.Device, model.ComputeType) { IsPlain = true };

    private static T Copied<T>(T from, T to)
        where T : PretrainedBert
    {
        using var without = no_grad();
        foreach (var ((_, parameter), (_, copy)) in from.Parameters().Zip(to.Parameters()))
            copy.copy_(parameter);
        return to;
    }
}
