// What holds of the tokenizer for every text.
using CsCheck;
using Microsoft.ML.Tokenizers;

namespace Tlpipe.Nlp.Tests.Text;

public sealed class BertTokenizerPropertyTests
{
    private static readonly string Vocabulary = TestFiles.Golden("model", "tiny-mlm", "vocab.txt");
    private static readonly Tlpipe.Nlp.Text.BertTokenizer Cased = Tlpipe.Nlp.Text.BertTokenizer.Load(Vocabulary);
    private static readonly Tlpipe.Nlp.Text.BertTokenizer Uncased = Tlpipe.Nlp.Text.BertTokenizer.Load(Vocabulary, lowercase: true);

    [Fact]
    public void Every_text_has_tokens_in_order_within_it()
    {
        TextGenerator.Texts.Sample(text =>
        {
            var length = text.EnumerateRunes().Count();
            foreach (var tokenized in new[] { Cased.Encode(text), Uncased.Encode(text) })
            {
                Assert.Equal((Cased.SpecialTokens.ClsId, Cased.SpecialTokens.SepId), (tokenized.Ids[0], tokenized.Ids[^1]));
                Assert.All(tokenized.Offsets, offset => Assert.True(0 <= offset.Start && offset.Start <= offset.End && offset.End <= length));
                var inner = tokenized.WordIds[1..^1];
                Assert.All(inner.Zip(inner.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0, 1));
            }
        });
    }

    [Fact]
    public void Offsets_cut_the_text_at_the_token()
    {
        TextGenerator.Texts.Sample(text =>
        {
            var runes = text.EnumerateRunes().ToArray();
            var tokenized = Cased.Encode(text);
            for (var i = 1; i < tokenized.Ids.Length - 1; i++)
            {
                if (tokenized.Ids[i] == Cased.SpecialTokens.UnkId)
                    continue;
                var (start, end) = tokenized.Offsets[i];
                // The tiny vocabulary holds ASCII only, so whatever else is within a token's stretch was dropped.
                var cut = string.Concat(runes[start..end].Where(rune => rune.Value is >= 0x20 and < 0x7F));
                var continues = tokenized.WordIds[i] == tokenized.WordIds[i - 1];
                Assert.Equal(tokenized.Tokens[i], (continues ? "##" : "") + cut);
            }
        });
    }

    [Fact]
    public void A_shorter_limit_keeps_the_beginning()
    {
        Gen.Select(TextGenerator.Texts, Gen.Int[2, 40]).Sample((text, limit) =>
        {
            var whole = Cased.Encode(text).Ids;

            var cut = Cased.Encode(text, limit).Ids;

            Assert.Equal(Math.Min(limit, whole.Length), cut.Length);
            Assert.Equal([.. whole[..(cut.Length - 1)], Cased.SpecialTokens.SepId], cut);
        });
    }

    [Fact]
    public void A_word_has_the_pieces_that_Microsoft_ML_Tokenizers_finds()
    {
        var reference = WordPieceTokenizer.Create(Vocabulary, new WordPieceOptions { PreTokenizer = null, UnknownToken = "[UNK]" });
        var pieces = Cased.Vocabulary.Tokens.Skip(5).Select(token => token.Replace("##", "", StringComparison.Ordinal)).Where(piece => piece.Length > 0 && piece.All(char.IsAsciiLetter)).ToArray();

        Gen.OneOfConst(pieces).Array[1, 12].Select(string.Concat).Sample(word =>
            Assert.Equal(reference.EncodeToIds(word), Cased.Encode(word).Ids[1..^1]));
    }
}
