// The general corpus: the same for a seed, plain lower-case Portuguese, the shop left out, praise and blame kept apart.
using Tlpipe.Formats;
using Tlpipe.Text.Reviews;

namespace Tlpipe.Text.Tests.Reviews;

public sealed class GeneralSentencesTests
{
    private static readonly IReadOnlyList<string> Texts = GeneralSentences.Write(10_000, seed: 7);

    [Fact]
    public void The_same_seed_gives_the_same_texts_and_fewer_are_their_beginning()
    {
        var fewer = GeneralSentences.Write(500, seed: 7);

        Assert.Equal(Texts.Take(500), fewer);
        Assert.NotEqual(GeneralSentences.Write(500, seed: 8), fewer);
    }

    [Fact]
    public void Texts_are_lower_case_ascii_and_nearly_all_distinct()
    {
        Assert.All(Texts, text => Assert.All(text, letter => Assert.True(char.IsAscii(letter) && !char.IsAsciiLetterUpper(letter))));
        Assert.All(Texts, text => Assert.DoesNotContain("_##_", text, StringComparison.Ordinal));
        Assert.InRange(Texts.Distinct().Count(), 9_900, 10_000);
    }

    [Fact]
    public void Articles_are_contracted_with_the_preposition_before_them()
    {
        Assert.All(Texts, text => Assert.DoesNotMatch(@"\b(de|por|em) [oa]s?\b", text));
    }

    [Theory]
    [InlineData("loja")]
    [InlineData("entrega")]
    [InlineData("produto")]
    [InlineData("comprei")]
    [InlineData("embalagem")]
    [InlineData("frete")]
    public void The_shop_is_not_spoken_of(string word)
    {
        Assert.All(Texts, text => Assert.DoesNotMatch($@"\b{word}\b", text));
    }

    [Fact]
    public void The_reviews_share_part_of_its_praise_and_blame()
    {
        string[] known = ["maravilhos", "pessim", "impecave", "lamentave", "de cair o queixo", "porcaria", "esplendid", "vergonh"];
        string[] unknown = ["supimpa", "mequetrefe", "topissim", "gambiarra", "tranqueira", "arretad"];
        var reviews = string.Join('\n', ReviewSynthesizer.Write(new() { Rows = 20_000 }).Select(review => review.Text));
        var general = string.Join('\n', Texts);

        Assert.All(known, word => Assert.True(general.Contains(word, StringComparison.Ordinal) && reviews.Contains(word, StringComparison.Ordinal), word));
        Assert.All(unknown, word => Assert.True(!general.Contains(word, StringComparison.Ordinal) && reviews.Contains(word, StringComparison.Ordinal), word));
    }

    [Fact]
    public void Words_of_praise_and_blame_do_not_meet_in_one_text()
    {
        Assert.DoesNotContain(Texts, text => text.Contains(" sorri", StringComparison.Ordinal) && text.Contains(" chorou", StringComparison.Ordinal));
        Assert.DoesNotContain(Texts, text => text.Contains("maravilhos", StringComparison.Ordinal) && text.Contains("horrive", StringComparison.Ordinal));
    }

    [Fact]
    public void No_text_at_all_is_refused()
    {
        var error = Assert.Throws<InputException>(() => GeneralSentences.Write(0, seed: 7));

        Assert.Equal("0 texts of general Portuguese are asked for; give at least 1", error.Message);
    }
}
