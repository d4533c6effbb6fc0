// Random texts by the million: none may crash the tokenizer, and offsets always cut the text at the token.
using System.CommandLine;
using System.Text;
using Tlpipe.Nlp.Text;

namespace Tlpipe.Benchmarks;

/// <summary>Texts of code points from everywhere, halves of surrogate pairs, special tokens and words of the vocabulary.</summary>
internal static class TokenizeFuzz
{
    private static readonly string[] Pieces = ["[SEP]", "[MASK", "[CLS]x", "##", "\u0301", "\u200B", "\uFEFF", "\u00A0", "\u3000", "İ", "ß", "👍🏽", "日本", " ", "  ", "\n", "\t", "R$ 59,90", "não"];

    public static Command Create()
    {
        var vocab = new Option<string>("--vocab") { Description = "A vocab.txt or a model folder", Required = true };
        var count = new Option<int>("--texts") { Description = "How many", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>("--seed") { Description = "Seeds them", DefaultValueFactory = _ => 1 };
        var command = new Command("fuzz-tokenizer", "Random texts through the tokenizer") { vocab, count, seed };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(vocab);
            var random = new System.Random(parsed.GetValue(seed));
            BertTokenizer[] tokenizers = [BertTokenizer.Load(path), BertTokenizer.Load(path, lowercase: true)];
            var (tokens, compared) = (0L, 0L);
            for (var i = 0; i < parsed.GetValue(count); i++)
            {
                var text = Text(random, tokenizers[0].Vocabulary);
                foreach (var tokenizer in tokenizers)
                {
                    var found = tokenizer.Encode(text);
                    tokens += found.Ids.Length;
                    compared += Check(text, found, tokenizer);
                }
            }
            Console.WriteLine($"{{\"what\": \"fuzz-tokenizer\", \"texts\": {parsed.GetValue(count)}, \"tokens\": {tokens}, \"tokens_compared_with_the_text\": {compared}, \"wrong\": 0}}");
            return 0;
        });
        return command;
    }

    private static string Text(System.Random random, BertVocabulary vocabulary)
    {
        var text = new StringBuilder();
        for (var pieces = random.Next(12); pieces > 0; pieces--)
            _ = random.Next(5) switch
            {
                0 => text.Append(Pieces[random.Next(Pieces.Length)]),
                1 => text.Append((char)random.Next(0x10000)),
                2 => text.Append(char.ConvertFromUtf32(random.Next(0x10000, 0x110000))),
                3 => text.Append(vocabulary.Tokens[random.Next(vocabulary.Count)].Replace("##", "", StringComparison.Ordinal)),
                _ => text.Append(' ').Append(vocabulary.Tokens[random.Next(vocabulary.Count)].Replace("##", "", StringComparison.Ordinal)),
            };
        return text.ToString();
    }

    /// <summary>Offsets ascend, lie in the text, and where a stretch is plain ASCII it is the token.</summary>
    /// <returns>How many tokens could be compared.</returns>
    private static int Check(string text, TokenizedText found, BertTokenizer tokenizer)
    {
        var runes = text.EnumerateRunes().ToArray();
        var compared = 0;
        for (var i = 1; i < found.Ids.Length - 1; i++)
        {
            var (start, end) = found.Offsets[i];
            if (start < 0 || end < start || end > runes.Length || start < found.Offsets[i - 1].Start)
                throw new InvalidOperationException($"the offsets {start}, {end} of token {i} are wrong in {Escaped(text)}");
            if (found.Ids[i] == tokenizer.SpecialTokens.UnkId || !runes[start..end].All(rune => rune.IsAscii && rune.Value >= 0x20))
                continue;
            var cut = string.Concat(runes[start..end]);
            var token = found.Tokens[i].StartsWith("##", StringComparison.Ordinal) && found.WordIds[i] == found.WordIds[i - 1] ? found.Tokens[i][2..] : found.Tokens[i];
            if (!string.Equals(cut, token, tokenizer.Settings.Lowercase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
                throw new InvalidOperationException($"token {i}, '{found.Tokens[i]}', stands for '{cut}' in {Escaped(text)}");
            compared++;
        }
        return compared;
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => c is >= ' ' and < (char)0x7F ? c.ToString() : $"\\u{(int)c:x4}"));
}
