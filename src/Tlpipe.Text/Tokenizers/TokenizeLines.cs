// tlpipe tokenize: a JSON line with a text in, a JSON line with its tokens out.
using System.Text.Encodings.Web;
using System.Text.Json;
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>Tokenizes texts that come as JSON lines, <c>{"text": …}</c> each.</summary>
public static class TokenizeLines
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes a line <c>{"ids", "tokens", "word_ids", "offsets", "special_tokens_mask"}</c> for each line read; word_ids has
    /// null for [CLS] and [SEP], offsets has pairs of code points. Where a line has a second text, <c>{"text", "pair"}</c>, the
    /// one written has <c>token_type_ids</c>, too; an empty second text counts as no second text, as when a tokenizer is called with one text.
    /// </summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="maxLength">The most tokens of a text, at least 2; null: all.</param>
    /// <param name="input">The lines; members other than <c>text</c> and <c>pair</c> are passed over.</param>
    /// <param name="inputName">The input's name in messages.</param>
    /// <param name="output">Receives the lines, each with LF.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The number of lines.</returns>
    /// <exception cref="InputException">A line is not such an object.</exception>
    public static int Run(
        BertTokenizer tokenizer, int? maxLength, TextReader input, string inputName, TextWriter output, CancellationToken cancellation = default)
    {
        using var buffer = new MemoryStream();
        var number = 0;
        while (input.ReadLine() is { } line)
        {
            cancellation.ThrowIfCancellationRequested();
            var (text, pair) = ReadTexts(line, $"{inputName}:{++number}");
            if (pair is not null && maxLength < TextPair.SpecialTokens)
                throw new InputException($"{inputName}:{number}: two texts need {TextPair.SpecialTokens} tokens at least; raise --max-length");
            buffer.SetLength(0);
            using (var writer = new Utf8JsonWriter(buffer, Format))
                Write(writer, pair is null ? tokenizer.Encode(text, maxLength) : tokenizer.Encode(text, pair, maxLength), pair is not null);
            output.Write(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
            output.Write('\n');
        }
        return number;
    }

    private static (string Text, string? Pair) ReadTexts(string line, string place)
    {
        const string Remedy = "each line must be an object {\"text\": \"…\"}";
        // A line that is passed over would shift the lines written against those read.
        if (string.IsNullOrWhiteSpace(line))
            throw new InputException($"{place}: the line is empty; {Remedy}");
        using var document = JsonLine.Parse(line, place);
        if (!document.RootElement.TryGetProperty("text", out var text))
            throw new InputException($"{place}: the object has no text; {Remedy}");
        if (text.ValueKind != JsonValueKind.String)
            throw new InputException($"{place}: text is {text.ValueKind.ToString().ToLowerInvariant()}, not a string; {Remedy}");
        if (document.RootElement.TryGetProperty("pair", out var pair) && pair.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            throw new InputException($"{place}: pair is {pair.ValueKind.ToString().ToLowerInvariant()}, not a string; give the second text, or leave it out");
        return (text.GetString() ?? "", pair.ValueKind == JsonValueKind.String && pair.GetString() is { Length: > 0 } second ? second : null);
    }

    private static void Write(Utf8JsonWriter writer, TokenizedText text, bool isPair)
    {
        writer.WriteStartObject();
        WriteList("ids", text.Ids, writer.WriteNumberValue);
        WriteList("tokens", text.Tokens, writer.WriteStringValue);
        WriteList("word_ids", text.WordIds, WriteWordId);
        WriteList("offsets", text.Offsets, WriteOffsets);
        WriteList("special_tokens_mask", text.SpecialTokensMask, writer.WriteNumberValue);
        if (isPair)
            WriteList("token_type_ids", text.TokenTypeIds, writer.WriteNumberValue);
        writer.WriteEndObject();

        void WriteList<T>(string name, T[] items, Action<T> write)
        {
            writer.WriteStartArray(name);
            foreach (var item in items)
                write(item);
            writer.WriteEndArray();
        }

        void WriteWordId(int word)
        {
            if (word < 0)
                writer.WriteNullValue();
            else
                writer.WriteNumberValue(word);
        }

        void WriteOffsets((int Start, int End) offsets)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(offsets.Start);
            writer.WriteNumberValue(offsets.End);
            writer.WriteEndArray();
        }
    }
}
