// Makes an invented data set of Portuguese shop reviews, for runs without network and data.
using System.Globalization;
using Tlpipe.Formats;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Reviews;

/// <summary>The options of <see cref="ReviewSynthesizer"/>.</summary>
public sealed record ReviewSynthesizerOptions
{
    /// <summary>How many reviews. Default 2000.</summary>
    public int Rows { get; init; } = 2000;

    /// <summary>The same seed and options give the same reviews on every machine. Default 271828.</summary>
    public long Seed { get; init; } = 271828;

    /// <summary>Share of the reviews whose split is "valid". Default 0.3.</summary>
    public double ValidShare { get; init; } = 0.3;

    /// <summary>Share of the reviews whose label is 1. Default 0.64.</summary>
    public double PositiveShare { get; init; } = 0.64;

    /// <summary>Share of the reviews whose label contradicts the text. Default 0.03.</summary>
    public double LabelNoise { get; init; } = 0.03;

    /// <summary>Share of the reviews that are mixed, ironic or made of rare expressions only. Default 0.5.</summary>
    public double Difficulty { get; init; } = 0.5;

    /// <exception cref="InputException">A value is out of its range.</exception>
    internal void Check()
    {
        if (Rows < 1)
            throw new InputException($"rows is {Rows}; give at least 1");
        CheckShare("valid_share", ValidShare);
        CheckShare("positive_share", PositiveShare);
        CheckShare("label_noise", LabelNoise);
        CheckShare("difficulty", Difficulty);
    }

    private static void CheckShare(string name, double value)
    {
        if (value is not (>= 0 and <= 1))
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; give a share from 0 to 1"));
    }
}

/// <summary>
/// One review in the experiment's schema. Text is lower-case without accents: title and body joined by " _##_ ", beginning with
/// "_##_" if there is no title. Label is 0 (negative) or 1 (positive), Split is train or valid, Source is b2w or olist.
/// </summary>
public sealed record SyntheticReview(string Source, string ReviewId, string Text, int Label, string Split);

/// <summary>Writes the reviews. Row i depends on the options other than rows, on i and on the rows before it, not on the number of rows.</summary>
public static class ReviewSynthesizer
{
    private const double OlistShare = 0.25;

    /// <summary>How often a text is written at most to differ from those of earlier rows. Short reviews do repeat.</summary>
    private const int Attempts = 20;

    /// <exception cref="InputException">An option is out of its range.</exception>
    public static IReadOnlyList<SyntheticReview> Write(ReviewSynthesizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var reviews = new List<SyntheticReview>(options.Rows);
        var texts = new HashSet<string>(StringComparer.Ordinal);
        for (var row = 0; row < options.Rows; row++)
        {
            var review = WriteRow(options, row, attempt: 0);
            for (var attempt = 1; attempt < Attempts && texts.Contains(review.Text); attempt++)
                review = WriteRow(options, row, attempt);
            texts.Add(review.Text);
            reviews.Add(review);
        }
        return reviews;
    }

    private static SyntheticReview WriteRow(ReviewSynthesizerOptions options, int row, int attempt)
    {
        // The row's facts come from the draws of attempt 0, so that writing it again changes no share.
        var facts = SplitMix64.For(options.Seed, row, attempt: 0);
        var source = facts.Chance(OlistShare) ? "olist" : "b2w";
        var split = facts.Chance(options.ValidShare) ? "valid" : "train";
        var positive = facts.Chance(options.PositiveShare);
        var spokenPositive = positive != facts.Chance(options.LabelNoise);
        var kind = facts.Chance(options.Difficulty) ? HardKind(facts) : ReviewKind.Plain;

        // The facts already used the sequence of attempt 0.
        var writer = new ReviewWriter(SplitMix64.For(options.Seed, row, attempt + 1), kind, spokenPositive, terse: source == "olist");
        var id = string.Create(CultureInfo.InvariantCulture, $"{source}_{row}");
        return new SyntheticReview(source, id, writer.Write(), positive ? 1 : 0, split);
    }

    private static ReviewKind HardKind(SplitMix64 random) => random.Below(20) switch
    {
        < 9 => ReviewKind.Mixed,
        < 12 => ReviewKind.Ironic,
        _ => ReviewKind.Rare,
    };
}
