// How names in a checkpoint become names of a model.
using Tlpipe.Formats;
using Tlpipe.Nlp.Model;

namespace Tlpipe.Nlp.Weights;

/// <summary>The renames of docs/hf-parity.md 8.2 and 8.3, and the names that are passed over in silence.</summary>
internal static class StateNames
{
    public const string Prefix = "bert.";
    private static readonly string[] BodyParts = ["embeddings.", "encoder.", "pooler."];

    /// <summary>A checkpoint's names of its tensors, by their names in a model of today.</summary>
    /// <exception cref="InputException">Two tensors have one name of today.</exception>
    public static Dictionary<string, string> ByModelName(IReadOnlyCollection<string> stored)
    {
        // A checkpoint of the body alone has no prefix.
        var bare = !stored.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in stored)
            if (!names.TryAdd(Rename(name, bare), name))
                throw new InputException($"the checkpoint holds '{name}' and '{names[Rename(name, bare)]}', which are one parameter; keep one of them");
        return names;
    }

    /// <summary>Whether a name that a model has no place for needs no mention: it holds nothing learned, or what is tied.</summary>
    public static bool IsSilent(string name, string architecture) =>
        name == "bert.embeddings.position_ids"
        || (architecture is nameof(BertForMaskedLM) or nameof(BertForPreTraining) && name is ("cls.predictions.decoder.weight" or "cls.predictions.decoder.bias"));

    private static string Rename(string name, bool bare)
    {
        if (bare && BodyParts.Any(part => name.StartsWith(part, StringComparison.Ordinal)))
            name = Prefix + name;
        if (name.EndsWith("LayerNorm.gamma", StringComparison.Ordinal))
            return name[..^"gamma".Length] + "weight";
        return name.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? name[..^"beta".Length] + "bias" : name;
    }
}
