// New weights, draw for draw as Hugging Face makes them.
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Model;

/// <summary>
/// Draws weights from torch's CPU generator, as seeded, in the order of Hugging Face's constructors and <c>_init_weights</c>
/// (docs/hf-parity.md section 7), so that a seed gives the same weights there and here.
/// </summary>
internal sealed class FreshWeights
{
    private readonly PretrainedBert model;
    private readonly Generator generator;
    private readonly IReadOnlyList<Part> parts;

    private FreshWeights(PretrainedBert model, long seed)
    {
        this.model = model;
        generator = model.Device.Generator(seed);
        parts = Divide(model);
    }

    /// <summary>Makes all parameters. Body and head are each drawn twice: by torch's constructors, whose values are dropped, then by BERT's rule.</summary>
    public static void MakeAll(PretrainedBert model, long seed)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var fresh = new FreshWeights(model, seed);
        foreach (var half in fresh.parts.GroupBy(part => part.Name.StartsWith("bert.", StringComparison.Ordinal)))
        {
            foreach (var part in half)
                fresh.DrawAsConstructor(part);
            foreach (var part in half)
                fresh.Make(part, _ => true);
        }
    }

    /// <summary>Makes the missing parameters, module by module.</summary>
    public static void MakeMissing(PretrainedBert model, IReadOnlySet<string> missing, long seed)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        new FreshWeights(model, seed).Fill(missing);
    }

    /// <summary>
    /// Replaces stored parameters, with the draws that follow those of <see cref="MakeMissing"/>: the pooler, then the top layers from the lowest on
    /// (Zhang et al. 2021, Revisiting Few-sample BERT Fine-tuning, section 4).
    /// </summary>
    /// <returns>The names of what was made.</returns>
    public static IReadOnlyList<string> Reinitialize(PretrainedBert model, IReadOnlySet<string> missing, long seed, bool pooler, int topLayers)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var fresh = new FreshWeights(model, seed);
        // Their values do not change: the draws are the same.
        fresh.Fill(missing);
        string[] owners = [
            .. pooler ? ["bert.pooler."] : Array.Empty<string>(),
            .. Enumerable.Range(model.Config.NumHiddenLayers - topLayers, topLayers).Select(layer => string.Create(CultureInfo.InvariantCulture, $"bert.encoder.layer.{layer}."))];
        var made = owners.SelectMany(owner => fresh.parts.Where(part => part.Name.StartsWith(owner, StringComparison.Ordinal))).ToList();
        foreach (var part in made)
            fresh.Make(part, _ => true);
        return [.. made.SelectMany(part => part.Tensors.Select(t => t.Name))];
    }

    private void Fill(IReadOnlySet<string> missing)
    {
        foreach (var part in parts)
            if (part.Tensors.Any(t => missing.Contains(t.Name)))
                Make(part, missing.Contains);
    }

    private void DrawAsConstructor(Part part)
    {
        if (part.IsNorm || part.IsBiasAlone)
            return;
        foreach (var (_, _, shape) in part.Tensors)
        {
            using var dropped = part.IsEmbedding
                ? model.Device.Normal(generator, 0, 1, shape)
                : model.Device.Uniform(generator, -1, 1, shape);
        }
    }

    private void Make(Part part, Func<string, bool> wanted)
    {
        foreach (var (name, parameter, shape) in part.Tensors)
        {
            var isWeight = name.EndsWith(".weight", StringComparison.Ordinal);
            if (!isWeight || part.IsNorm)
            {
                if (wanted(name) && parameter is not null)
                    parameter.copy_(isWeight ? model.Device.Ones(shape) : model.Device.Zeros(shape));
                continue;
            }
            // Drawn even where only the bias is missing: the draw belongs to the module.
            var values = model.Device.Normal(generator, 0, model.Config.InitializerRange, shape);
            if (part.IsWordEmbedding)
                values.narrow(0, model.Config.PadTokenId, 1).zero_();
            if (wanted(name))
                parameter?.copy_(values);
        }
    }

    private static List<Part> Divide(PretrainedBert model)
    {
        var parts = new List<Part>();
        foreach (var (name, parameter) in model.Parameters())
        {
            var owner = name[..name.LastIndexOf('.')];
            if (parts.LastOrDefault()?.Name != owner)
                parts.Add(new Part(owner, []));
            parts[^1].Tensors.Add((name, parameter, parameter.shape));
            // The tied decoder is a Linear of its own while Hugging Face draws; its numbers are then dropped.
            if (owner == "cls.predictions.transform.LayerNorm" && name.EndsWith(".bias", StringComparison.Ordinal))
                parts.Add(new Part(
                    "cls.predictions.decoder",
                    [("cls.predictions.decoder.weight", null, [model.Config.VocabSize, model.Config.HiddenSize])]));
        }
        return parts;
    }

    /// <summary>A module that owns parameters: a Linear, an Embedding, a LayerNorm, or the word head with its bias.</summary>
    private sealed record Part(string Name, List<(string Name, Parameter? Parameter, long[] Shape)> Tensors)
    {
        public bool IsNorm => Name.EndsWith("LayerNorm", StringComparison.Ordinal);

        public bool IsWordEmbedding => Name.EndsWith("word_embeddings", StringComparison.Ordinal);

        public bool IsEmbedding => Name.EndsWith("_embeddings", StringComparison.Ordinal);

        public bool IsBiasAlone => Name == "cls.predictions";
    }
}
