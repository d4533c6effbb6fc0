// Random texts by the million: none may crash the tokenizer, and offsets always cut the text at the token.
using System.CommandLine;
using System.Text;
using Tlpipe.TestSupport;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Benchmarks;

/// <summary>
/// Texts of code points from everywhere, halves of surrogate pairs, special tokens and words of the vocabulary: besides
/// <see cref="TokenizedTextCheck"/> a limit keeps the beginning of a text, and a pair is its two texts.
/// </summary>
internal static class TokenizeFuzz
{
    private const int BlockTexts = 10_000;
    private const int MostShown = 10;

    private static readonly string[] Pieces = ["[SEP]", "[MASK", "[CLS]x", "##", "\u0301", "\u200B", "\uFEFF", "\u00A0", "\u3000", "İ", "ß", "👍🏽", "日本", " ", "  ", "\n", "\t", "R$ 59,90", "não", "\u1112\u1161\u11ab", "각", "\0", "\uFFFD", "\u2028"];

    public static Command Create()
    {
        var vocab = new Option<string>("--vocab") { Description = "A vocab.txt or a model folder", Required = true };
        var count = new Option<int>("--texts") { Description = "How many", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>("--seed") { Description = "Seeds them", DefaultValueFactory = _ => 1 };
        var command = new Command("fuzz-tokenizer", "Random texts through the tokenizer") { vocab, count, seed };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(vocab);
            BertTokenizer[] tokenizers = [BertTokenizer.Load(path), BertTokenizer.Load(path, lowercase: true)];
            var (texts, tokens, wrong) = (parsed.GetValue(count), 0L, 0);
            Parallel.For(0, (texts + BlockTexts - 1) / BlockTexts, block =>
            {
                var random = new System.Random(parsed.GetValue(seed) ^ (block * 7919));
                for (var i = block * BlockTexts; i < Math.Min(texts, (block + 1) * BlockTexts); i++)
                {
                    var (text, other, limit) = (Text(random, tokenizers[0].Vocabulary), Text(random, tokenizers[0].Vocabulary), random.Next(3, 40));
                    if (tokenizers.Select(tokenizer => Mistake(text, other, limit, tokenizer, ref tokens)).OfType<string>().FirstOrDefault() is not { } mistake)
                        continue;
                    if (Interlocked.Increment(ref wrong) <= MostShown)
                        Console.Error.WriteLine($"{mistake}: {Escaped(text)}");
                }
            });
            Console.WriteLine($"{{\"what\": \"fuzz-tokenizer\", \"texts\": {texts}, \"tokens\": {tokens}, \"wrong\": {wrong}}}");
            return wrong == 0 ? 0 : 1;
        });
        return command;
    }

    private static string Text(System.Random random, BertVocabulary vocabulary)
    {
        var text = new StringBuilder();
        for (var pieces = random.Next(20); pieces > 0; pieces--)
            _ = random.Next(7) switch
            {
                0 => text.Append(Pieces[random.Next(Pieces.Length)]),
                1 => text.Append((char)random.Next(0x10000)),
                2 => text.Append(char.ConvertFromUtf32(random.Next(0x10000, 0x110000))),
                3 => text.Append((char)random.Next('a', 'z' + 1), random.Next(20) == 0 ? random.Next(90, 130) : random.Next(1, 6)),
                4 => text.Append((char)random.Next(0xA0)),
                5 => text.Append(vocabulary.Tokens[random.Next(vocabulary.Count)].Replace("##", "", StringComparison.Ordinal)),
                _ => text.Append(' ').Append(vocabulary.Tokens[random.Next(vocabulary.Count)].Replace("##", "", StringComparison.Ordinal)),
            };
        return text.ToString();
    }

    /// <summary>What is wrong with a text's tokens, alone, cut, or as the first of a pair; null where nothing is.</summary>
    private static string? Mistake(string text, string other, int limit, BertTokenizer tokenizer, ref long tokens)
    {
        try
        {
            var whole = tokenizer.Encode(text);
            Interlocked.Add(ref tokens, whole.Ids.Length);
            if (TokenizedTextCheck.Mistake(text, whole, tokenizer) is { } mistake)
                return mistake;
            var cut = tokenizer.Encode(text, limit).Ids;
            if (cut.Length != Math.Min(limit, whole.Ids.Length) || !whole.Ids.AsSpan().StartsWith(cut.AsSpan(..^1)))
                return $"a limit of {limit} does not keep the beginning";
            var pair = tokenizer.Encode(text, other);
            return pair.Ids.AsSpan().SequenceEqual([.. whole.Ids, .. tokenizer.Encode(other).Ids[1..]]) ? null : $"with '{Escaped(other)}' it is no pair of the two";
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => c is >= ' ' and < (char)0x7F ? c.ToString() : $"\\u{(int)c:x4}"));
}
