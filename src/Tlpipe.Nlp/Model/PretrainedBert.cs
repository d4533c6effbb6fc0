// The common part of the models with a head: parameters under Hugging Face's names, and hidden states.
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Model;

/// <summary>A BERT with a head, whose parameters have the names and the order of Hugging Face's class of the same name.</summary>
public abstract class PretrainedBert : nn.Module
{
    private protected PretrainedBert(string architecture, BertSetup setup)
        : base(architecture)
    {
        Architecture = architecture;
        Setup = setup;
    }

    /// <summary>Hugging Face's name of the class.</summary>
    public string Architecture { get; }

    /// <summary>The model's shape.</summary>
    public BertConfig Config => Setup.Config;

    /// <summary>Where its parameters are.</summary>
    public ComputeDevice Device => Setup.Device;

    /// <summary>The element type of its products.</summary>
    public ComputeType ComputeType => Setup.ComputeType;

    /// <summary>
    /// Whether a training keeps only the input of each layer and computes the layer again for its gradients: a fraction of the memory for a third more work,
    /// and the same gradients. Default: false.
    /// </summary>
    public bool GradientCheckpointing
    {
        get => Body.GradientCheckpointing;
        set => Body.GradientCheckpointing = value;
    }

    private protected BertSetup Setup { get; }

    private protected abstract BertModel Body { get; }

    /// <summary>Releases what is kept from one update of a training to the next.</summary>
    internal void EndTraining() => Body.EndTraining();

    /// <summary>Its parameters, all float32, in the order of Hugging Face's <c>named_parameters()</c>; a tied one once.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters() => [.. named_parameters()];

    /// <summary>The embeddings' output and every layer's, each <c>[tokens, hidden]</c>, for tests and study.</summary>
    public IReadOnlyList<Tensor> HiddenStates(PackedRows rows, DropoutMasks? dropout = null) => Body.HiddenStates(rows, dropout);
}
