// What became of a checkpoint's tensors, and where a model's parameters came from.
using System.Globalization;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Weights;

/// <summary>What a checkpoint has in the place of a decoder that is tied to the word embeddings.</summary>
public enum DecoderKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The word embeddings once more.</summary>
    Tied,

    /// <summary>Other numbers, for which there is no place.</summary>
    Other,
}

/// <summary>The outcome of loading a checkpoint into a model; names as Hugging Face reports them (docs/hf-parity.md 8.5), sorted.</summary>
/// <param name="Target">The model's class.</param>
/// <param name="Source">The folder; null where the model is wholly new.</param>
/// <param name="Reused">Parameters that the checkpoint filled.</param>
/// <param name="Unexpected">The checkpoint's tensors for which the model has no place.</param>
/// <param name="Missing">Parameters that the checkpoint lacks and that were freshly made.</param>
public sealed record LoadReport(
    string Target,
    string? Source,
    IReadOnlyList<string> Reused,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<string> Missing)
{
    /// <summary>The seed of what was freshly made; null where nothing is.</summary>
    public long? Seed { get; init; }

    /// <summary>Those of <see cref="Missing"/> that the checkpoint has, and that were re-initialised as asked.</summary>
    public IReadOnlyList<string> Reinitialized { get; init; } = [];

    /// <summary>Parameters that the checkpoint has under their names of old, with <c>gamma</c> and <c>beta</c>.</summary>
    public IReadOnlyList<string> Renamed { get; init; } = [];

    /// <summary>How the prefix of the body's names had to be changed: <c>added</c>, <c>left out</c>, or null for not at all.</summary>
    public string? Prefix { get; init; }

    /// <summary>How many tensors had other numbers than float32, by the type that they had.</summary>
    public IReadOnlyDictionary<string, int> Converted { get; init; } = new Dictionary<string, int>();

    /// <summary>What the checkpoint has as the decoder of a model whose decoder is its word embeddings.</summary>
    public DecoderKind StoredDecoder { get; init; }

    /// <summary>A table with a line for each part of the model or the checkpoint: what was reused, left out and freshly made, and why.</summary>
    public IReadOnlyList<string> Table()
    {
        var rows = new List<string[]> { (string[])["part", "tensors", "state", "why"] };
        if (Source is null)
            rows.Add(["all", Missing.Count.ToString(CultureInfo.InvariantCulture), "fresh", $"weights: random, drawn under seed {Seed}"]);
        Add(rows, Reused, "reused", WhyReused);
        if (StoredDecoder == DecoderKind.Tied)
            rows.Add(["cls.predictions.decoder", "1", "tied", "is the word embeddings once more"]);
        if (StoredDecoder == DecoderKind.Other)
            rows.Add(["cls.predictions.decoder", "1", "left out", "differs from the word embeddings, which are the decoder of this model (tie_word_embeddings)"]);
        Add(rows, Unexpected, "left out", _ => $"{Target} has no such part");
        Add(rows, Reinitialized, "fresh", _ => $"begins anew, as asked; drawn under seed {Seed}");
        Add(rows, Source is null ? [] : [.. Missing.Except(Reinitialized)], "fresh", _ => "the checkpoint has none" + (Seed is { } seed ? $"; drawn under seed {seed}, of use once trained" : ""));
        var widths = Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return [.. rows.Select(row => $"{row[0].PadRight(widths[0])}  {row[1].PadLeft(widths[1])}  {row[2].PadRight(widths[2])}  {row[3]}".TrimEnd())];
    }

    /// <summary>The report after these parameters were re-initialised.</summary>
    internal LoadReport AfterReinitializing(IReadOnlyList<string> made) => this with
    {
        Reused = [.. Reused.Except(made)],
        Missing = [.. Missing.Union(made).Order(StringComparer.Ordinal)],
        Reinitialized = [.. made.Where(name => Reused.Contains(name, StringComparer.Ordinal)).Order(StringComparer.Ordinal)],
    };

    /// <summary>A part in one state has one line; a part in several states names in full what is not reused.</summary>
    private void Add(List<string[]> rows, IReadOnlyList<string> names, string state, Func<IReadOnlyList<string>, string> why)
    {
        var divided = new[] { Reused, Unexpected, Missing }.SelectMany(all => all.Select(PartOf).Distinct()).CountBy(part => part)
            .Where(count => count.Value > 1).Select(count => count.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var part in names.GroupBy(name => divided.Contains(PartOf(name)) && names != Reused ? ModuleOf(name) : PartOf(name)))
        {
            var layers = part.Select(LayerOf).OfType<int>().Distinct().Order().ToList();
            var name = layers.Count == 0 ? part.Key : part.Key + (layers.Count == 1 ? $".{layers[0]}" : $".{{{layers[0]}..{layers[^1]}}}");
            rows.Add([OneLine.Quote(name)[1..^1], part.Count().ToString(CultureInfo.InvariantCulture), state, why([.. part])]);
        }
    }

    private string WhyReused(IReadOnlyList<string> names)
    {
        var reasons = new List<string>();
        if (names.Count(name => Renamed.Contains(name, StringComparer.Ordinal)) is > 0 and var renamed)
            reasons.Add($"{renamed} under older names (gamma, beta)");
        if (Prefix is not null && names.Contains(Reused[0]))
            reasons.Add($"the prefix {StateNames.Prefix} is {Prefix}");
        if (Converted.Count > 0 && names.Contains(Reused[0]))
            reasons.Add($"{string.Join(", ", Converted.Select(type => $"{type.Value} {type.Key}"))} of all become F32");
        return string.Join("; ", reasons);
    }

    /// <summary>The part of a model that a parameter belongs to: <c>bert.embeddings</c>, <c>bert.encoder.layer</c>, <c>cls.predictions</c>, <c>classifier</c>.</summary>
    private static string PartOf(string name)
    {
        var words = name.Split('.');
        var first = words[0] == "bert" && words.Length > 1 ? 1 : 0;
        var last = words[first] is "cls" or "encoder" ? Math.Min(first + 1, words.Length - 1) : first;
        return string.Join('.', words[..(last + 1)]);
    }

    private static string ModuleOf(string name) => LayerOf(name) is null && name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : PartOf(name);

    private static int? LayerOf(string name)
    {
        var words = name.Split('.');
        var at = Array.IndexOf(words, "layer");
        return at >= 0 && at + 1 < words.Length && int.TryParse(words[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : null;
    }
}
