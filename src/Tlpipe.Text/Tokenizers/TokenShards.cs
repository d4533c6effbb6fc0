// The files in which tokenized rows pass from stage to stage.
using System.Globalization;
using System.Runtime.InteropServices;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Text.Tokenizers;

/// <summary>
/// Writes rows into a few safetensors files of a folder, each as soon as it is full, so that a corpus need not fit into memory:
/// <c>tokens.safetensors</c>, or <c>tokens-00001-of-00003.safetensors</c> and so on. A row is never cut.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="tokensPerShard">A file is full when it holds so many tokens.</param>
public sealed class TokenShards(string folder, long tokensPerShard = TokenShards.FullShard) : IDisposable
{
    private const long FullShard = 8L << 20;
    private const string Single = "tokens.safetensors";

    private readonly List<TokenRows> pending = [];
    private readonly List<string> written = [];
    private readonly TokenDigest digest = new();
    private long pendingTokens;
    private bool finished;

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Tokens so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Adds the next rows.</summary>
    public void Add(TokenRows rows)
    {
        digest.Add(rows);
        pending.Add(rows);
        pendingTokens += rows.InputIds.Length;
        Rows += rows.Count;
        Tokens += rows.InputIds.Length;
        if (pendingTokens >= tokensPerShard)
            Write();
    }

    /// <summary>Writes what is left and gives the files their names.</summary>
    /// <returns>The digest of all rows, whatever the files.</returns>
    public string Finish()
    {
        if (pending.Count > 0 || written.Count == 0)
            Write();
        for (var i = 0; i < written.Count; i++)
            File.Move(written[i], Path.Combine(folder, Name(i, written.Count)), overwrite: true);
        finished = true;
        return digest.Finish();
    }

    /// <summary>Removes what was written if it was not finished.</summary>
    public void Dispose()
    {
        digest.Dispose();
        if (!finished)
            written.ForEach(File.Delete);
    }

    /// <summary>Reads a folder's files in turn; there is always at least one.</summary>
    /// <exception cref="InputException">The folder holds no tokens.</exception>
    public static IEnumerable<TokenRows> Read(string folder)
    {
        var paths = Directory.GetFiles(folder, "tokens*.safetensors").Order(StringComparer.Ordinal).ToList();
        return paths.Count == 0
            ? throw new InputException($"{folder} holds no tokens; give the output of tokenize or group-texts")
            : paths.Select(ReadFile);
    }

    /// <summary>Reads one file of those that hold a table's rows.</summary>
    public static TokenRows ReadFile(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return new TokenRows(
            file.ReadInt32("input_ids"),
            file.ReadInt32("row_offsets"),
            file.ReadInt32("word_ids"),
            file.Entries.ContainsKey("labels") ? file.ReadInt32("labels") : null)
        {
            Joined = file.Entries.ContainsKey("joined") ? MemoryMarshal.Cast<byte, bool>(file.ReadBytes("joined")).ToArray() : null,
            TokenTypes = file.Entries.ContainsKey("token_types") ? file.ReadBytes("token_types") : null,
            Values = file.Entries.ContainsKey("values") ? MemoryMarshal.Cast<byte, float>(file.ReadBytes("values")).ToArray() : null,
        };
    }

    private void Write()
    {
        var rows = pending.Count == 0 ? new TokenRows([], [0], [], null) : TokenRows.Concat(pending);
        pending.Clear();
        pendingTokens = 0;
        var tensors = new List<SafetensorsTensor>
        {
            SafetensorsTensor.Int32("input_ids", rows.InputIds),
            SafetensorsTensor.Int32("row_offsets", rows.RowOffsets),
            SafetensorsTensor.Int32("word_ids", rows.WordIds),
        };
        if (rows.Joined is { } joined)
            tensors.Add(new SafetensorsTensor("joined", SafetensorsType.Bool, [joined.Length], () => MemoryMarshal.AsBytes(joined.AsSpan()).ToArray()));
        if (rows.TokenTypes is { } types)
            tensors.Add(new SafetensorsTensor("token_types", SafetensorsType.U8, [types.Length], () => types));
        if (rows.Labels is not null)
            tensors.Add(SafetensorsTensor.Int32("labels", rows.Labels));
        if (rows.Values is { } values)
            tensors.Add(new SafetensorsTensor("values", SafetensorsType.F32, [rows.Count, rows.ValueColumns], () => MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"unfinished-{written.Count:d5}"));
        SafetensorsWriter.Write(path, tensors);
        written.Add(path);
    }

    private static string Name(int index, int count) =>
        count == 1 ? Single : string.Create(CultureInfo.InvariantCulture, $"tokens-{index + 1:d5}-of-{count:d5}.safetensors");
}
