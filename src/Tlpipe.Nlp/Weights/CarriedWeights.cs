// Parameters that are copied unchanged from one model's folder to another's.
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Nlp.Weights;

/// <summary>
/// Parameters that a model does not have but its file shall hold, for loading it as another model. A
/// masked language model has no pooler: one that was adapted and then becomes a classifier begins with a fresh one, unless
/// the first model's is carried over.
/// </summary>
public sealed class CarriedWeights
{
    private static readonly string[] PoolerNames = ["bert.pooler.dense.weight", "bert.pooler.dense.bias"];

    private CarriedWeights(IReadOnlyList<SafetensorsTensor> tensors) => Tensors = tensors;

    internal IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The pooler of a model's folder.</summary>
    /// <exception cref="InputException">It has none.</exception>
    public static CarriedWeights Pooler(string folder)
    {
        using var source = WeightFiles.Open(folder);
        var stored = StateNames.ByModelName(source.Names);
        if (PoolerNames.FirstOrDefault(name => !stored.ContainsKey(name)) is { } missing)
            throw new InputException($"{folder} has no {missing} to carry over; leave out carry_pooler");
        return new CarriedWeights([.. PoolerNames.Select(name =>
        {
            var (type, shape) = source.Describe(stored[name]);
            var elements = source.ReadBytes(stored[name]);
            return new SafetensorsTensor(name, type, shape, () => elements);
        })]);
    }
}
