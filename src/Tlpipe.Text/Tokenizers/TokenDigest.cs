// A digest of tokenized rows.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tlpipe.Text.Tokenizers;

/// <summary>The SHA-256 of rows that are added part by part; the division into parts and files makes no difference.</summary>
internal sealed class TokenDigest : IDisposable
{
    private readonly SortedDictionary<string, IncrementalHash> hashes = new(StringComparer.Ordinal);
    private int valueColumns;

    /// <summary>Adds the next rows.</summary>
    public void Add(TokenRows rows)
    {
        if (rows.Count == 0)
            return;
        var lengths = new int[rows.Count];
        for (var row = 0; row < lengths.Length; row++)
            lengths[row] = rows.Length(row);
        Add<int>("row_lengths", lengths);
        Add<int>("input_ids", rows.InputIds);
        Add<int>("word_ids", rows.WordIds);
        Add<bool>("joined", rows.Joined);
        Add<byte>("token_types", rows.TokenTypes);
        Add<int>("labels", rows.Labels);
        Add<float>("values", rows.Values);
        valueColumns = rows.ValueColumns;
    }

    /// <summary>The digest in lower-case hexadecimal.</summary>
    public string Finish()
    {
        var parts = hashes.Select(hash => $"{hash.Key} {Convert.ToHexStringLower(hash.Value.GetHashAndReset())}");
        var all = string.Join('\n', parts.Prepend($"tlpipe tokens 1, {valueColumns} values"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(all)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hash in hashes.Values)
            hash.Dispose();
    }

    private void Add<T>(string name, T[]? values)
        where T : struct
    {
        if (values is null)
            return;
        if (!hashes.TryGetValue(name, out var hash))
            hashes[name] = hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
