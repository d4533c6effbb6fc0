// Properties of the tokenizer for every text.
using CsCheck;
using Microsoft.ML.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class BertTokenizerPropertyTests
{
    private static readonly string Vocabulary = TestFiles.Golden("model", "tiny-mlm", "vocab.txt");
    private static readonly Tlpipe.Text.Tokenizers.BertTokenizer Cased = Tlpipe.Text.Tokenizers.BertTokenizer.Load(Vocabulary);
    private static readonly Tlpipe.Text.Tokenizers.BertTokenizer Uncased = Tlpipe.Text.Tokenizers.BertTokenizer.Load(Vocabulary, lowercase: true);

    [Fact]
    public void Offsets_cut_the_text_at_the_token_and_leave_nothing_out()
    {
        TextGenerator.Texts.Sample(
            text =>
            {
                Assert.Null(TokenizedTextCheck.Mistake(text, Cased.Encode(text), Cased));
                Assert.Null(TokenizedTextCheck.Mistake(text, Uncased.Encode(text), Uncased));
            },
            iter: 30_000);
    }

    [Fact]
    public void Offsets_cut_the_text_at_the_tokens_of_a_real_vocabulary()
    {
        var tokenizer = BertTokenizerTests.Bertimbau();
        TextGenerator.Texts.Sample(text => Assert.Null(TokenizedTextCheck.Mistake(text, tokenizer.Encode(text), tokenizer)), iter: 10_000);
    }

    [Theory]
    [InlineData(1, 0, 2, 0)]
    [InlineData(1, 0, 4, 0)]
    [InlineData(1, 0, 9, 0)]
    [InlineData(2, 5, 8, 1)]
    [InlineData(2, 4, 8, 2)]
    public void A_token_that_stands_elsewhere_or_is_of_another_word_is_noticed(int token, int start, int end, int word)
    {
        var tokenized = Cased.Encode("bom ruim");
        Assert.Null(TokenizedTextCheck.Mistake("bom ruim", tokenized, Cased));

        tokenized.Offsets[token] = (start, end);
        tokenized.WordIds[token] = word;

        Assert.NotNull(TokenizedTextCheck.Mistake("bom ruim", tokenized, Cased));
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
