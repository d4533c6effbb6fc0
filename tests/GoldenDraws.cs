// Expected draws of random.json, and how a long list of positions is compared with its digest.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Tlpipe.TestSupport;

/// <summary>tests/Goldens/random.json: made by NumPy, pandas, scikit-learn, Python and torch themselves.</summary>
internal static class GoldenDraws
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden("random.json"))).RootElement;

    public static JsonElement Section(string name) => Root.GetProperty(name);

    /// <summary>A section's keys, as rows of a theory.</summary>
    public static TheoryData<string> Keys(string section) => [.. Section(section).EnumerateObject().Select(p => p.Name)];

    public static T[] Values<T>(this JsonElement element) => element.Deserialize<T[]>() ?? [];

    /// <summary>Holds positions against the count, both ends and the SHA-256 of them all as little-endian int64.</summary>
    public static void AssertPositions(JsonElement expected, ReadOnlySpan<int> actual)
    {
        var first = expected.GetProperty("first").Values<int>();
        var last = expected.GetProperty("last").Values<int>();
        Assert.Equal(expected.GetProperty("n").GetInt32(), actual.Length);
        Assert.Equal(first, actual[..first.Length].ToArray());
        Assert.Equal(last, actual[^last.Length..].ToArray());
        Assert.Equal(expected.GetProperty("sha256_of_int64_le").GetString(), Digest(actual));
    }

    private static string Digest(ReadOnlySpan<int> positions)
    {
        var wide = new long[positions.Length];
        for (var i = 0; i < wide.Length; i++)
            wide[i] = positions[i];
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<long>(wide)));
    }
}
