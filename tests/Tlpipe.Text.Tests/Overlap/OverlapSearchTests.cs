// Rows that training shares with evaluation are found whatever they look like, and others are not.
using CsCheck;
using Tlpipe.Text.Overlap;

namespace Tlpipe.Text.Tests.Overlap;

public sealed class OverlapSearchTests
{
    private const string Review = "o produto chegou no prazo e funciona muito bem, recomendo a todos que querem um bom celular por um preço justo";

    [Theory]
    [InlineData("Ótimo produto!", "otimo  produto")]
    [InlineData("_##_ muito bom", "Muito bom.")]
    [InlineData("chegou\nno prazo", "chegou, no prazo")]
    public void Case_accents_punctuation_and_spacing_make_no_other_text(string evaluated, string trained)
    {
        var search = new OverlapSearch();
        search.AddEvaluated(1L, evaluated, 1L);

        search.Look(trained, 2L);

        Assert.Equal(new OverlapCounts(1, 1, SameRows: 0, SameTexts: 1, NearTexts: 0), search.Counts);
    }

    [Fact]
    public void A_row_is_the_same_where_identity_and_text_are()
    {
        var search = new OverlapSearch();
        search.AddEvaluated(1L, "bom", 1L);
        search.AddEvaluated(2L, "bom", 2L);
        search.AddEvaluated(3L, "ruim", 3L);

        search.Look("bom", 1L);
        search.Look("outro", 3L);

        Assert.Equal(new OverlapCounts(3, 2, SameRows: 1, SameTexts: 2, NearTexts: 0), search.Counts);
        Assert.Equal([1L, 2L], search.Shared);
    }

    [Fact]
    public void A_text_with_a_word_changed_is_near_and_one_of_the_same_words_in_another_order_is_not()
    {
        var search = new OverlapSearch();
        search.AddEvaluated(1L, Review, 1L);
        search.AddEvaluated(2L, Review, 2L);

        search.Look(Review + " mesmo", 3L);
        var near = search.Counts;
        var other = new OverlapSearch();
        other.AddEvaluated(1L, Review, 1L);
        other.Look(string.Join(' ', Review.Split(' ').Reverse()), 2L);

        Assert.Equal(2, near.NearTexts);
        Assert.Equal(0, other.Counts.Shared);
    }

    [Fact]
    public void Texts_without_words_match_nothing()
    {
        var search = new OverlapSearch();
        search.AddEvaluated(1L, "!!!", 1L);

        search.Look("!!!", 2L);

        Assert.Equal(0, search.Counts.Shared);
    }

    [Fact]
    public void A_row_is_the_same_although_its_text_has_no_words()
    {
        var search = new OverlapSearch();
        search.AddEvaluated(1L, "!!!", 1L);

        search.Look("!!!", 1L);

        Assert.Equal(new OverlapCounts(1, 1, SameRows: 1, SameTexts: 1, NearTexts: 0), search.Counts);
    }

    [Fact]
    public void Rows_without_an_identity_share_texts_only()
    {
        var search = new OverlapSearch();
        search.AddEvaluated(1L, "bom", null);

        search.Look("bom", null);

        Assert.Equal(new OverlapCounts(1, 1, SameRows: 0, SameTexts: 1, NearTexts: 0), search.Counts);
        Assert.Equal((1, 1.0), (search.Counts.Recurring, search.Counts.RecurringShare));
    }

    [Fact]
    public void Where_a_row_may_have_another_text_its_identity_decides()
    {
        var search = new OverlapSearch(textsAgree: false);
        search.AddEvaluated(1L, "bom", 1L);

        search.Look("ruim", 1L);

        Assert.Equal(new OverlapCounts(1, 1, SameRows: 1, SameTexts: 1, NearTexts: 0), search.Counts);
    }

    [Fact]
    public void What_an_exact_comparison_of_all_pairs_finds_the_search_finds()
    {
        var text = Gen.OneOfConst("bom", "ruim", "produto", "chegou", "rapido", "nao").Array[0, 12].Select(words => string.Join(' ', words));
        Gen.Select(text.Array[1, 12], text.Array[1, 12]).Sample((evaluated, trained) =>
        {
            var search = new OverlapSearch();
            for (var i = 0; i < evaluated.Length; i++)
                search.AddEvaluated((long)i, evaluated[i], (long)i);
            for (var i = 0; i < trained.Length; i++)
                search.Look(trained[i], (long)(100 + i));
            var counts = search.Counts;

            var same = evaluated.Count(e => e.Length > 0 && trained.Contains(e));
            var near = evaluated.Count(e => e.Length > 0 && !trained.Contains(e) && trained.Any(t => Jaccard(e, t) >= 0.8));
            Assert.Equal((0, same), (counts.SameRows, counts.SameTexts));
            // One pair in thousands shares no band; none is found that is not there.
            Assert.InRange(counts.NearTexts, Math.Max(0, near - 1), near);
        });
    }

    private static double Jaccard(string x, string y)
    {
        var (a, b) = (Shingles(x), Shingles(y));
        return a.Count == 0 || b.Count == 0 ? 0 : (double)a.Intersect(b).Count() / a.Union(b).Count();
    }

    private static HashSet<string> Shingles(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. Enumerable.Range(0, Math.Max(0, words.Length - 2)).Select(i => string.Join(' ', words[i..(i + 3)]))];
    }
}
