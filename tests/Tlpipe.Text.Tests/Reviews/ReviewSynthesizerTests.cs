// The promises of the invented reviews: the same for a seed, the schema, the shares asked for, and something to learn.
using System.Text.RegularExpressions;
using Tlpipe.Formats;
using Tlpipe.Text.Reviews;

namespace Tlpipe.Text.Tests.Reviews;

public sealed partial class ReviewSynthesizerTests
{
    private static readonly IReadOnlyList<SyntheticReview> TwentyThousand = ReviewSynthesizer.Write(new() { Rows = 20_000 });

    [Fact]
    public void The_same_options_give_the_same_reviews()
    {
        var again = ReviewSynthesizer.Write(new() { Rows = 3_000 });

        Assert.Equal(ReviewSynthesizer.Write(new() { Rows = 3_000 }), again);
    }

    [Fact]
    public void A_smaller_request_is_the_beginning_of_a_larger_one()
    {
        var fewer = ReviewSynthesizer.Write(new() { Rows = 1_234 });

        Assert.Equal(TwentyThousand.Take(1_234), fewer);
    }

    [Fact]
    public void Another_seed_gives_other_reviews()
    {
        var other = ReviewSynthesizer.Write(new() { Rows = 1_000, Seed = 1 });

        var shared = other.Select(review => review.Text).Intersect(TwentyThousand.Take(1_000).Select(review => review.Text)).Count();
        Assert.InRange(shared, 0, 50);
    }

    /// <summary>A share's standard error at n rows is sqrt(p (1 - p) / n); four of them leave a false alarm in 16,000.</summary>
    [Theory]
    [InlineData(0.3, 0.64)]
    [InlineData(0.1, 0.5)]
    [InlineData(0.5, 0.9)]
    public void Shares_are_those_asked_for_up_to_chance(double validShare, double positiveShare)
    {
        var reviews = ReviewSynthesizer.Write(new() { Rows = 10_000, ValidShare = validShare, PositiveShare = positiveShare });

        AssertShare(validShare, reviews, review => review.Split == "valid");
        AssertShare(positiveShare, reviews, review => review.Label == 1);
        AssertShare(positiveShare, [.. reviews.Where(review => review.Split == "valid")], review => review.Label == 1);
    }

    [Fact]
    public void Label_noise_is_the_share_of_labels_that_contradict_the_text()
    {
        // With no noise and all of them positive each text is a positive one; with noise the same rows are written about by the same rule.
        var options = new ReviewSynthesizerOptions { Rows = 5_000, PositiveShare = 1, LabelNoise = 0, Difficulty = 0 };
        var clean = ReviewSynthesizer.Write(options);

        var noisy = ReviewSynthesizer.Write(options with { LabelNoise = 0.1 });

        Assert.All(noisy, review => Assert.Equal(1, review.Label));
        var differing = clean.Zip(noisy).Count(pair => pair.First.Text != pair.Second.Text);
        Assert.InRange(differing / 5_000.0, 0.1 - Tolerance(0.1, 5_000), 0.1 + Tolerance(0.1, 5_000) + 0.005);
    }

    [Fact]
    public void Every_row_obeys_the_schema()
    {
        Assert.All(TwentyThousand, review =>
        {
            Assert.Contains(review.Source, new[] { "b2w", "olist" });
            Assert.Contains(review.Split, new[] { "train", "valid" });
            Assert.InRange(review.Label, 0, 1);
            Assert.StartsWith(review.Source + "_", review.ReviewId, StringComparison.Ordinal);
            Assert.Equal(2, review.Text.Split("_##_").Length);
            Assert.True(review.Text.StartsWith("_##_ ", StringComparison.Ordinal) || review.Text.Contains(" _##_ ", StringComparison.Ordinal));
            Assert.Matches(SchemaText(), review.Text);
            Assert.DoesNotContain("  ", review.Text, StringComparison.Ordinal);
        });
        Assert.Equal(TwentyThousand.Count, TwentyThousand.Select(review => review.ReviewId).Distinct().Count());
    }

    [Theory]
    [InlineData("celular", "o", "e", "(bom|lindo|bonito|otimo|perfeito|maravilhoso|pessimo|fraco|feio)")]
    [InlineData("geladeira", "a", "e", "(boa|linda|bonita|otima|perfeita|maravilhosa|pessima|fraca|feia)")]
    [InlineData("chinelos", "os", "sao", "(bons|lindos|bonitos|otimos|perfeitos|maravilhosos|pessimos|fracos|feios)")]
    [InlineData("sandalias", "as", "sao", "(boas|lindas|bonitas|otimas|perfeitas|maravilhosas|pessimas|fracas|feias)")]
    public void Articles_verbs_and_adjectives_agree_with_the_product(string product, string article, string verb, string adjectives)
    {
        const string AnyForm = @"(bo[mna]s?|lind[oa]s?|bonit[oa]s?|otim[oa]s?|perfeit[oa]s?|maravilhos[oa]s?|pessim[oa]s?|frac[oa]s?|fei[oa]s?)";
        var texts = TwentyThousand.Select(review => review.Text).Where(text => Regex.IsMatch(text, $@"\b{product}\b")).ToList();

        Assert.InRange(texts.Count, 20, 2_000);
        Assert.All(texts, text =>
        {
            Assert.All(Regex.Matches(text, $@"\b([oa]s?) {product}\b"), match => Assert.Equal(article, match.Groups[1].Value));
            // "A qualidade do celular e boa" speaks of the quality.
            Assert.All(Regex.Matches(text, $@"(?<!\bd[oa]s? )\b{product} (e|sao)\b"), match => Assert.Equal(verb, match.Groups[1].Value));
            Assert.All(Regex.Matches(text, $@"(?<!\bd[oa]s? )\b{product} (?:e|sao) {AnyForm}\b"), match => Assert.Matches($"^{adjectives}$", match.Groups[1].Value));
        });
        Assert.Contains(texts, text => Regex.IsMatch(text, $@"\b{product} ({verb} )?(\w+ )?{adjectives}\b"));
    }

    [Fact]
    public void Titles_are_missing_from_some_reviews_but_not_from_most()
    {
        var missing = TwentyThousand.Count(review => review.Text.StartsWith("_##_", StringComparison.Ordinal)) / 20_000.0;

        Assert.InRange(missing, 0.1, 0.4);
    }

    [Fact]
    public void Texts_hardly_ever_repeat()
    {
        var distinct = TwentyThousand.Select(review => review.Text).Distinct().Count();

        Assert.InRange(distinct, 19_800, 20_000);
    }

    [Fact]
    public void Words_have_a_heavy_tail()
    {
        var counts = TwentyThousand.SelectMany(review => Words(review.Text)).GroupBy(word => word).Select(word => word.Count()).ToList();

        Assert.InRange(counts.Count, 2_500, 20_000);
        Assert.InRange(counts.Count(count => count <= 5) / (double)counts.Count, 0.3, 0.9);
    }

    /// <summary>A bag of words learnt from 600 labels knows part of the expressions; from ten times as many it knows most of them.</summary>
    [Fact]
    public void Six_hundred_labels_leave_much_to_learn()
    {
        var train = TwentyThousand.Where(review => review.Split == "train").ToList();
        var valid = TwentyThousand.Where(review => review.Split == "valid").Take(3_000).ToList();

        var few = WordVote.Learn(train.Take(600)).Accuracy(valid);
        var many = WordVote.Learn(train.Take(6_000)).Accuracy(valid);

        Assert.InRange(few, 0.72, 0.88);
        Assert.InRange(many, few + 0.04, 0.97);
    }

    [Fact]
    public void Difficulty_makes_it_harder()
    {
        var easy = ReviewSynthesizer.Write(new() { Rows = 2_600, Difficulty = 0 });
        var hard = ReviewSynthesizer.Write(new() { Rows = 2_600, Difficulty = 1 });

        var onEasy = WordVote.Learn(easy.Take(600)).Accuracy(easy.Skip(600));
        var onHard = WordVote.Learn(hard.Take(600)).Accuracy(hard.Skip(600));

        Assert.InRange(onEasy - onHard, 0.05, 0.5);
    }

    [Theory]
    [InlineData(0, 0.3, "rows is 0; give at least 1")]
    [InlineData(10, 1.5, "valid_share is 1.5; give a share from 0 to 1")]
    [InlineData(10, double.NaN, "valid_share is NaN; give a share from 0 to 1")]
    public void Options_out_of_range_are_refused_by_name(int rows, double validShare, string message)
    {
        var error = Assert.Throws<InputException>(() => ReviewSynthesizer.Write(new() { Rows = rows, ValidShare = validShare }));

        Assert.Equal(message, error.Message);
    }

    /// <summary>Lower-case ASCII, and above it only pictures.</summary>
    [GeneratedRegex(@"^(?:[ -@\[-`a-z{-~]|[\u2000-\u2BFF\uFE0F]|[\uD83C-\uD83E][\uDC00-\uDFFF])+$")]
    private static partial Regex SchemaText();

    private static IEnumerable<string> Words(string text) => text.Split([' ', '.', ',', '!', ':'], StringSplitOptions.RemoveEmptyEntries);

    private static double Tolerance(double share, int rows) => 4 * Math.Sqrt(share * (1 - share) / rows);

    private static void AssertShare(double asked, IReadOnlyList<SyntheticReview> reviews, Func<SyntheticReview, bool> counts)
    {
        var share = reviews.Count(counts) / (double)reviews.Count;
        Assert.InRange(share, asked - Tolerance(asked, reviews.Count), asked + Tolerance(asked, reviews.Count));
    }

    /// <summary>Naive Bayes over the words that a review has, add-0.3 smoothing.</summary>
    private sealed class WordVote
    {
        private readonly Dictionary<string, double[]> countsByWord = [];
        private readonly double[] reviewsByLabel = new double[2];

        public static WordVote Learn(IEnumerable<SyntheticReview> reviews)
        {
            var vote = new WordVote();
            foreach (var review in reviews)
            {
                vote.reviewsByLabel[review.Label]++;
                foreach (var word in Words(review.Text).Distinct())
                {
                    if (!vote.countsByWord.TryGetValue(word, out var counts))
                        vote.countsByWord[word] = counts = new double[2];
                    counts[review.Label]++;
                }
            }
            return vote;
        }

        public double Accuracy(IEnumerable<SyntheticReview> reviews) => reviews.Average(review => Predict(review.Text) == review.Label ? 1.0 : 0.0);

        private int Predict(string text)
        {
            var score = Math.Log(reviewsByLabel[1] / reviewsByLabel[0]);
            foreach (var word in Words(text).Distinct())
            {
                if (countsByWord.TryGetValue(word, out var counts))
                    score += Math.Log((counts[1] + 0.3) / (reviewsByLabel[1] + 0.6)) - Math.Log((counts[0] + 0.3) / (reviewsByLabel[0] + 0.6));
            }
            return score > 0 ? 1 : 0;
        }
    }
}
