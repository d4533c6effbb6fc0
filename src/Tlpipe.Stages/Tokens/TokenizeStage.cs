// tokenize: texts of a table become rows of token ids.
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Stages.Tables;
using Tlpipe.Tables;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Tokens;

/// <summary>Options of <c>tokenize</c>.</summary>
public sealed record TokenizeOptions
{
    /// <summary>The table with the texts.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>The model folder, or the tokenizer, whose vocabulary and settings are used.</summary>
    [Takes(OutputKinds.Tokenizer, OutputKinds.Model, OutputKinds.Shape)]
    public required Input Tokenizer { get; init; }

    /// <summary>Whether longer rows are cut at max_length. Default: false.</summary>
    [HuggingFace("the tokenizer's call")]
    public bool Truncation { get; init; }

    /// <summary>The longest row in tokens, [CLS] and [SEP] included; lowered to what tokenizer and model allow. Default: what tokenizer and model allow.</summary>
    [Range(3, int.MaxValue)]
    [HuggingFace("the tokenizer's call")]
    public int? MaxLength { get; init; }

    /// <summary>The column with the texts. Default: text.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column with a second text for each row, such as a question's answer; the longer of the two is cut first. Default: none.</summary>
    [HuggingFace("the tokenizer's call")]
    public string? TextPair { get; init; }

    /// <summary>The column with the classes, 0 to n-1; rows have none where the table has no such column. Default: label.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>Columns with numbers to learn, for a regression or for several labels a row (0 or 1 each), in place of label_column.</summary>
    public IReadOnlyList<string>? LabelColumns { get; init; }
}

/// <summary>Tokenizes as Hugging Face's fast BERT tokenizer does, [CLS] and [SEP] on every row.</summary>
[Stage("tokenize", version: 3)]
[Output("tokens", "rows of token ids with word ids, and labels where there are any", Kind = OutputKinds.Tokens)]
[Output("report", "tokenization.json: what was cut, and what the vocabulary does not know", Kind = OutputKinds.Report)]
public sealed class TokenizeStage : IStage<TokenizeOptions>
{
    private const int LongestShownWord = 12;

    public IEnumerable<OptionMistake> Check(TokenizeOptions options)
    {
        if (options is { MaxLength: not null, Truncation: false })
            yield return new OptionMistake("max_length", "max_length has no effect without truncation: true; add that, or leave max_length out");
        if (options.LabelColumns is { Count: 0 })
            yield return new OptionMistake("label_columns", "the list is empty; name a column, or leave it out");
    }

    public Forecast Foresee(TokenizeOptions options, Func<Input, Facts> facts) =>
        Forecast.Of("tokens", TableFiles.Rows(facts(options.Table)["rows"]));

    public void Run(TokenizeOptions options, StageRun run)
    {
        var folder = run.Read(options.Tokenizer).Folder;
        var tokenizer = BertTokenizer.Load(folder);
        var limit = options.Truncation ? RowLimit.Of(options.MaxLength, tokenizer, BertConfig.PositionsIn(folder)) : null;
        if (limit < options.MaxLength)
            run.Report(new Warned($"max_length is {options.MaxLength}, and '{options.Tokenizer.Stage}' takes rows of {limit} tokens at most: longer ones are cut there"));
        var total = run.Read(options.Table).Facts["rows"];
        var report = new TokenizeReport();
        using var shards = new TokenShards(run.Create("tokens"));
        foreach (var part in run.OpenTable(options.Table, ColumnsOf(options, run)).Batches())
        {
            var before = report.Rows;
            shards.Add(Tokenize(part, options, tokenizer, limit, report, run, done => run.Report(new Progress("tokenize", before + done, (long?)total ?? before + done, "rows"))));
        }
        var digest = shards.Finish();
        run.Describe("tokens", TableFiles.Rows(shards.Rows).With("tokens", shards.Tokens).With(VocabularyFact.Name, VocabularyFact.Of(tokenizer)), digest);
        TokenizationFile.Write(report, limit, run.Create("report"));
        run.Describe("report", TableFiles.Rows(report.Rows).With("truncated_rows", report.Truncated).With("unknown_tokens", report.UnknownWords));
        Tell(report, limit, run);
    }

    /// <summary>The columns to read.</summary>
    private static IReadOnlyList<string> ColumnsOf(TokenizeOptions options, StageRun run)
    {
        var hasLabel = run.OpenTable(options.Table).Schema.Any(column => column.Name == options.LabelColumn);
        return [.. (options.LabelColumns ?? (hasLabel ? [options.LabelColumn] : [])).Concat(options.TextPair is { } pair ? [pair] : []).Prepend(options.TextColumn).Distinct()];
    }

    private static TokenRows Tokenize(
        Table part, TokenizeOptions options, BertTokenizer tokenizer, int? limit, TokenizeReport report, StageRun run, Action<int> progress)
    {
        var labels = options.LabelColumns is null && part.HasColumn(options.LabelColumn) ? part.Labels(options.LabelColumn, classes: null) : null;
        var rows = RowTokenizer.Tokenize(
            part.PresentTexts(options.TextColumn), options.TextPair is { } pair ? part.PresentTexts(pair) : null, labels, tokenizer, limit, run.Threads, report, progress, run.Stopping);
        return options.LabelColumns is { } columns ? rows with { Values = Values(part, columns) } : rows;
    }

    /// <summary>The values of columns, row by row.</summary>
    private static float[] Values(Table table, IReadOnlyList<string> columns)
    {
        var values = new float[table.RowCount * columns.Count];
        for (var c = 0; c < columns.Count; c++)
        {
            var column = table.Column(columns[c]);
            for (var row = 0; row < table.RowCount; row++)
                values[row * columns.Count + c] = column[row] switch
                {
                    long integer => integer,
                    double number => (float)number,
                    bool truth => truth ? 1 : 0,
                    var other => throw new InputException($"column '{column.Name}' has {(other is null ? "no value" : $"the text '{other}'")} in row {row} where a number to learn belongs; choose another column, or leave such rows out"),
                };
        }
        return values;
    }

    private static void Tell(TokenizeReport report, int? limit, StageRun run)
    {
        var cut = limit is null ? "no rows cut" : string.Create(CultureInfo.InvariantCulture, $"{report.Truncated:N0} rows cut at {limit} ({(double)report.Truncated / Math.Max(1, report.Rows):0.0 %})");
        run.Report(new Note(string.Create(
            CultureInfo.InvariantCulture, $"{report.Tokens:N0} tokens, {(double)report.Tokens / Math.Max(1, report.Rows):0.0} a row, {cut}")));
        if (report.UnknownWords > 0)
            run.Report(new Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.UnknownWords:N0} of {report.Words:N0} words unknown ({(double)report.UnknownWords / report.Words:0.00 %}), most often {string.Join(" ", report.CommonestUnknown.Take(3).Select(u => Clipped(u.Word)))}")));
    }

    private static string Clipped(string word) => word.Length <= LongestShownWord ? word : word[..LongestShownWord] + "…";
}
