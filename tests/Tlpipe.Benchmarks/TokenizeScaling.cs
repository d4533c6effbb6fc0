// Time against rows: a straight line, or something grows that should not.
using System.Globalization;
using Tlpipe.Nlp.Text;

namespace Tlpipe.Benchmarks;

/// <summary>Tokenizes 10 thousand to a million rows and fits a line through the medians, small and large rows counting alike.</summary>
internal static class TokenizeScaling
{
    private static readonly int[] Sizes = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000];

    public static void Run(Arguments given)
    {
        var tokenizer = BertTokenizer.Load(given.Required("vocab"));
        var texts = TextFile.Read(given.Required("texts"));
        var threads = given.Number("threads", Environment.ProcessorCount);
        TokenizeSpeed.Tokenize(tokenizer, TextFile.Cycle(texts, 100_000), threads);
        // Round after round and not size after size, so that what else the machine does falls on all of them.
        var seconds = Sizes.Select(_ => new List<double>()).ToArray();
        for (var run = 0; run < given.Number("runs", 3); run++)
            for (var i = 0; i < Sizes.Length; i++)
                seconds[i].Add(TokenizeSpeed.Tokenize(tokenizer, TextFile.Cycle(texts, Sizes[i]), threads).Seconds);

        var medians = seconds.Select(PeerComparison.Median).ToArray();
        var slope = medians.Select((y, i) => y * Sizes[i]).Sum() / Sizes.Select(x => (double)x * x).Sum();
        var mean = medians.Average();
        var unexplained = medians.Select((y, i) => Math.Pow(y - (slope * Sizes[i]), 2)).Sum();
        var logs = Slope(Array.ConvertAll(Sizes, x => Math.Log(x)), Array.ConvertAll(medians, Math.Log));
        Console.WriteLine("| rows | seconds | microseconds a row |\n|---:|---:|---:|");
        for (var i = 0; i < Sizes.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Sizes[i]:N0} | {medians[i]:0.000} | {medians[i] / Sizes[i] * 1e6:0.00} |"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"line through 0: {slope * 1e6:0.00} microseconds a row, R² {1 - (unexplained / medians.Sum(y => Math.Pow(y - mean, 2))):0.0000}; time grows as rows to the power {logs:0.000}"));
    }

    private static double Slope(double[] x, double[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => Math.Pow(a - meanX, 2));
    }
}
