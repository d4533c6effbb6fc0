// Texts as weighted counts of their terms.
using Tlpipe.Formats;

namespace Tlpipe.Text.Baselines;

/// <summary>What a row's values are divided by.</summary>
public enum RowNorm
{
    /// <summary>The root of the sum of their squares.</summary>
    L2,

    /// <summary>The sum of their magnitudes.</summary>
    L1,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>Options of scikit-learn's <c>TfidfVectorizer</c>, by its names and with its defaults.</summary>
public record TfidfOptions
{
    /// <summary>What is counted: word, char, or char_wb for characters within words. Default: word.</summary>
    public Analyzer Analyzer { get; init; }

    /// <summary>The least and the greatest number of words, or characters, in a term. Default: [1, 1].</summary>
    public IReadOnlyList<int> NgramRange { get; init; } = [1, 1];

    /// <summary>Whether case is given up. Default: true.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>In how many texts a term has to be; below 1, in what share of them. Default: 1.</summary>
    public double MinDf { get; init; } = 1;

    /// <summary>In how many texts a term may be; up to 1, in what share of them. Default: 1, all of them.</summary>
    public double MaxDf { get; init; } = 1;

    /// <summary>Only so many terms, the most frequent ones. Default: all.</summary>
    public int? MaxFeatures { get; init; }

    /// <summary>Whether a term counts once a text, however often it comes. Default: false.</summary>
    public bool Binary { get; init; }

    /// <summary>Whether a count n weighs 1 + ln n. Default: false.</summary>
    public bool SublinearTf { get; init; }

    /// <summary>Whether terms that are in many texts weigh less. Default: true.</summary>
    public bool UseIdf { get; init; } = true;

    /// <summary>Whether those weights are as if one more text had every term. Default: true.</summary>
    public bool SmoothIdf { get; init; } = true;

    /// <summary>What a text's values are divided by: l2, l1 or none. Default: l2.</summary>
    public RowNorm Norm { get; init; }
}

/// <summary>
/// scikit-learn's TfidfVectorizer: <c>tf (1 + ln((1 + n) / (1 + df)))</c>, then each text to unit length (its user guide, section 6.2.3.4).
/// </summary>
public sealed class TfidfVectorizer
{
    private readonly TfidfOptions options;
    private readonly TextAnalyzer analyzer;
    private readonly Dictionary<string, int> columns;

    private TfidfVectorizer(TfidfOptions options, TextAnalyzer analyzer, IReadOnlyList<string> terms, IReadOnlyList<double> weights)
    {
        (this.options, this.analyzer, Terms, Weights) = (options, analyzer, terms, weights);
        columns = terms.Select((term, column) => (term, column)).ToDictionary(pair => pair.term, pair => pair.column, StringComparer.Ordinal);
    }

    /// <summary>The terms in the order of the columns, which is that of their code units.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>What each term's counts are multiplied by; 1 without <see cref="TfidfOptions.UseIdf"/>.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Learns terms and weights.</summary>
    /// <exception cref="InputException">No term is left.</exception>
    public static TfidfVectorizer Fit(IReadOnlyList<string> texts, TfidfOptions options)
    {
        var analyzer = new TextAnalyzer(options.Analyzer, options.NgramRange[0], options.NgramRange[1], options.Lowercase);
        var frequencies = new Dictionary<string, (int Texts, long Times)>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var (term, times) in analyzer.Terms(text).CountBy(term => term, StringComparer.Ordinal))
            {
                var (inTexts, inAll) = frequencies.GetValueOrDefault(term);
                frequencies[term] = (inTexts + 1, inAll + (options.Binary ? 1 : times));
            }
        }
        var (least, most) = (options.MinDf < 1 ? options.MinDf * texts.Count : options.MinDf, options.MaxDf <= 1 ? options.MaxDf * texts.Count : options.MaxDf);
        var kept = frequencies.Where(term => term.Value.Texts >= least && term.Value.Texts <= most);
        if (options.MaxFeatures is { } limit)
            kept = kept.OrderByDescending(term => term.Value.Times).ThenBy(term => term.Key, StringComparer.Ordinal).Take(limit);
        var terms = kept.Select(term => term.Key).Order(StringComparer.Ordinal).ToList();
        if (terms.Count == 0)
            throw new InputException("no term is left to count in the texts; lower min_df, raise max_df, or give texts with words");
        return new TfidfVectorizer(options, analyzer, terms, [.. terms.Select(term => Weight(frequencies[term].Texts))]);

        double Weight(int inTexts)
        {
            var smooth = options.SmoothIdf ? 1 : 0;
            return options.UseIdf ? 1 + Math.Log((texts.Count + smooth) / (double)(inTexts + smooth)) : 1;
        }
    }

    /// <summary>The texts' values, <c>[texts, terms]</c>; terms that were not learnt do not count.</summary>
    public CsrMatrix Transform(IReadOnlyList<string> texts)
    {
        var offsets = new int[texts.Count + 1];
        var indices = new List<int>();
        var values = new List<double>();
        for (var row = 0; row < texts.Count; row++)
        {
            var counts = analyzer.Terms(texts[row]).Where(columns.ContainsKey).CountBy(term => columns[term]).OrderBy(term => term.Key);
            foreach (var (column, times) in counts)
            {
                indices.Add(column);
                values.Add((options.Binary ? 1 : options.SublinearTf ? 1 + Math.Log(times) : times) * Weights[column]);
            }
            Normalize(values, offsets[row]);
            offsets[row + 1] = indices.Count;
        }
        return new CsrMatrix(Terms.Count, offsets, [.. indices], [.. values]);
    }

    private void Normalize(List<double> values, int start)
    {
        var row = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values)[start..];
        var length = 0.0;
        foreach (var value in row)
            length += options.Norm == RowNorm.L1 ? Math.Abs(value) : value * value;
        if (options.Norm == RowNorm.None || length == 0)
            return;
        length = options.Norm == RowNorm.L1 ? length : Math.Sqrt(length);
        foreach (ref var value in row)
            value /= length;
    }
}
