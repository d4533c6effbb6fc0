// The outcome of tokenizing the texts: lengths, truncation, tokens per word, unknown words.
using System.Text.Json;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Report;

/// <summary>Shows the rows of <c>tokenize</c> stages.</summary>
internal static class TextsSection
{
    private const int MostBins = 40;

    /// <summary>Token files are read until so many tokens were looked at: of a large corpus a part tells as much.</summary>
    private const long MostTokens = 4_000_000;

    /// <summary>The counts over the rows.</summary>
    /// <param name="Lengths">The rows' lengths in tokens, [CLS] and [SEP] included.</param>
    /// <param name="Words">Words.</param>
    /// <param name="WordTokens">The tokens of words.</param>
    private sealed record Counts(List<int> Lengths, long Words, long WordTokens);

    public static Section? Of(RunRecord run, bool withTexts)
    {
        var stages = run.Stages.Where(stage => stage.Stage.Kind == "tokenize" && run.FilesOf(stage, "tokens").Count > 0).ToList();
        if (stages.Count == 0)
            return null;
        var parts = stages.Select(stage => (Stage: stage, Counts: Count(run.FilesOf(stage, "tokens")), Report: Report(run, stage))).ToList();
        string[] unknown = withTexts ? ["commonest unknown words"] : [];
        var table = Section.Table(
            "Tokenization", ["", "rows", "tokens", "tokens a row", "tokens a word", "rows cut", "unknown tokens", .. unknown],
            parts.Select(part => (IReadOnlyList<Html>)
            [
                Html.Text(part.Stage.Name), Number(part.Report, "rows"), Number(part.Report, "tokens"),
                Html.Of($"{part.Counts.Lengths.DefaultIfEmpty(0).Average():0.0}"),
                part.Counts.Words == 0 ? Html.Text("-") : Html.Of($"{(double)part.Counts.WordTokens / part.Counts.Words:0.000}"),
                Html.Of($"{Number(part.Report, "truncated_rows")} ({Share(part.Report, "truncated_share")} %)"),
                Html.Of($"{Number(part.Report, "unknown_tokens")} ({Share(part.Report, "unknown_token_rate")} %)"),
                .. withTexts ? (Html[])[Html.Text(string.Join(" ", Unknown(part.Report)))] : [],
            ]), 7);
        List<Plot> plots = [.. parts.Where(part => part.Counts.Lengths.Count > 0).Select(part => Histogram(part.Stage, part.Counts.Lengths, Limit(part.Report)))];
        return new Section("texts", "Texts and tokens", Html.Of($"{table}<div class=\"plots\">{plots.Select(Svg.Draw)}</div>"), plots);
    }

    private static Counts Count(IReadOnlyList<string> files)
    {
        var lengths = new List<int>();
        var (words, wordTokens, seen) = (0L, 0L, 0L);
        foreach (var file in files)
        {
            var rows = TokenShards.ReadFile(file);
            for (var row = 0; row < rows.Count; row++)
            {
                lengths.Add(rows.Length(row));
                var before = -1;
                foreach (var word in rows.WordIds.AsSpan(rows.RowOffsets[row]..rows.RowOffsets[row + 1]))
                {
                    wordTokens += word >= 0 ? 1 : 0;
                    words += word >= 0 && word != before ? 1 : 0;
                    before = word;
                }
            }
            if ((seen += rows.InputIds.Length) >= MostTokens)
                break;
        }
        return new Counts(lengths, words, wordTokens);
    }

    private static HistogramPlot Histogram(StageRecord stage, List<int> lengths, int? limit)
    {
        var longest = lengths.Max();
        var rough = Math.Max(1, (int)Math.Ceiling((longest + 1) / (double)MostBins));
        var width = new[] { 1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 50, 64, 100, 128, 200, 250, 500, 1000 }.FirstOrDefault(w => w >= rough, rough);
        var counts = new long[(longest / width) + 1];
        foreach (var length in lengths)
            counts[length / width]++;
        return new HistogramPlot($"{stage.Name}-lengths", $"{stage.Name}: tokens a row{(limit is null ? "" : $", cut at {limit}")}", "tokens", width, counts, limit);
    }

    private static JsonElement? Report(RunRecord run, StageRecord stage)
    {
        if (run.PathOf(stage, "report", "tokenization.json") is not { } path)
            return null;
        using var report = JsonDocument.Parse(File.ReadAllText(path));
        return report.RootElement.Clone();
    }

    private static JsonElement? Member(JsonElement? report, string name) =>
        report is { } json && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value : null;

    private static Html Number(JsonElement? report, string name) => Member(report, name) is { } value ? Html.Of($"{value.GetInt64():N0}") : Html.Text("-");

    private static Html Share(JsonElement? report, string name) => Member(report, name) is { } value ? Html.Of($"{100 * value.GetDouble():0.00}") : Html.Text("-");

    private static int? Limit(JsonElement? report) => Member(report, "max_length")?.GetInt32();

    private static IEnumerable<string> Unknown(JsonElement? report)
    {
        if (report is { } json && json.TryGetProperty("commonest_unknown_words", out var words) && words.ValueKind == JsonValueKind.Array)
            foreach (var word in words.EnumerateArray())
                yield return $"{word.GetProperty("word").GetString()} ({word.GetProperty("count").GetInt64()})";
    }
}
