// The tokenizer against the reference's values.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class BertTokenizerTests
{
    private static readonly string TinyVocabulary = TestFiles.Golden("model", "tiny-mlm", "vocab.txt");

    [Theory]
    [InlineData("tiny.jsonl")]
    [InlineData("tiny-truncated.jsonl")]
    [InlineData("tiny-uncased.jsonl")]
    public void Every_text_gives_the_tokens_of_the_reference(string file)
    {
        GoldenLine.AssertAll(
            TestFiles.Golden("tokenizer", file),
            name => BertTokenizer.Load(TinyVocabulary, lowercase: name == "tiny-uncased"));
    }

    [Theory]
    [InlineData("reviews.jsonl")]
    [InlineData("adversarial.jsonl")]
    [InlineData("fuzz.jsonl")]
    [InlineData("truncated.jsonl")]
    public void Every_text_gives_the_tokens_of_a_real_vocabulary(string file)
    {
        GoldenLine.AssertAll(
            TestFiles.Shared("goldens", "real", "tokenizer", file),
            name => name switch
            {
                "bertimbau" => Bertimbau(),
                "cased-strip" => new BertTokenizer(Bertimbau().Vocabulary, new TokenizerSettings { StripAccents = true, TokenizeChineseChars = false }),
                "uncased" => BertTokenizer.Load(TestFiles.Shared("vocab", "bert-base-uncased.txt"), lowercase: true),
                _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
            });
    }

    [Fact]
    public void Every_pair_gives_the_tokens_of_the_reference()
    {
        var tokenizer = Bertimbau();
        var lines = File.ReadLines(TestFiles.Shared("goldens", "real", "tokenizer", "pairs.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        foreach (var line in lines)
        {
            int? limit = line.GetProperty("max_length") is { ValueKind: JsonValueKind.Number } max ? max.GetInt32() : null;
            using var output = new StringWriter();

            TokenizeLines.Run(tokenizer, limit, new StringReader(line.GetRawText().ReplaceLineEndings(" ")), "pairs", output, TestContext.Current.CancellationToken);

            var tokenized = JsonDocument.Parse(output.ToString()).RootElement;
            Assert.Equal(Ints(line.GetProperty("ids")), Ints(tokenized.GetProperty("ids")));
            var types = Ints(line.GetProperty("token_type_ids"));
            Assert.Equal(types, tokenized.TryGetProperty("token_type_ids", out var given) ? Ints(given) : types.Select(_ => 0));
            Assert.Equal(line.GetProperty("pair").GetString()!.Length > 0 ? 3 : 2, Ints(tokenized.GetProperty("special_tokens_mask")).Sum());
        }
        Assert.Equal(18, lines.Count);

        static IEnumerable<int> Ints(JsonElement list) => list.EnumerateArray().Select(item => item.GetInt32());
    }

    [Theory]
    [Trait(Tier.Name, Tier.All)]
    [InlineData("bertimbau", "bert-base-portuguese-cased.txt", false)]
    [InlineData("uncased", "bert-base-uncased.txt", true)]
    public void Every_code_point_gives_the_ids_of_the_reference(string key, string vocabulary, bool lowercase)
    {
        var tokenizer = BertTokenizer.Load(TestFiles.Shared("vocab", vocabulary), lowercase);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Shared("goldens", "real", "tokenizer", "unicode_sweep.json")));

        var codePoints = Enumerable.Range(1, 0x10FFFF).Where(code => code is < 0xD800 or > 0xDFFF);
        var actual = codePoints.Chunk(4096).ToDictionary(block => block[0].ToString("x6"), block => DigestOfIds(tokenizer, block));

        var expected = golden.RootElement.GetProperty(key).EnumerateObject().ToDictionary(block => block.Name, block => block.Value.GetString()!);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task All_reviews_give_the_ids_of_the_reference()
    {
        var tokenizer = Bertimbau();
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Shared("goldens", "real", "tokenizer", "dataset_reviews.json")));
        var texts = await ReviewTexts.ReadTexts();

        var rows = RowTokenizer.Tokenize(texts, null, labels: null, tokenizer, maxLength: null, threads: 2, cancellation: TestContext.Current.CancellationToken);

        var expected = golden.RootElement;
        Assert.Equal(expected.GetProperty("rows").GetInt32(), rows.Count);
        Assert.Equal(expected.GetProperty("tokens").GetInt32(), rows.InputIds.Length);
        Assert.Equal(expected.GetProperty("unk_tokens").GetInt32(), rows.InputIds.Count(id => id == tokenizer.SpecialTokens.UnkId));
        var bytes = new byte[rows.InputIds.Length * 4];
        for (var i = 0; i < rows.InputIds.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * 4), rows.InputIds[i]);
        Assert.Equal(expected.GetProperty("sha256_of_int32_le_concatenated_ids").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    internal static BertTokenizer Bertimbau() => BertTokenizer.Load(TestFiles.Shared("vocab", "bert-base-portuguese-cased.txt"));

    private static string DigestOfIds(BertTokenizer tokenizer, int[] codePoints)
    {
        var lines = codePoints.Select(code =>
        {
            var character = char.ConvertFromUtf32(code);
            return string.Join(' ', tokenizer.Encode($"a{character}b {character}").Ids[1..^1]);
        });
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..16];
    }
}
