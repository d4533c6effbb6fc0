// Which stored tensor fills which parameter, decided from names and shapes before any memory is taken for a model.
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Config;

namespace Tlpipe.Nlp.Weights;

/// <summary>A parameter and where it comes from.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Stored">The checkpoint's name of its tensor; null where it has none and the parameter is freshly made.</param>
internal sealed record PlannedParameter(string Name, IReadOnlyList<long> Shape, string? Stored);

/// <summary>What a checkpoint gives a class of models (docs/hf-parity.md 8.2 to 8.5).</summary>
internal sealed class LoadPlan
{
    private const string WordEmbeddings = "bert.embeddings.word_embeddings.weight";
    private const string Decoder = "cls.predictions.decoder.weight";

    private LoadPlan(IReadOnlyList<PlannedParameter> parameters, LoadReport report)
    {
        Parameters = parameters;
        Report = report;
    }

    /// <summary>The model's parameters, in its order.</summary>
    public IReadOnlyList<PlannedParameter> Parameters { get; }

    public LoadReport Report { get; }

    /// <summary>Matches a checkpoint with a class.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="architecture">One of <see cref="ParameterShapes.Architectures"/>.</param>
    /// <param name="source">The checkpoint.</param>
    /// <param name="folder">Its folder, for messages.</param>
    /// <param name="seed">The seed of what is freshly made, for the report; null where nothing is.</param>
    /// <exception cref="InputException">It is not a BERT's, or a tensor has another shape or an unsupported element type.</exception>
    public static LoadPlan Make(BertConfig config, string architecture, ITensorSource source, string folder, long? seed)
    {
        var stored = StateNames.ByModelName(source.Names);
        if (!stored.ContainsKey(WordEmbeddings))
            throw new InputException($"{folder} holds no weights of a BERT (no {WordEmbeddings}); give the folder of one, or set weights to random");
        var prefix = architecture == ParameterShapes.Body ? StateNames.Prefix : "";
        var parameters = ParameterShapes.Of(config, architecture)
            .Select(p => new PlannedParameter(p.Name, p.Shape, stored.GetValueOrDefault(prefix + p.Name))).ToList();
        foreach (var parameter in parameters)
            Check(parameter, source, folder);

        var known = parameters.Select(p => prefix + p.Name).ToHashSet(StringComparer.Ordinal);
        var missing = parameters.Where(p => p.Stored is null).Select(p => p.Name).ToList();
        var reused = parameters.Where(p => p.Stored is not null).ToList();
        return new LoadPlan(parameters, new LoadReport(
            architecture,
            folder,
            Sorted(reused.Select(p => p.Name)),
            Sorted(stored.Keys.Where(name => !known.Contains(name) && !StateNames.IsSilent(name, architecture))),
            Sorted(missing.Concat(TiedTo(missing))))
        {
            Seed = seed,
            Renamed = Sorted(reused.Where(p => p.Stored!.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) || p.Stored.EndsWith("LayerNorm.beta", StringComparison.Ordinal)).Select(p => p.Name)),
            Prefix = (architecture == ParameterShapes.Body, stored[WordEmbeddings] == WordEmbeddings) switch
            {
                (true, true) => "left out",
                (false, false) => "added",
                _ => null,
            },
            Converted = reused.Select(p => source.Describe(p.Stored!).Type).Where(type => type != SafetensorsType.F32)
                .CountBy(type => type.Name()).ToDictionary(count => count.Key, count => count.Value),
            StoredDecoder = StateNames.IsSilent(Decoder, architecture) && stored.TryGetValue(Decoder, out var decoder)
                ? (IsSame(source, decoder, stored[WordEmbeddings]) ? DecoderKind.Tied : DecoderKind.Other)
                : DecoderKind.None,
        });
    }

    private static void Check(PlannedParameter parameter, ITensorSource source, string folder)
    {
        if (parameter.Stored is not { } name)
            return;
        var (type, shape) = source.Describe(name);
        if (!shape.SequenceEqual(parameter.Shape))
            throw new InputException($"{folder}: {OneLine.Quote(name)} is [{string.Join(", ", shape)}] where the config asks for [{string.Join(", ", parameter.Shape)}]; the weights and config.json, or the number of classes, do not belong together");
        if (type is not (SafetensorsType.F16 or SafetensorsType.BF16 or SafetensorsType.F32 or SafetensorsType.F64))
            throw new InputException($"{folder}: {OneLine.Quote(name)} holds {type.Name()} numbers; weights are F16, BF16, F32 or F64");
    }

    private static bool IsSame(ITensorSource source, string decoder, string embeddings)
    {
        if (source.AreShared(decoder, embeddings))
            return true;
        var (one, two) = (source.Describe(decoder), source.Describe(embeddings));
        return one.Type == two.Type && one.Shape.SequenceEqual(two.Shape)
            && source.ReadBytes(decoder).AsSpan().SequenceEqual(source.ReadBytes(embeddings));
    }

    // The decoder's bias is the head's bias, and Hugging Face reports both.
    private static string[] TiedTo(List<string> missing) =>
        missing.Contains("cls.predictions.bias") ? ["cls.predictions.decoder.bias"] : [];

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
