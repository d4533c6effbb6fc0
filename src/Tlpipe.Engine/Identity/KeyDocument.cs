// Everything that decides a result, as one JSON document whose hash is the result's name.
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tlpipe.Engine.Identity;

/// <summary>
/// The full description of a computation. Two computations with the same document give the same result; the document is stored
/// with it, so that a difference between two keys can be explained.
/// </summary>
public sealed record KeyDocument
{
    private static readonly BigInteger LargestExactInteger = BigInteger.Pow(2, 53);

    /// <summary>The version of this document's form. Default: 1.</summary>
    public int V { get; init; } = 1;

    /// <summary>The stage's kind, as <c>uses:</c> names it.</summary>
    public required string Stage { get; init; }

    /// <summary>The stage's version.</summary>
    public required int Version { get; init; }

    /// <summary>The options that decide the result, defaults applied.</summary>
    public required JsonObject Options { get; init; }

    /// <summary>The digest of each input's content, by the input's role.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>The number format of the computation; null, and left out, if the stage computes no floats.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Dtype { get; init; }

    /// <summary>SHA-256 of the canonical document, 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="ArgumentException">An option has no canonical form: NaN, an infinity or broken text.</exception>
    [JsonIgnore]
    public string Key => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(ToJson())));

    /// <summary>The document. Integers beyond 2^53, which JSON's doubles would round, are text in it.</summary>
    public JsonObject ToJson()
    {
        var document = new JsonObject
        {
            ["v"] = V,
            ["stage"] = Stage,
            ["version"] = Version,
            ["options"] = Exact(Options),
            ["inputs"] = new JsonObject(Inputs.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)i.Value))),
        };
        if (Dtype is not null)
            document["dtype"] = Dtype;
        return document;
    }

    private static JsonNode? Exact(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Exact(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Exact)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number
            && BigInteger.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            && BigInteger.Abs(integer) > LargestExactInteger => integer.ToString(CultureInfo.InvariantCulture),
        _ => node?.DeepClone(),
    };
}
