// How vocab.txt is read.
using Tlpipe.Formats;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class BertVocabularyTests
{
    [Fact]
    public void The_number_of_a_line_is_the_id_of_its_token()
    {
        var vocabulary = Load("[PAD]\n[UNK]\nbom\n##s\n"u8);

        Assert.Equal(["[PAD]", "[UNK]", "bom", "##s"], vocabulary.Tokens);
        Assert.Equal(3, vocabulary.Find("##s"));
        Assert.Null(vocabulary.Find("mau"));
    }

    [Fact]
    public void Lines_end_as_in_Python_and_keep_their_spaces()
    {
        var vocabulary = Load("a\r\nb\rc \n\n\u2028d\n\u0085"u8);

        Assert.Equal(["a", "b", "c ", "", "\u2028d", "\u0085"], vocabulary.Tokens);
    }

    [Fact]
    public void A_token_that_comes_twice_keeps_the_last_number()
    {
        var vocabulary = Load("a\nb\na\n"u8);

        Assert.Equal(3, vocabulary.Count);
        Assert.Equal(2, vocabulary.Find("a"));
    }

    [Fact]
    public void A_file_that_is_not_a_vocabulary_is_refused()
    {
        Assert.Contains("is empty", Assert.Throws<InputException>(() => Load(""u8)).Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Assert.Throws<InputException>(() => Load([0x61, 0xFF])).Message, StringComparison.Ordinal);
        Assert.Contains("byte-order mark", Assert.Throws<InputException>(() => Load([0xEF, 0xBB, 0xBF, 0x61])).Message, StringComparison.Ordinal);
        Assert.Contains("there is no vocabulary", Assert.Throws<InputException>(() => BertVocabulary.Load("/nowhere/vocab.txt")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_without_a_special_token_is_refused_by_its_name()
    {
        var vocabulary = BertVocabulary.FromTokens(["[PAD]", "[UNK]", "[CLS]", "bom"]);

        var error = Assert.Throws<InputException>(() => new BertTokenizer(vocabulary, new TokenizerSettings()));

        Assert.Contains("lacks the special token [SEP], [MASK]; ", error.Message, StringComparison.Ordinal);
    }

    private static BertVocabulary Load(ReadOnlySpan<byte> bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["vocab.txt"], bytes);
        return BertVocabulary.Load(folder["vocab.txt"]);
    }
}
