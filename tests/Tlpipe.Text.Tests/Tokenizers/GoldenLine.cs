// A line of goldens/*/tokenizer/*.jsonl.
using System.Text.Json;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

/// <summary>The reference's tokens of one text.</summary>
internal sealed record GoldenLine(
    string Tokenizer, string Text, int? MaxLength, int[] Ids, string[] Tokens, int[] WordIds, (int Start, int End)[] Offsets, int[] SpecialTokensMask)
{
    public static IEnumerable<GoldenLine> Read(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(line);
            yield return FromJson(document.RootElement);
        }
    }

    /// <summary>Asserts that every line of a file comes out as the reference has it.</summary>
    public static void AssertAll(string path, Func<string, BertTokenizer> tokenizers)
    {
        var wrong = new List<string>();
        var lines = 0;
        var loaded = new Dictionary<string, BertTokenizer>();
        foreach (var line in Read(path))
        {
            lines++;
            if (!loaded.TryGetValue(line.Tokenizer, out var tokenizer))
                loaded[line.Tokenizer] = tokenizer = tokenizers(line.Tokenizer);
            var actual = tokenizer.Encode(line.Text, line.MaxLength);
            if (!(actual.Ids.SequenceEqual(line.Ids) && actual.Tokens.SequenceEqual(line.Tokens) && actual.WordIds.SequenceEqual(line.WordIds)
                && actual.Offsets.SequenceEqual(line.Offsets) && actual.SpecialTokensMask.SequenceEqual(line.SpecialTokensMask)))
                wrong.Add($"""
                    {JsonSerializer.Serialize(line.Text)}
                      wanted {string.Join(' ', line.Tokens)} | {string.Join(' ', line.WordIds)} | {string.Join(' ', line.Offsets)}
                      got    {string.Join(' ', actual.Tokens)} | {string.Join(' ', actual.WordIds)} | {string.Join(' ', actual.Offsets)}
                    """);
        }

        Assert.True(lines > 0);
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {lines} lines differ:\n{string.Join('\n', wrong.Take(5))}");
    }

    private static GoldenLine FromJson(JsonElement line)
    {
        int[] Ints(string name) =>
            [.. line.GetProperty(name).EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? -1 : item.GetInt32())];

        int? maxLength = line.TryGetProperty("options", out var options) ? options.GetProperty("max_length").GetInt32() : null;
        // The batch pads here: the tokenizer gives only the tokens before the padding.
        var length = line.TryGetProperty("attention_mask", out _) ? Ints("attention_mask").Count(value => value == 1) : Ints("ids").Length;
        return new GoldenLine(
            line.GetProperty("tokenizer").GetString()!,
            line.GetProperty("text").GetString()!,
            maxLength,
            Ints("ids")[..length],
            [.. line.GetProperty("tokens").EnumerateArray().Select(item => item.GetString()!).Take(length)],
            Ints("word_ids")[..length],
            [.. line.GetProperty("offsets").EnumerateArray().Select(item => (item[0].GetInt32(), item[1].GetInt32())).Take(length)],
            Ints("special_tokens_mask")[..length]);
    }
}
